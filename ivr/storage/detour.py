"""The detour: from the first write that is late or fails until one succeeds again, entries spill at once.

A thread tries the door again and again; when a write has come through, it takes the spill file in and ends
the detour. No caller waits for that.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Sequence
from functools import partial

from ivr.storage.door import Door
from ivr.storage.entry import Entry
from ivr.storage.errors import StoreUnavailable
from ivr.storage.journal import append
from ivr.storage.spill import Spill

log = logging.getLogger(__name__)

_FIRST, _LONGEST = 0.2, 2.0  # seconds between two tries
_KNOWN = 100_000  # spilled entries that are known again without looking
_HELD = 20_000  # entries kept in memory when not even the spill file can be written


def probe(conn: sqlite3.Connection) -> None:
    """Write something that means nothing."""
    conn.execute("UPDATE probe SET writes = writes + 1")


class Detour:
    """Whether we are on the detour (`on`), and the way onto it and off it."""

    def __init__(self, door: Door, spill: Spill) -> None:
        self.on = False
        self._door, self._spill = door, spill
        self._lock = threading.Lock()  # between take() and the end of a detour: no line may be left behind
        self._trying = threading.Lock()  # one try at a time
        self._held: list[Entry] = []
        self._spilled: set[tuple[str, str]] = set()  # call and key of what is in the spill file by now
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Spill from now on, until a write comes through."""
        with self._lock:
            self._begin()

    def take(self, entries: Sequence[Entry]) -> None:
        """Put the entries into the spill file; returns when they are on the disk. Never raises.

        When that fails too, they are held in memory until either works.
        """
        try:
            with self._lock:
                self._begin()
                # A webhook that comes again, or an alarm of each tick, doesn't make the file grow.
                entries = [entry for entry in entries if (entry.call, entry.key) not in self._spilled]
                if not entries:
                    return
                handle = self._spill.add(entries)
            self._spill.flush(handle)
            with self._lock:
                if self.on and len(self._spilled) < _KNOWN:
                    self._spilled.update((entry.call, entry.key) for entry in entries)
        except Exception as error:
            with self._lock:
                self._begin()
                self._held.extend(entries)
                del self._held[:-_HELD]
            log.error(
                "the spill file can't be written (%s): %d entries are held in memory only",
                type(error).__name__,
                len(self._held),
            )

    def waiting(self) -> list[Entry]:
        """Return what waits to be taken in: in the spill file, and held by this process. Never raises."""
        try:
            spilled = self._spill.waiting()
        except OSError:
            spilled = []
        with self._lock:
            return [*spilled, *self._held]

    def claim(self, entry: Entry) -> bool:
        """Spill an entry that only one may have, and return whether this is the one. Never raises.

        When the spill file can't be used, everybody is the one.
        """
        try:
            with self._lock:
                self._begin()
                mine, handle = self._spill.claim(entry)
            if handle is not None:
                self._spill.flush(handle)
            return mine
        except Exception:
            self.take((entry,))
            return True

    def leave(self) -> bool:
        """Try to write. When that works, take in what was spilled and end the detour. Return whether."""
        with self._trying:
            try:
                self._door.run(probe)
                self._give_held()
                self._spill.take_in(self._door.run)
            except StoreUnavailable:
                return False
            except Exception as error:  # this thread is the only way back: it goes on trying
                log.error("the spill file can't be taken in: %s", type(error).__name__)
                return False
            with self._lock:
                if self._held or self._spill.pending():
                    return False  # lines came in meanwhile, or another process is at it: the next try
                if self.on:
                    log.warning("the database can be written again: all spilled lines are in")
                self.on = False
                self._spilled.clear()
            self._spill.reserve.keep()
            return True

    def close(self) -> None:
        """Stop trying; what is held in memory gets a last chance."""
        self._stop.set()
        if (thread := self._thread) is not None:
            thread.join(timeout=10)
        with self._lock:
            held, self._held = self._held, []
        if held:
            self.take(held)

    def _begin(self) -> None:
        if not self.on:
            self.on = True
            log.error("the database can't be written in time: entries go to %s", self._spill.file.name)
        if self._thread is None and not self._stop.is_set():
            self._thread = threading.Thread(target=self._run, name="store-detour", daemon=True)
            self._thread.start()

    def _give_held(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        if held:
            try:
                self._door.run(partial(append, entries=held))
            except BaseException:
                with self._lock:
                    self._held[:0] = held
                raise

    def _run(self) -> None:
        pause = _FIRST
        while not self._stop.wait(pause):
            self.leave()
            pause = min(pause * 2, _LONGEST)
            with self._lock:
                if not self.on:
                    self._thread = None  # under the lock: the next detour starts a new one
                    return
