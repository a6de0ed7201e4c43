"""Following: a process takes in what is published, and says so where whoever published can see it.

Nobody has to reach the process: it looks at one row of the database, once a second, in a thread of its own.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from ivr.clock import iso
from ivr.line import upkeep
from ivr.line.answer import Line
from ivr.storage import Store, StoreUnavailable, revisions
from ivr.storage.connection import locks
from ivr.storage.filelock import locked

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds
RECENT = 6  # hours: no call that began earlier is still under way


class Following:
    """Keeps one process's line at what is live. `name` is what people call the process: "worker 4711"."""

    def __init__(self, line: Line, name: str) -> None:
        self._line, self._name = line, name
        self._process = secrets.token_hex(8)
        self._told = -1  # the publication that we said we have
        self._failed = 0  # the publication that couldn't be taken in
        self._stop = threading.Event()
        self._held = ExitStack()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Take in what is live by now, and what calls under way began on; then go on by itself."""
        self._held.enter_context(locked(_file(self._line.store, self._process), wait=False))
        self.look()
        with suppress(StoreUnavailable):
            self._line.editions.prepare(RECENT)
        self._thread.start()

    def look(self) -> None:
        """Take in what was published last. Never raises: what can't be taken in is tried at the next look."""
        editions, store = self._line.editions, self._line.store
        try:
            editions.look()
        except StoreUnavailable:
            return  # the store has said so
        except Exception:
            self._fail()
        if editions.live.number != self._told:
            number, at = editions.live.number, iso(self._line.clock.now())
            with suppress(StoreUnavailable):
                store.write(lambda conn: revisions.took(conn, self._process, self._name, number, at))
                self._told = number

    def close(self) -> None:
        """Stop following, and no longer count as running."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=5)
        with suppress(StoreUnavailable):
            self._line.store.write(lambda conn: revisions.forget(conn, self._process))
        _file(self._line.store, self._process).unlink(missing_ok=True)
        self._held.close()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()

    def _fail(self) -> None:
        """Tell of it once for each publication."""
        failed = self._line.editions.failed
        if failed != self._failed:
            self._failed = failed
            live = self._line.editions.live.revision
            log.exception("publication %d can't be taken in: revision %s stays live", failed, live)
            self._line.store.record(upkeep.alarm(self._line, "", "a published change can't be taken in"))


def behind(store: Store, number: int) -> tuple[list[str], list[str]]:
    """Return the names of the running processes that have taken in publication `number`, and of the others.

    Processes that were killed are forgotten here. Errors: StoreUnavailable.
    """
    with store.read() as conn:
        rows = revisions.running(conn)
    have: list[str] = []
    lack: list[str] = []
    for row in rows:
        process = str(row["process"])
        if _gone(_file(store, process)):
            store.write(lambda conn, process=process: revisions.forget(conn, process))  # type: ignore[misc]
            _file(store, process).unlink(missing_ok=True)
        else:
            (have if row["number"] >= number else lack).append(row["name"])
    return have, lack


def _gone(file: Path) -> bool:
    """Whether the process that would hold this lock is dead: the kernel has let go of it."""
    if not os.path.exists(file):
        return True
    with locked(file, wait=False) as free:
        return free


def _file(store: Store, process: str) -> Path:
    return locks(store.data) / f"running-{process}"
