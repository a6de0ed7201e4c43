"""What a line apart meets outside of itself: the time, the provider's API and a mail server that go wrong."""

from __future__ import annotations

import mmap
import socket
import struct
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from ivr.exchange.clock import HandClock
from ivr.exchange.injected import Fault, Faults
from tests.mail.smtp_desk import Desk

TAKEN, SILENT = "250 taken", "taken then gone"  # the mail server's replies to a message; the second is none


class Shared(HandClock):
    """A clock moved by hand, which a line in another process reads."""

    def __init__(self, at: datetime, file: Path) -> None:
        super().__init__(at)
        file.write_bytes(bytes(16))
        with file.open("r+b") as handle:
            self._shared = mmap.mmap(handle.fileno(), 16)

    def wait(self, until: float, woken: threading.Event) -> None:
        """Jump to `until`; never back."""
        super().wait(until, woken)
        struct.pack_into("d", self._shared, 0, self.elapsed())

    def start_plus(self, seconds: float) -> datetime:
        """Return the time so many seconds after the start."""
        return self.now() + timedelta(seconds=seconds - self.elapsed())

    def met(self) -> float:
        """Return when the line met the fault that it was begun with, 0 if it hasn't."""
        seconds: float = struct.unpack_from("d", self._shared, 8)[0]
        return seconds


class Requests(Faults):
    """Counts the REST requests, and has the one with the number `at` (from 1) go wrong.

    kind     of Faults, or "killed before" and "killed after": the line dies in it
    down     each request meets that, while it is set: an outage
    refused  requests whose path has that in it meet a 503, while it is set: one part of the API is out
    """

    def __init__(
        self, kill: Callable[[], None], now: Callable[[], float], kind: str = "", at: int = 0
    ) -> None:
        super().__init__()
        self.kind, self.at, self.count = kind, at, 0
        self.met_at = 0.0
        self.down: int | str = ""
        self.refused = ""
        self._now = now
        self._kill = kill
        self._dies = False

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that meets this request, or None."""
        self.count += 1
        if self.down:
            return Fault("", 1, self.down)  # type: ignore[arg-type]
        if self.kind and self.count == self.at:
            self.met_at = self._now()
            if self.kind == "killed after":
                return self.dying()
            if self.kind == "killed before":
                self._kill()
                return Fault("", 1, "reset")
            return Fault("", 1, int(self.kind) if self.kind.isdigit() else self.kind)  # type: ignore[arg-type]
        if self.refused and self.refused in path:
            return Fault("", 1, 503)
        return super().take(method, path)

    def dying(self) -> Fault:
        """Return the fault of a request that is carried out; then the line dies, waiting for the answer.

        Not before that: the exchange's clock goes on at the line's death, and the work would be done later.
        """
        self._dies = True
        return Fault("", 1, "timeout-after")

    def hold(self, connection: socket.socket) -> None:
        """Wait until the line gives up, or let it die."""
        if not self._dies:
            return super().hold(connection)
        self._dies = False
        self._kill()


class Mails(Desk):
    """A mail server that counts the messages, and has the one with the number `at` (from 1) go wrong.

    kind  "451" (it asks for another try), "silent" (it takes it and says nothing), "gone" (neither),
          "killed before" and "killed after"
    """

    def __init__(
        self, kill: Callable[[], None], now: Callable[[], float], kind: str = "", at: int = 0
    ) -> None:
        super().__init__()
        self.kind, self.at, self.count = kind, at, 0
        self.met_at = 0.0
        self._now = now
        self._kill = kill
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()

    def end(self) -> str:
        """Return the reply to a message: see Desk."""
        self.count += 1
        if not self.kind or self.count != self.at:
            return TAKEN
        self.met_at = self._now()
        if self.kind.startswith("killed"):
            self._kill()
        return {"451": "451 later", "silent": SILENT, "killed after": SILENT}.get(self.kind, "")
