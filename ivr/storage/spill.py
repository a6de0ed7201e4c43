"""The spill file: where entries wait while the database can't be written.

data/spill.jsonl holds one entry a line, numbers included (mode 0600). All processes add to the same file,
under a lock. To take it in, it is moved aside first, so that adding never waits for the database; a line is
in the journal once, by its key, even if the process dies before the moved file is deleted.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from functools import partial
from pathlib import Path

from ivr.storage.connection import locks
from ivr.storage.entry import Entry, from_line, to_line
from ivr.storage.filelock import locked
from ivr.storage.journal import append
from ivr.storage.reserve import Reserve

log = logging.getLogger(__name__)

BATCH = 200  # lines in one transaction: webhooks of other processes go in between

Write = Callable[[Callable[[sqlite3.Connection], int]], int]


class Spill:
    """The spill file in the folder `data`, shared with other processes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.file = data / "spill.jsonl"
        self.reserve = Reserve(data / "reserve")
        self._lock = locks(data) / "spill"  # while adding, or moving the file aside
        self._taking = locks(data) / "taking"  # while taking in

    def add(self, entries: Sequence[Entry]) -> int:
        """Add the entries and return the open file, for flush(). Errors: OSError; nothing was added."""
        block = "".join(f"{to_line(entry)}\n" for entry in entries).encode()
        with locked(self._lock):
            return self._add_somehow(block)

    def claim(self, entry: Entry) -> tuple[bool, int | None]:
        """Add an entry that only one may have, unless another of its call and kind waits here already.

        Return whether the one that waits is this one, by its key; and the open file, for flush(), if it has
        just been added. Errors: OSError; nothing was added.
        """
        with locked(self._lock):
            if first := self._first(entry.call, entry.kind):
                return first == entry.key, None
            return True, self._add_somehow(f"{to_line(entry)}\n".encode())

    def claimed_by_another(self, entry: Entry) -> bool:
        """Return whether the first that waits here of the entry's call and kind is another. Never raises."""
        if not self.pending():
            return False
        try:
            with locked(self._lock):
                return self._first(entry.call, entry.kind) not in ("", entry.key)
        except OSError:
            return False  # then whoever spills is joined by the key alone, too

    def _first(self, call: str, kind: str) -> str:
        """The key of the first entry of that call and kind that waits; "" when there is none."""
        of_call = (entry for entry in self._entries(call) if (entry.call, entry.kind) == (call, kind))
        return next((entry.key for entry in of_call), "")

    def _entries(self, holding: str = "") -> Iterator[Entry]:
        """The entries that wait, in their order, whose lines hold a text; what can't be read is left out."""
        wanted = holding.encode()
        for file in (*self._aside(), self.file):
            with suppress(FileNotFoundError), file.open("rb") as lines:
                for line in lines:
                    if wanted in line:  # the others needn't be read
                        with suppress(ValueError):
                            yield from_line(line)

    def _add_somehow(self, block: bytes) -> int:
        """Add the block; on a full disk, at the cost of the reserve."""
        try:
            return self._add(block)
        except OSError as error:
            if error.errno not in (ENOSPC, EDQUOT) or not self.reserve.give_up():
                raise
        return self._add(block)

    def _add(self, block: bytes) -> int:
        new = not self.file.exists()
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        size = os.fstat(handle).st_size
        try:
            if size and os.pread(handle, 1, size - 1) != b"\n":
                block = b"\n" + block  # somebody died in mid-line: don't glue ours to it
            if os.write(handle, block) != len(block):
                raise OSError(ENOSPC, os.strerror(ENOSPC))
            if new:
                _flush_folder(self.data)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(handle, size)
            os.close(handle)
            raise
        return handle

    @staticmethod
    def flush(handle: int) -> None:
        """Return when what add() wrote is on the disk. Errors: OSError."""
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def waiting(self) -> list[Entry]:
        """Return the entries that wait, in their order; what can't be read is left out. Errors: OSError."""
        return list(self._entries())

    def pending(self) -> bool:
        """Return whether lines wait to be taken in."""
        return self.file.exists() or bool(self._aside())

    def take_in(self, write: Write) -> int:
        """Put all lines into the journal through `write`, and return how many there were.

        Each file taken in leaves one `spilled` entry, from which somebody is told. While another process is
        at it, returns 0. Errors: StoreUnavailable from `write`; what was not taken in stays.
        """
        count = 0
        with locked(self._taking, wait=False) as mine:
            while mine:
                if not (files := self._aside() or self._move_aside()):
                    break
                for file in files:
                    count += self._take(file, write)
        return count

    def _aside(self) -> list[Path]:
        return sorted(self.data.glob("spill.*.taking"))

    def _move_aside(self) -> list[Path]:
        aside = self.data / f"spill.{secrets.token_hex(8)}.taking"
        with locked(self._lock):
            if not self.file.exists():
                return []
            self.file.rename(aside)
        return [aside]

    def _take(self, file: Path, write: Write) -> int:
        count, at = 0, ""
        unread: list[bytes] = []
        batch: list[Entry] = []
        with file.open("rb") as lines:
            for line in lines:
                try:
                    entry = from_line(line)
                except ValueError:
                    if line.strip():
                        unread.append(line if line.endswith(b"\n") else line + b"\n")
                    continue
                count, at = count + 1, max(at, entry.at)
                batch.append(entry)
                if len(batch) == BATCH:
                    write(partial(append, entries=tuple(batch)))
                    batch.clear()
        if count:
            # Keyed by the file, so that one taken in twice (a process that died in between) is told once.
            batch.append(Entry(at, "", "spilled", file.stem, {"lines": count}))
            write(partial(append, entries=tuple(batch)))
            log.warning("spilled lines taken into the journal: %d", count)
        if unread:
            self._put_by(unread)
        file.unlink(missing_ok=True)
        return count

    def _put_by(self, lines: list[bytes]) -> None:
        """Keep what can't be read: a torn line of a process that died, or a line of a newer version."""
        path = self.data / "spill.unread"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.write(handle, b"".join(lines))
        self.flush(handle)
        log.error("spilled lines that can't be read: %d, kept in %s", len(lines), path.name)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
