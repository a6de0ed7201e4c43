"""Keeps one child process running: it is started anew whenever it ends, until it is no longer wanted."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Sequence

log = logging.getLogger(__name__)

_FIRST, _LONGEST = 0.5, 30.0  # seconds before the next start: doubled each time
_SETTLED = 60.0  # a child that ran for so long was sound: the next start is soon again


class Keeper:
    """Runs `command` (in a session of its own, so that Ctrl-C is ours alone to handle) as `name`."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name, self._command = name, tuple(command)
        self._unwanted = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def dismiss(self) -> None:
        """Ask the child to end, and start no other. Returns at once."""
        self._unwanted.set()
        if (child := self._child) is not None:
            child.terminate()

    def stop(self, seconds: float) -> None:
        """End the child: at its own leisure within `seconds`, else at once."""
        self.dismiss()
        if self._thread.ident is None:
            return
        self._thread.join(seconds)
        if self._thread.is_alive() and (child := self._child) is not None:
            log.warning("the %s didn't end within %g s: it is killed", self._name, seconds)
            child.kill()
            self._thread.join()

    def _keep(self) -> None:
        pause = _FIRST
        while not self._unwanted.is_set():
            began = time.monotonic()
            child = self._child = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, start_new_session=True
            )
            if self._unwanted.is_set():  # dismissed before it could be known
                child.terminate()
            code = child.wait()
            if self._unwanted.is_set():
                return
            pause = _FIRST if time.monotonic() - began > _SETTLED else pause
            log.error("the %s ended (%d): it is started again in %g s", self._name, code, pause)
            self._unwanted.wait(pause)
            pause = min(pause * 2, _LONGEST)
