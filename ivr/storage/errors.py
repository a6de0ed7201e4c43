"""What can go wrong with the store, and how to tell the disk's fault from the code's."""

from __future__ import annotations

import sqlite3

# SQLite's primary result codes that say "the place is in trouble", not "the statement is wrong".
_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOTADB,
    }
)


class StorageError(Exception):
    """The store can't be opened or a kept file can't be read. The message names the place and the cure."""


class StoreUnavailable(StorageError):
    """The database can't be written or read just now. Nothing was done, unless the message says otherwise."""


def is_trouble(error: BaseException) -> bool:
    """Return whether `error` is the disk's, the lock's or the file's, so that trying again later may help."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.Error) and isinstance(code, int) and (code & 0xFF) in _TROUBLE
