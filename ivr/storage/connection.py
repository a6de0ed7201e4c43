"""Opening data/line.db: the file, its settings, and whether this code knows its tables."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ivr.storage.errors import StorageError
from ivr.storage.filelock import locked

SCHEMA = 21  # how many migrations there are: see the room migrations

# Pages (4 KiB) in the write-ahead log before they are copied into the database. The default of 1000 did that
# every hundredth webhook, the copying on that webhook's time; more, more seldom, costs less in all.
_WAL_PAGES = 4000


def prepare(data: Path) -> Path:
    """Make the folder and the database in it, bring its tables up to date, and return the database's path.

    The file gets mode 0600, a folder made here 0700. Only one process at a time does this.

    Errors: StorageError, with the place and the cure.
    """
    path = data / "line.db"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        locks(data).mkdir(mode=0o700, exist_ok=True)
        with locked(locks(data) / "open"):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            if path.stat().st_uid == os.geteuid():
                path.chmod(0o600)
            conn = writer(path, busy=5.0)
            try:
                _settle(conn, path)
            finally:
                conn.close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        cure = f"Give this user write access to {data}, or set IVR_DATA."
        raise StorageError(f"{path}: {reason}. {cure}") from error
    except sqlite3.Error as error:
        raise StorageError(_explain(path, error)) from error
    return path


def locks(data: Path) -> Path:
    """Return the folder of the files that processes lock: empty files, which may stay."""
    return data / "locks"


def writer(path: Path, busy: float) -> sqlite3.Connection:
    """Return a connection that may write. `busy`: seconds to wait for another process's write lock."""
    conn = sqlite3.connect(
        path, timeout=busy, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA synchronous = FULL")  # a commit is on the disk before it returns
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    return conn


def reader(path: Path) -> sqlite3.Connection:
    """Return a connection that can't write. It may be used by one thread at a time."""
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=1.0,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA query_only = ON")
    return conn


def _settle(conn: sqlite3.Connection, path: Path) -> None:
    mode = conn.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        mode = conn.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StorageError(f"{path}: no WAL on this kind of disk. Put IVR_DATA on a local disk.")
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA:
        raise StorageError(
            f"{path}: written by a newer version of the line (schema {version}, this one knows {SCHEMA})."
            " Start the newer version, or put back the backup made before the upgrade."
        )
    if version < SCHEMA:
        # Imported here: sqlite_utils takes as long to import as everything else in this room together.
        from ivr.storage.migrations import migrate

        migrate(conn)


def _explain(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return f"{path}: not a sound SQLite database ({error}). Move it away, or put back a backup."
    if code == sqlite3.SQLITE_FULL:
        return f"{path}: the disk is full. Free some space, then start again."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path}: another program keeps it locked. Close what has it open, then start again."
    cure = f"Give this user write access to {path.parent}, or set IVR_DATA."
    return f"{path}: can't be opened ({error}). {cure}"
