"""A file that only takes up room: deleted when the disk is full, so that the spill file can still grow."""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

SIZE = 1 << 20  # bytes: room for some 3,000 spilled lines


class Reserve:
    """The room kept at `path`, shared by all processes of the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self) -> None:
        """Take up the room, if nothing does yet. Without it the line works all the same."""
        if self.path.exists():
            return
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(handle, 0, SIZE)
                else:  # macOS. Not zeros: some disks store those in no room at all.
                    os.write(handle, os.urandom(SIZE))
            finally:
                os.close(handle)
        except FileExistsError:
            pass
        except OSError as error:
            self.path.unlink(missing_ok=True)
            log.warning("no room can be kept for spilling: %s", error.strerror)

    def give_up(self) -> bool:
        """Free the room. False: it was free already."""
        try:
            self.path.unlink()
        except OSError:
            return False
        log.warning("the disk is full: the room kept for spilling is in use now")
        return True
