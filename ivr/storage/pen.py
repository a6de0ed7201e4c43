"""The pen: entries are written in the thread that decided them, and only the flush is left to another.

SQLite lets go of the interpreter at each statement. A second thread that writes what an event loop decides
thus fights with it for the interpreter a dozen times a webhook; a flush is one statement, and all of it is
waiting for the disk (docs/decisions/0018).
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ivr.storage import connection
from ivr.storage.entry import Entry
from ivr.storage.filelock import Turnstile
from ivr.storage.journal import append

log = logging.getLogger(__name__)


class Pen:
    """Writes to the database at `path` for one thread, through the same turnstile as every write door.

    begin() and flush() take turns: after a begin() that returned True, nothing but flush().
    """

    def __init__(self, path: Path) -> None:
        self.committed_at = float("-inf")  # time.monotonic() of the last flush
        self._path = path
        self._turnstile = Turnstile(connection.locks(path.parent))
        self._conn: sqlite3.Connection | None = None
        self._closed = False

    def begin(self, batch: Iterable[Sequence[Entry]]) -> bool:
        """Write the entries into an open transaction. False: not now, nothing was written.

        Never waits: while anybody else writes, or the disk is in trouble, it is the door's turn.
        """
        if self._closed or not self._turnstile.try_enter():
            return False
        try:
            if self._conn is None:
                self._conn = connection.writer(self._path, busy=0)
            self._conn.execute("BEGIN IMMEDIATE")
            for entries in batch:
                append(self._conn, entries)
        except Exception as error:  # the door meets it too, and knows what to do
            log.info("entries go through the door: %s", type(error).__name__)
            self._give_up()
            return False
        return True

    def flush(self) -> None:
        """Make it durable. Errors: what kept it from being so: it may be written, or not."""
        try:
            assert self._conn is not None
            self._conn.execute("COMMIT")
        except BaseException:
            self._give_up()
            raise
        self._turnstile.leave()
        self.committed_at = time.monotonic()

    def close(self) -> None:
        """Let go of the files; what was begun and not flushed is undone. Twice is harmless."""
        if not self._closed:
            self._closed = True
            self._drop()
            self._turnstile.close()

    def _give_up(self) -> None:
        self._drop()  # undoes what was begun; this connection may never work again
        self._turnstile.leave()

    def _drop(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            with suppress(sqlite3.Error):
                conn.close()
