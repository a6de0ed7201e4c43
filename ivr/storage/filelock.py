"""Locks between processes (and threads), on files. The kernel lets go of them when their process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path, wait: bool = True) -> Iterator[bool]:
    """Hold the lock on `path` (made when missing) within the block; yields whether it was got.

    wait=False: don't queue behind another holder, yield False. Errors: OSError.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)  # lets go of the lock too


class Turnstile:
    """Lets processes write in turn. Within it, exactly one of them goes on; the others queue.

    SQLite's own wait for its write lock is a sleep that a busy neighbour wins again and again: two processes
    under load made each other wait for 0.7 s. Here, who waits for its turn holds the gate, so who has just
    written can't be first again (with this, 14 ms).
    """

    def __init__(self, folder: Path) -> None:
        self._gate = os.open(folder / "gate", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._turn = os.open(folder / "turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def enter(self) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        fcntl.flock(self._gate, fcntl.LOCK_UN)

    def try_enter(self) -> bool:
        """Enter if nobody is within and nobody queues. False: not entered."""
        try:
            fcntl.flock(self._gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            finally:
                fcntl.flock(self._gate, fcntl.LOCK_UN)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._gate)
        os.close(self._turn)
