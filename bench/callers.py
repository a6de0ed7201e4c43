"""Callers: connections kept open, each placing one call after another, driven by one thread.

One thread and plain sockets, so that measuring takes little from what is measured.
"""

from __future__ import annotations

import html
import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.story import Call, Webhook, signature

SECONDS_TO_WAIT = 15.0  # what Twilio allows a webhook

_ACTION = re.compile(rb'action="([^"]+)"')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Result:
    """What came of one round. Latencies are in milliseconds, one for each answered webhook."""

    seconds: float = 0.0
    calls: int = 0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Caller:
    """One connection. `ready()` is called when the server has sent something."""

    def __init__(self, address: tuple[str, int], calls: Iterator[Call], result: Result) -> None:
        self.base = f"http://{address[0]}:{address[1]}"
        self.host = f"{address[0]}:{address[1]}"
        self.calls = calls
        self.result = result
        self.socket = socket.create_connection(address, timeout=SECONDS_TO_WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting: list[Webhook] = []
        self.received = b""
        self.sent_at = 0.0

    def dial(self) -> bool:
        """Place the next call; False: there is none left."""
        call = next(self.calls, None)
        if call is None:
            return False
        self.waiting = list(call)
        self.send("/voice")
        return True

    def send(self, path: str) -> None:
        webhook = self.waiting[0]
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"X-Twilio-Signature: {signature(self.base + path, webhook.signed)}\r\n"
            f"Content-Length: {len(webhook.body)}\r\n\r\n"
        )
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(head.encode() + webhook.body)

    def ready(self) -> bool:
        """Take in what came; False: this caller is done, by failure or because no call is left."""
        data = self.socket.recv(65536)
        if not data:
            return self.fail("the server closed the connection")
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return True
        length = _LENGTH.search(head)
        if length is None:
            return self.fail("an answer without Content-Length")
        if len(body) < int(length[1]):
            return True
        self.result.latencies.append((time.perf_counter() - self.sent_at) * 1000)
        return self.next(head, body)

    def next(self, head: bytes, body: bytes) -> bool:
        """Go on where the answer leads, or place the next call."""
        if head[9:12] != b"200":
            return self.fail(f"answered {head[9:12].decode()}")
        if self.waiting.pop(0).expects not in body:
            return self.fail(f"unexpected answer: {body[:200].decode(errors='replace')}")
        if not self.waiting:
            self.result.calls += 1
            return self.dial()
        action = _ACTION.search(body)
        if action is None:
            return self.fail("an answer without an action")
        self.send(html.unescape(action[1].decode()).removeprefix(self.base))
        return True

    def fail(self, why: str) -> bool:
        self.result.failures.append(why)
        return False


def place(address: tuple[str, int], calls: Iterable[Call], callers: int) -> Result:
    """Place the calls, `callers` at a time, and return what came of them. A dead server ends it."""
    result = Result()
    supply = iter(calls)
    with selectors.DefaultSelector() as selector:
        crowd = [Caller(address, supply, result) for _ in range(callers)]
        started = time.perf_counter()
        for caller in crowd:
            if caller.dial():
                selector.register(caller.socket, selectors.EVENT_READ, caller)
        while selector.get_map():
            events = selector.select(SECONDS_TO_WAIT)
            if not events:
                result.failures += ["no answer in time"] * len(selector.get_map())
                break
            for key, _ in events:
                try:
                    going_on = key.data.ready()
                except OSError as error:
                    going_on = key.data.fail(str(error))
                if not going_on:
                    selector.unregister(key.fileobj)
        result.seconds = time.perf_counter() - started
        for caller in crowd:
            caller.socket.close()
    return result
