"""The write door: one thread of each process writes, and commits together what waits together.

A job is any function of the connection. It runs in a savepoint of its own inside one BEGIN IMMEDIATE, so that
one job's failure is its own; a flush of the disk is shared by all that came in during the last one.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ivr.storage import connection
from ivr.storage.errors import StoreUnavailable, is_trouble
from ivr.storage.filelock import Turnstile

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

log = logging.getLogger(__name__)

MOST = 100  # jobs in one transaction: the first of them waits for the last
# Seconds to let more jobs come in before a commit, for each that the last commit had: a lone caller never
# waits, and under load a flush, which costs as much as ten jobs, is shared by many.
_EACH, _LONGEST_PAUSE = 0.0003, 0.003
_WAITING, _TAKEN, _WITHDRAWN = range(3)


class Job:
    """One piece of work on its way through the door."""

    __slots__ = ("work", "guarded", "state", "result", "error", "done", "ended")

    def __init__(self, work: Work[Any], guarded: bool) -> None:
        self.work = work
        self.guarded = guarded
        self.state = _WAITING
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = threading.Lock()  # held until the job is over: cheaper than an Event
        self.done.acquire()
        self.ended = False

    def finish(self) -> None:
        """Let go of whoever waits."""
        self.ended = True
        self.done.release()


class Door:
    """The one way to write to the database at `path`.

    wait   seconds after which a caller no longer waits, and for which another process's lock is waited for
    full   drill: behave as if the disk were full
    """

    def __init__(self, path: Path, wait: float) -> None:
        self.full = False
        self.committed_at = float("-inf")  # time.monotonic() of the last commit
        self._path, self._wait = path, wait
        self._turnstile = Turnstile(connection.locks(path.parent))
        self._conn: sqlite3.Connection | None = connection.writer(path, wait)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()  # over the states of jobs
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[Any], guarded: bool = True) -> Job:
        """Hand in `work` and return at once.

        guarded=False: no savepoint, for work that fails only when the disk does (a sixth less CPU). Should
        it fail for another reason, all that is in its transaction fails with it.
        """
        job = Job(work, guarded)
        if self._closed:
            self._fail([job], StoreUnavailable(f"{self._path}: the store was closed. Nothing was written."))
        else:
            self._queue.put(job)
        return job

    def withdraw(self, job: Job) -> bool:
        """Take the job back. True: it was not begun, and never will be."""
        with self._lock:
            if job.state == _WAITING:
                job.state = _WITHDRAWN
            return job.state == _WITHDRAWN

    def run(self, work: Work[T]) -> T:
        """Do `work` in a transaction and return what it returns, once that is on the disk.

        Errors: StoreUnavailable when it can't be done in time, or the disk is in trouble; else what `work`
        raises (its changes are undone). RuntimeError from within the door: it would wait for itself.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("write() within write(): use the connection that you were given")
        job = self.submit(work)
        if not job.done.acquire(timeout=self._wait):
            if self.withdraw(job):
                raise StoreUnavailable(
                    f"{self._path}: nobody could write for {self._wait:g} s. Nothing was written."
                )
            # Begun, so its outcome will be known when the disk answers: worth waiting for once more.
            if not job.done.acquire(timeout=self._wait):
                raise StoreUnavailable(f"{self._path}: the disk doesn't answer. It may be written, or not.")
        if job.error is None:
            result: T = job.result
            return result
        if is_trouble(job.error):
            raise StoreUnavailable(f"{self._path}: {job.error}. Nothing was written.") from job.error
        raise job.error

    def close(self) -> None:
        """Let what waits be written, then stop. Twice is harmless."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout=10)

    # --- the writer thread ---------------------------------------------------

    def _run(self) -> None:
        going, crowd = True, 1
        while going:
            waiting: list[Job] = []
            item = self._queue.get()
            if crowd > 1:
                time.sleep(min(crowd * _EACH, _LONGEST_PAUSE))
            try:
                while item is not None and len(waiting) < MOST - 1:
                    waiting.append(item)
                    item = self._queue.get_nowait()
            except Empty:
                pass
            else:
                if item is None:
                    going = False
                else:
                    waiting.append(item)
            crowd = len(waiting)
            if waiting:
                self._commit(waiting)
        self._drop_connection()
        self._turnstile.close()

    def _commit(self, waiting: list[Job]) -> None:
        taken: list[Job] = []
        try:
            self._turnstile.enter()
            conn = self._begin()
            with self._lock:  # not before the lock is ours: until now, callers could still withdraw
                for job in waiting:
                    if job.state == _WAITING:
                        job.state = _TAKEN
                        taken.append(job)
            for job in taken:
                self._do(conn, job)
            conn.execute("COMMIT")
        except BaseException as error:
            self._recover(error)
            self._fail([job for job in waiting if job.state != _WITHDRAWN], error)
            return
        finally:
            self._turnstile.leave()
        if taken:  # else nothing was flushed, which proves nothing
            self.committed_at = time.monotonic()
        for job in taken:
            job.finish()

    def _begin(self) -> sqlite3.Connection:
        if self.full:
            error = sqlite3.OperationalError("database or disk is full (drill)")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        if self._conn is None:
            self._conn = connection.writer(self._path, self._wait)
        self._conn.execute("BEGIN IMMEDIATE")
        return self._conn

    @staticmethod
    def _do(conn: sqlite3.Connection, job: Job) -> None:
        if not job.guarded:
            job.result = job.work(conn)
            return
        conn.execute("SAVEPOINT job")
        try:
            job.result = job.work(conn)
        except BaseException as error:
            if is_trouble(error) or not conn.in_transaction:
                raise  # the whole transaction is lost
            conn.execute("ROLLBACK TO job")
            job.error = error
        conn.execute("RELEASE job")

    def _recover(self, error: BaseException) -> None:
        conn = self._conn
        try:
            if conn is not None and conn.in_transaction:
                conn.execute("ROLLBACK")
        except sqlite3.Error:
            self._drop_connection()
        if not is_trouble(error):
            log.error("the write door met an error of its own: %s", type(error).__name__)
        if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_BUSY and not self.full:
            self._drop_connection()  # the next job opens a new one: this one may never work again

    def _drop_connection(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            try:
                conn.close()
            except sqlite3.Error as error:
                log.warning("closing the database: %s", type(error).__name__)

    @staticmethod
    def _fail(jobs: list[Job], error: BaseException) -> None:
        for job in jobs:
            job.error = error
            job.finish()
