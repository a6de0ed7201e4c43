"""The store: what the rest of the line holds. Recording never raises and never waits longer than told."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from ivr.storage import connection
from ivr.storage.detour import Detour, probe
from ivr.storage.door import Door, Job
from ivr.storage.entry import Entry
from ivr.storage.errors import StoreUnavailable
from ivr.storage.journal import append
from ivr.storage.readers import Readers
from ivr.storage.spill import Spill

T = TypeVar("T")

log = logging.getLogger(__name__)

_FRESH = 1.0  # seconds for which a commit proves that the database can be written


class Store:
    """The database, the spill file and the write door of one process; other processes may share the folder.

    data   the folder (IVR_DATA): line.db, spill.jsonl, reserve, locks/
    wait   seconds that a caller waits for the disk at most

    What an earlier process spilled is taken in before this returns, if that can be done.
    Errors: StorageError, naming the place and the cure.
    """

    def __init__(self, data: Path, wait: float = 1.0) -> None:
        self.data = data
        self.path = connection.prepare(data)
        self.wait = wait
        self._readers = Readers(self.path)
        self._door = Door(self.path, wait)
        self._spill = Spill(data)
        self._detour = Detour(self._door, self._spill)
        self._spill.reserve.keep()
        if self._spill.pending() and not self._detour.leave():
            self._detour.begin()

    def record(self, entries: Sequence[Entry]) -> bool:
        """Append what happened. True: it is on the disk. False: it is in the spill file, taken in later.

        An entry whose call and key are there already is dropped. Never raises; waits `wait` seconds at most,
        and not at all while the database is known to be in trouble.
        """
        if not entries:
            return True
        entries = tuple(entries)
        job = self.submit(entries)
        if job is not None:
            job.done.acquire(timeout=self.wait)
        return self.settle(job, entries)

    def submit(self, entries: Sequence[Entry], over: Callable[[], object] | None = None) -> Job | None:
        """Begin to record and return at once: the first half of record(), for those who must not wait.

        `over` is called, in any thread, when it has been tried: then, or after `wait` seconds, settle().
        None: the database is in trouble, and settle() is due now.
        """
        if self._detour.on:
            return None
        return self._door.submit(partial(append, entries=tuple(entries)), guarded=False, over=over)

    def settle(self, job: Job | None, entries: Sequence[Entry]) -> bool:
        """Spill what isn't on the disk by now: the second half of record(). Return whether it is."""
        if job is not None and job.ended and job.error is None:
            return True
        if job is not None:
            # Begun already? Then it may be written as well: its keys see to it that it counts once.
            self._door.withdraw(job)
        self._detour.take(tuple(entries))
        return False

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction of the write door and return its result, once that is on the disk.

        `work` may run late, in another thread, and must neither commit nor reach over the network.
        Errors: StoreUnavailable; else what `work` raises, and its changes are undone.
        """
        try:
            return self._door.run(work)
        except StoreUnavailable:
            self._detour.begin()
            raise

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """Lend a connection that can't write, for the block. Rows are sqlite3.Row.

        Errors: StoreUnavailable, from the block too, when the database can't be read.
        """
        return self._readers.lend()

    def take_in_spill(self) -> int:
        """Take in what lies in the spill file, and return how many lines. 0 while another process does it.

        Errors: StoreUnavailable.
        """
        return self._spill.take_in(self.write)

    def writable(self) -> bool:
        """Return whether an entry would be durable now. Writes to find out, at most once a second."""
        if self._detour.on or self._door.full:
            return False
        if time.monotonic() - self._door.committed_at < _FRESH:
            return True
        try:
            self.write(probe)
        except StoreUnavailable:
            return False
        return True

    def behind(self) -> bool:
        """Return whether the tables may lack something: it was spilled and isn't taken in yet."""
        return self._detour.on or self._spill.pending()

    def close(self) -> None:
        """Write what waits, and let go of the files. Twice is harmless."""
        self._detour.close()
        self._door.close()
        self._readers.close()

    def cut(self) -> None:
        """Drill: from now on the disk is full for the database. Reading goes on."""
        self._door.full = True

    def mend(self) -> bool:
        """End the drill, take in what was spilled, and return whether the database can be written again."""
        self._door.full = False
        return self._detour.leave()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
