"""A line's process, as seen from the exchange's: begun, asked over loopback, killed, and begun again."""

from __future__ import annotations

import os
import select
import signal
import urllib.request
from contextlib import suppress
from urllib.error import URLError

from ivr.cli.stage import PUBLIC
from tests.lost.beginner import Beginner
from tests.lost.line_process import Order

NOBODY = "http://127.0.0.1:9"  # nothing listens there: a line that is down
PATIENCE = 10.0  # s: it takes tenths of a second to die, and longer on a busy machine


class Running:
    """The process of a line that the exchange reaches through `via`.

    begun  how many processes the line has had
    """

    def __init__(self, beginner: Beginner, via: dict[str, str]) -> None:
        self.begun = 0
        self._beginner, self._via = beginner, via
        self._pidfd = -1
        self._port = 0

    @property
    def address(self) -> str:
        """Where the line listens."""
        return f"http://127.0.0.1:{self._port}"

    def begin(self, order: Order) -> None:
        """Begin a process."""
        pid, self._port = self._beginner.begin(order)
        self.close()
        self._pidfd = os.pidfd_open(pid)
        self._via[PUBLIC] = self.address
        self.begun += 1

    def close(self) -> None:
        """Let go of the process, whatever it does."""
        if self._pidfd >= 0:
            os.close(self._pidfd)

    def kill(self) -> None:
        """kill -9: it ends where it is, and whatever it held in memory is gone. Returns when it is dead."""
        self._via[PUBLIC] = NOBODY  # first: once it is dead, another thread may begin the next
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        self.dead(PATIENCE)

    def dead(self, within: float = 0.0) -> bool:
        """Return whether the process has ended, or ends within so many real seconds.

        Whoever knows that it dies waits for that: else the exchange's clock goes on for minutes meanwhile.
        """
        return bool(select.select([self._pidfd], [], [], within)[0])

    def ask(self, what: str) -> str:
        """Have it obey an order of the sweep's, and return the answer; "" when there is none."""
        try:
            with urllib.request.urlopen(f"{self.address}/-/{what}", timeout=60) as answer:
                return str(answer.read(), "ascii")
        except (URLError, OSError):
            self.dead(PATIENCE)
            return ""
