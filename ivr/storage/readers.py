"""Connections for reading: kept and lent again, so that opening one (half a millisecond) is rare."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType

from ivr.storage import connection
from ivr.storage.errors import StoreUnavailable, is_trouble


class Readers:
    """As many read-only connections to `path` as are needed at once; each serves one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._free: list[sqlite3.Connection] = []  # append and pop are atomic
        self._closed = False

    def lend(self) -> Loan:
        return Loan(self)

    def take(self) -> sqlite3.Connection:
        try:
            return self._free.pop()
        except IndexError:
            pass
        if self._closed:
            raise StoreUnavailable(f"{self.path}: the store was closed.")
        try:
            return connection.reader(self.path)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.path}: can't be read ({error}).") from error

    def give(self, conn: sqlite3.Connection) -> None:
        if self._closed:
            conn.close()
        else:
            self._free.append(conn)

    def close(self) -> None:
        self._closed = True
        while self._free:
            self._free.pop().close()


class Loan:
    """One connection, for one `with` block."""

    __slots__ = ("_readers", "_conn")

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._conn: sqlite3.Connection | None = None

    def __enter__(self) -> sqlite3.Connection:
        self._conn = self._readers.take()
        return self._conn

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        conn, self._conn = self._conn, None
        if conn is None:
            return
        if error is not None and is_trouble(error):
            conn.close()
            raise StoreUnavailable(f"{self._readers.path}: can't be read ({error}).") from error
        self._readers.give(conn)
