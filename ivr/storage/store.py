"""The store: what the rest of the line holds. Recording never raises and never waits longer than told."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from ivr.storage import connection
from ivr.storage.detour import Detour, probe
from ivr.storage.door import Door, Job
from ivr.storage.entry import Entry
from ivr.storage.errors import StoreUnavailable
from ivr.storage.journal import append
from ivr.storage.pen import Pen
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
        self._pen = Pen(self.path)
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
        if not self.troubled:
            job = self._append(entries)
            if job.ended and job.error is None:
                return True
        self.spill(entries)
        return False

    def begin(self, batch: Sequence[Sequence[Entry]]) -> bool:
        """Write entries in this thread, without waiting, all but the flush: see Pen. For one thread alone.

        False: not now, nothing was written; write_all() is the way. True: then flush(), in any thread.
        """
        return not self.troubled and not self._door.full and self._pen.begin(batch)

    def flush(self) -> None:
        """Make durable what begin() wrote. Errors: sqlite3.Error; spill() is due."""
        self._pen.flush()

    def write_all(self, batch: Sequence[Sequence[Entry]]) -> None:
        """Write entries through the door, as one job, and wait for it. Errors: any; spill() is due."""
        job = self._append(tuple(chain.from_iterable(batch)))
        if not job.ended:
            raise StoreUnavailable(f"{self.path}: nobody could write for {self.wait:g} s.")
        if job.error is not None:
            raise job.error

    def _append(self, entries: Sequence[Entry]) -> Job:
        """Have the door append entries, and wait `wait` seconds for it at most; then the job is taken back.

        Begun already? Then it may be written all the same: its keys see to it that it counts once.
        """
        job = self._door.submit(partial(append, entries=entries), guarded=False)
        if not job.done.acquire(timeout=self.wait):
            self._door.withdraw(job)
        return job

    @property
    def troubled(self) -> bool:
        """Whether the database is known to be in trouble: entries are spilled at once."""
        return self._detour.on

    def spill(self, entries: Sequence[Entry]) -> None:
        """Put entries into the spill file, and those to come, until the database can be written again."""
        self._detour.take(tuple(entries))

    def spilled(self) -> list[Entry]:
        """Return the entries that wait for the database, of all processes, in their order. Never raises."""
        return self._detour.waiting()

    def claim(self, entry: Entry) -> bool:
        """Spill an entry that only one of its call and kind may have; return whether this is the one.

        For what can't wait until the database decides: who took a page. Never raises.
        """
        return self._detour.claim(entry)

    def claimed_by_another(self, entry: Entry) -> bool:
        """Return whether another entry of the same call and kind lies in the spill file. Never raises.

        To be asked within write(): what is claimed after that waits, by outwait(), for its end.
        """
        return self._spill.claimed_by_another(entry)

    def outwait(self) -> None:
        """Wait, `wait` seconds at most, until whoever writes to the database now is done. Never raises."""
        with suppress(sqlite3.Error), closing(connection.writer(self.path, self.wait)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("ROLLBACK")

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
        if time.monotonic() - max(self._door.committed_at, self._pen.committed_at) < _FRESH:
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
        self._pen.close()
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
