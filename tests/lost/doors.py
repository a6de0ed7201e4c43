"""What goes wrong where the line writes: at its write door, and at the pen of its webhooks."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

# Who commits: the thread of the write door, and the one that flushes what the pen has written in the loop's
# thread (docs/decisions/0018). What other threads commit isn't the line's.
DOOR, PEN, LOOP = "store-writer", "flush_0", "MainThread"
# Nobody misses when a job was done last, nor a write that only asks whether one could: they aren't counted.
# The real clock has a say in when they come.
NOTHING = (" stamps ", " probe ")
SLOW = 2.2  # s: longer than a caller of the write door waits, twice; and than the pen's callers do


class Door:
    """Counts the commits of the line, by the door or the pen, and lets the one with the number `at` go wrong.

    "full": the disk is; nothing is written. "torn": an I/O error at the commit; nothing is written.
    "refused": the disk is full before that, at the first statement: the pen leaves it to the door.
    "slow": it is written, after whoever waits has given up. "killed before" and "killed after": kill -9.
    """

    def __init__(self, fault: str, at: int, met: Callable[[], None]) -> None:
        self.fault, self.at, self._met = fault, at, met
        self.writes = self.by_pen = 0
        self._over = False

    def wrote(self) -> None:
        """After a statement that changed anything."""
        if self.fault == "refused" and self.writes + 1 == self.at and not self._over:
            self._over = True
            self._met()
            raise _trouble("database or disk is full", sqlite3.SQLITE_FULL)

    def commit(self, commit: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        """In place of the commit of a transaction that changed anything."""
        self.writes += 1
        self.by_pen += threading.current_thread().name == PEN
        if self.writes != self.at or self._over:
            return commit()
        self._over = True
        self._met()
        if self.fault == "full":
            raise _trouble("database or disk is full", sqlite3.SQLITE_FULL)
        if self.fault == "killed before":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "torn":
            raise _trouble("disk I/O error", sqlite3.SQLITE_IOERR)
        if self.fault == "slow":
            threading.Event().wait(SLOW)
        done = commit()
        if self.fault == "killed after":
            os.kill(os.getpid(), signal.SIGKILL)
        return done


class Watched(sqlite3.Connection):
    """A connection whose commits pass the Door, when they are the line's."""

    door: Door
    begun = False  # a transaction of the line's
    before = 0  # total_changes when it began, and those since that mean nothing

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        who = threading.current_thread().name
        if sql == "BEGIN IMMEDIATE":
            self.begun, self.before = who in (DOOR, LOOP), self.total_changes
        if sql == "COMMIT" and who in (DOOR, PEN) and self.total_changes != self.before:
            return self.door.commit(lambda: super(Watched, self).execute(sql))
        return self._changing(sql, super().execute, *args)

    def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
        return self._changing(sql, super().executemany, *args)

    def _changing(self, sql: str, execute: Callable[..., sqlite3.Cursor], *args: Any) -> sqlite3.Cursor:
        before = self.total_changes
        done = execute(sql, *args)
        if any(word in sql for word in NOTHING):
            self.before += self.total_changes - before
        elif self.begun and self.total_changes != self.before:
            self.door.wrote()
        return done


def _trouble(message: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(f"{message} (a fault of the test)")
    error.sqlite_errorcode = code
    return error
