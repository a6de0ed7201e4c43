"""A real `ivr serve` on this machine, aimed at the exchange's REST server, and callers' webhooks for it."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from ivr.clock import SystemClock
from ivr.exchange.records import Book, MessageRecord
from ivr.exchange.rest import RestServer
from ivr.exchange.signing import signature
from tests.cli.clinic import CALLER, CONFIG, IVR

SID, TOKEN = "AC" + "1" * 32, "token-of-a-test-only"
CLINIC = "+442079460000"
PATIENCE = 60.0  # seconds: it only ends a hang, and a busy machine is none

T = TypeVar("T")


def until(look: Callable[[], T]) -> T:
    """Look until there is something, and return it. Another process has no event to wait for."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise TimeoutError("it never came")


def free_port() -> int:
    """A port that nobody uses, below those that the kernel hands out, other ones in each of xdist's workers.

    A line proves its files before it binds: one of those would be somebody else's by then.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15
    while True:
        port = 15_000 + worker * 1000 + secrets.randbelow(1000)  # not random: workers are seeded alike
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def environment(data: Path, port: int, api: str) -> dict[str, str]:
    return {
        "IVR_CONFIG": str(CONFIG),
        "IVR_DATA": str(data),
        "IVR_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IVR_SECRET_KEY": "kX3vQ9-a-key-of-a-test-only-0123456789",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": api,
    }


@dataclass
class Served:
    """One running line."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    log: Path

    def ask(
        self, method: str, target: str, body: str = "", signed: str = "", patience: float = 10
    ) -> tuple[int, str]:
        """Send one request; return its status and body. Raises OSError when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if signed:
            headers["X-Twilio-Signature"] = signed
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def webhook(self, target: str, call: str, **more: str) -> str:
        """Send a signed webhook, which must be answered well; return the TwiML."""
        form = {"AccountSid": SID, "CallSid": call, "From": CALLER, "To": CLINIC, "CallStatus": "in-progress"}
        form |= more
        url = f"http://127.0.0.1:{self.port}{target}"
        status, twiml = self.ask("POST", target, urlencode(form), signature(TOKEN, url, form.items()))
        assert status == 200, (status, self.log.read_text())
        return twiml

    def press(self, twiml: str, call: str, key: str) -> str:
        """Press a key where the line gathers one; return what it says then."""
        found = re.search(r'<Gather[^>]* action="([^"]+)"', twiml)
        assert found is not None, twiml
        parts = urlsplit(unescape(found.group(1)))
        pressed = {"Digits": key, "FinishedOnKey": "", "msg": "Gather End"}
        return self.webhook(f"{parts.path}?{parts.query}", call, **pressed)

    def children(self, which: str = "") -> list[int]:
        """Processes started by this line whose command holds `which`, dead ones left out."""
        return [pid for pid in _children(self.process.pid) if which in _command(pid)]

    @property
    def schedulers(self) -> list[int]:
        return self.children("ivr.cli\0jobs")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def serve(
    data: Path, api: str, workers: int = 2, env: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Start a line, wait until it is ready; at the end nothing of it may be left."""
    port = free_port()
    log = data.parent / f"log-{port}"
    words = [str(IVR), "serve", "--port", str(port), "--workers", str(workers)]
    around = {**os.environ, **environment(data, port, api), **(env or {})}
    with log.open("w") as errors:
        process = subprocess.Popen(
            words, env=around, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
    served = Served(process, port, data, log)
    family: list[int] = []
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("Ready: Rose Clinic"), log.read_text()
        assert f"http://127.0.0.1:{port} " in ready
        yield served
    finally:
        family = served.children()
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.communicate()
            left = [pid for pid in family if not gone(pid)]
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    assert not left


@contextmanager
def rest() -> Iterator[tuple[str, list[MessageRecord]]]:
    """Open the exchange's REST API: its address, and the texts that it is given."""
    texts: list[MessageRecord] = []
    book = Book(SID, TOKEN, SystemClock(), seed=1)
    book.add_number(CLINIC)
    server = RestServer(book, lambda call: None, lambda call, orders: None, texts.append)
    server.start()
    try:
        yield server.url, texts
    finally:
        server.close()
    assert server.problems == []


def answers(line: Served) -> bool:
    """Whether the line is up and well."""
    try:
        return line.ask("GET", "/health", patience=0.5)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def gone(pid: int) -> bool:
    """Whether a process ends, within a moment."""
    try:
        return until(lambda: not _command(pid))
    except TimeoutError:
        return False


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def _command(pid: int) -> str:
    """The command line of a process, its words apart by NUL; "" when it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""
