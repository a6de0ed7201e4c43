"""Faults of the REST API that a test asks for: answers that never come, connections that break, refusals."""

from __future__ import annotations

import selectors
import socket
import threading
from dataclasses import dataclass
from typing import Literal, get_args

from ivr.exchange.rest_errors import ApiError, of_status

Breakage = Literal["timeout", "reset", "timeout-after", "reset-after"]


@dataclass
class Fault:
    """One fault that waits for `times` requests whose path has `path_part` in it."""

    path_part: str
    times: int
    kind: Breakage | int
    method: str | None = None

    @property
    def works_first(self) -> bool:
        """Return whether the request is carried out all the same: an outcome that the client can't know."""
        return self.kind in ("timeout-after", "reset-after")

    @property
    def error(self) -> ApiError | None:
        """Return the error to answer, or None when no answer is given at all."""
        if isinstance(self.kind, str):
            return None
        return of_status(self.kind) if self.kind < 1000 else ApiError(self.kind, "number given")


class Faults:
    """The faults still to come, and the requests that are being held.

    `hold_limit` is the longest that a request is held, in real seconds.
    """

    def __init__(self, hold_limit: float = 30.0) -> None:
        self.hold_limit = hold_limit
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self._wake_read, self._wake_write = socket.socketpair()

    def fail_rest(
        self, path_part: str, times: int = 1, kind: Breakage | int = 503, method: str | None = None
    ) -> Fault:
        """Make the next `times` requests fail whose path and query hold `path_part` (and have that `method`).

        `kind`: "timeout" (no answer until the client gives up), "reset" (the connection closes without one),
        either with "-after" (the same, but the work has been done: an unknown outcome); below 1000 an HTTP
        status such as 429, 500 or 503; else one of Twilio's codes, such as 21610. Faults are used in the
        order they were given.

        Errors: ValueError for another kind.
        """
        if isinstance(kind, str) and kind not in get_args(Breakage):
            raise ValueError(f"no fault {kind!r}: there are {', '.join(get_args(Breakage))}, and numbers")
        fault = Fault(path_part, times, kind, method)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that meets this request, used once more, or None."""
        with self._lock:
            for fault in self._waiting:
                if fault.path_part in path and fault.method in (None, method):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Drop the faults that are still to come."""
        with self._lock:
            self._waiting.clear()

    def hold(self, connection: socket.socket) -> None:
        """Wait until the client closes `connection`, everything is released, or the limit has passed."""
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            selector.select(self.hold_limit)

    def release(self) -> None:
        """Let go of the requests that are held; from now on none is held."""
        self._wake_write.close()  # the other end stays readable from here on

    def close(self) -> None:
        """Free the sockets. Call release() first, and wait for those that were held."""
        self._wake_write.close()
        self._wake_read.close()
