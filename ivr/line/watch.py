"""Watching itself: what succeeded when, so that what has silently stopped is noticed.

Each job stamps its last success, and the provider's answers are stamped too. The stamps stand in the
database: the web worker that answers /health is another process than the one whose jobs it judges.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.line.answer import Line
from ivr.line.intervals import EVERY, limit
from ivr.line.telephone import TelephoneError
from ivr.rota.rota import chain_at
from ivr.storage import StoreUnavailable, messages, stamps
from ivr.storage.stamps import Stamp

log = logging.getLogger(__name__)

PROVIDER, FALLBACK, DOWNLOADS = "provider", "fallback copy", "downloads"
STAMP_EVERY = timedelta(seconds=20)  # a stamp costs a flush of the disk; no limit is shorter than 90 s
GRACE = timedelta(seconds=90)  # after the start, in which old stamps are those of the process before
REFUSING = timedelta(minutes=3)  # a deploy at the provider is no reason to wake anybody
# How long each may fail before it is told of. A copy is hosted anew by something else, in its own time.
LASTING: Mapping[str, timedelta] = {PROVIDER: REFUSING, DOWNLOADS: REFUSING, FALLBACK: timedelta(hours=1)}
QUIET = timedelta(minutes=10)  # without a request to the provider, after which one is made to find out
_SAID = {
    PROVIDER: "the provider has refused our requests",
    DOWNLOADS: "the provider has given us no recording, and messages wait there,",
    FALLBACK: "the hosted fallback has not been right",
}


class Watch:
    """Stamps what succeeds, and tells what is wrong. One for each process; threads share it.

    pace   seconds between two ticks where a clock moved by hand drives the jobs at intervals of its own
    """

    def __init__(self, line: Line, pace: float = 0) -> None:
        self.pace = pace
        self._line = line
        self._together = False
        self._started = line.clock.now()
        self._stamped: dict[str, datetime] = {}  # name → its success that was stamped last
        self._latest: dict[str, datetime] = {}  # and the latest one
        self._lock = threading.Lock()

    def job(self, name: str, job: Callable[[], object]) -> Callable[[], object]:
        """Return `job`, followed by its stamp when it succeeded."""

        def watched() -> None:
            job()
            self.succeeded(name)

        return watched

    def succeeded(self, name: str) -> None:
        """Stamp a success, unless one was stamped a moment ago. Never raises.

        Those that are due a little later are stamped with it: a dozen jobs, and one flush of the disk.
        """
        now = self._line.clock.now()
        with self._lock:
            self._latest[name] = now
            if self._together or not self._due(name, now, STAMP_EVERY):
                return
        self._stamp()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Stamp what succeeds in the block all at once: whenever stamps are read in it, and at its end.

        Between two ticks that are minutes apart each job would be due, and cost a flush of its own.
        """
        self._together = True
        try:
            yield
        finally:
            self._together = False
            self._stamp()

    def _stamp(self) -> None:
        with self._lock:
            if not any(self._due(one, at, STAMP_EVERY) for one, at in self._latest.items()):
                return
            due = {one: at for one, at in self._latest.items() if self._due(one, at, STAMP_EVERY / 2)}

        def write(conn: sqlite3.Connection) -> None:
            for one, at in due.items():
                stamps.succeeded(conn, one, iso(at))

        if self._write(lambda: self._line.store.write(write)):
            with self._lock:
                self._stamped |= due

    def _due(self, name: str, at: datetime, every: timedelta) -> bool:
        last = self._stamped.get(name)
        return last is None or not timedelta() <= at - last < every

    def failed(self, name: str, why: str) -> None:
        """Stamp a failure. `why` holds nothing private: /health shows it. Never raises."""
        at = iso(self._line.clock.now())
        with self._lock:
            self._stamped.pop(name, None)  # the next success is stamped at once
            self._latest.pop(name, None)
        self._write(lambda: self._line.store.write(lambda conn: stamps.failed(conn, name, at, why)))

    def provider(self, error: TelephoneError | None) -> None:
        """Note what a request to the provider came to. Only what every request would meet is a failure."""
        if error is None or not _everybodys(error):
            self.succeeded(PROVIDER)
        else:
            self.failed(PROVIDER, _why(error))

    def downloads(self, error: TelephoneError | None) -> None:
        """Note what a download of a recording came to, apart: texts and calls succeed beside it, and say so.

        One that isn't there yet, or is too large, says nothing of the others.
        """
        if error is None:
            self.succeeded(DOWNLOADS)
        elif _everybodys(error):
            self.failed(DOWNLOADS, _why(error))

    def unsure(self) -> bool:
        """Return whether nothing good was heard of the provider lately, so that somebody should ask it."""
        stamp = self.stamp(PROVIDER)
        if stamp.failing_since or not stamp.at:
            return True
        return self._line.clock.now() - from_iso(stamp.at) >= QUIET

    def stamp(self, name: str) -> Stamp:
        """Return a stamp as it is now; an empty one, if there is none. Errors: StoreUnavailable."""
        if self._together:
            self._stamp()
        with self._line.store.read() as conn:
            return stamps.every(conn).get(name, Stamp())

    def problems(self) -> list[str]:
        """Return what is wrong, in words that tell nothing of any call, person or number. Well: [].

        Errors: StoreUnavailable.
        """
        if self._together:
            self._stamp()
        now = self._line.clock.now()
        with self._line.store.read() as conn:
            kept = stamps.every(conn)
            left = messages.waiting(conn)
        found = []
        if not chain_at(self._line.config.rota_table(), now):
            found.append("nobody is on call by the rota")
        for name, lasting in LASTING.items():
            since = kept.get(name, Stamp()).failing_since
            if name == FALLBACK and not self._line.config.fallback.url:
                continue  # it was looked at once, and is no longer
            if name == DOWNLOADS and not left:
                continue  # what was to be had is lost, and told of: there is nothing to ask for any more
            if since and now - from_iso(since) >= lasting:
                found.append(f"{_SAID[name]} since {since} ({kept[name].why})")
        if now - self._started >= GRACE:
            found += [problem for name in EVERY if (problem := self._stopped(name, kept.get(name), now))]
        return found

    def _stopped(self, name: str, stamp: Stamp | None, now: datetime) -> str:
        if stamp is None or not stamp.at:
            return f"job {name} has never succeeded"
        if now - from_iso(stamp.at) > timedelta(seconds=limit(name) + self.pace):
            return f"job {name} has not succeeded since {stamp.at}"
        return ""

    def _write(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except StoreUnavailable:
            log.debug("no stamp: the database can't be written, which /health says anyway")
            return False
        return True


def _why(error: TelephoneError) -> str:
    return f"HTTP {error.status}" if error.status else "no answer"


def _everybodys(error: TelephoneError) -> bool:
    """Whether no request at all would succeed now: no answer, bad credentials, an error of the provider's."""
    return error.status is None or error.status in (401, 403) or error.status >= 500
