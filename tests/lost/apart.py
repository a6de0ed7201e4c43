"""A line in a process of its own at the stand-in exchange: it can die at any point, and is begun again.

The exchange and the clock are here; the clock's seconds lie in a file that both processes map.
"""

from __future__ import annotations

import json
import mmap
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError

from ivr.cli.stage import ACCOUNT, PUBLIC, TOKEN
from ivr.config import Config, load
from ivr.exchange.clock import HandClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.injected import Fault, Faults
from ivr.exchange.switches import DOCUMENTED, Switches
from ivr.exchange.transcript import Line
from tests.lost.line_process import Order

NOBODY = "http://127.0.0.1:9"  # nothing listens there: a line that is down
OFTEN, SELDOM = 2.0, 30.0  # s between the line's jobs: around calls and faults, and in the quiet after them
AWAKE = 240.0  # s after the last webhook for which they are done often


class Beginner:
    """The process that begets lines: see line_process. Use it in `with`."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.lost.line_process"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def begin(self, order: Order) -> tuple[int, int]:
        """Begin a line; return its pid and its port. Errors: RuntimeError when it can't be begun."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        if not told["port"]:
            raise RuntimeError("the line's process ended before it served: see above")
        return told["pid"], told["port"]


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

    kind  of Faults, or "killed before" and "killed after": the line dies in it, and the work was done or not
    down  each request meets that, while it is set: an outage
    """

    def __init__(
        self, kill: Callable[[], None], now: Callable[[], float], kind: str = "", at: int = 0
    ) -> None:
        super().__init__()
        self.kind, self.at, self.count = kind, at, 0
        self.met_at = 0.0
        self._now = now
        self.down: int | str = ""
        self._kill = kill

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that meets this request, or None."""
        self.count += 1
        if self.down:
            return Fault("", 1, self.down)  # type: ignore[arg-type]
        if not self.kind or self.count != self.at:
            return super().take(method, path)
        self.met_at = self._now()
        if not self.kind.startswith("killed"):
            return Fault("", 1, int(self.kind) if self.kind.isdigit() else self.kind)  # type: ignore[arg-type]
        self._kill()
        return Fault("", 1, "reset-after" if self.kind == "killed after" else "reset")


class Apart:
    """A line apart, and the exchange that it is at. Use it in `with`.

    write    (fault, number): what happens at which transaction of the line's first process
    request  (fault, number): what happens at which request to the provider
    events   each line of the transcript, and when it came, in seconds of the clock
    begun    how many processes the line has had
    """

    def __init__(
        self,
        beginner: Beginner,
        folder: Path,
        config: Path,
        at: datetime,
        switches: Switches = DOCUMENTED,
        write: tuple[str, int] = ("", 0),
        request: tuple[str, int] = ("", 0),
    ) -> None:
        self.folder, self.file, self.at = folder, config, at
        self.data, self.log = folder / "data", folder / "log"
        self.clock = Shared(at, folder / "clock")
        self.exchange = Exchange(ACCOUNT, TOKEN, self.clock, switches, seed=1, via={PUBLIC: NOBODY})
        self.requests = Requests(self.kill, self.clock.elapsed, *request)
        self.exchange.rest.faults.close()
        self.exchange.rest.faults = self.requests
        self.events: list[tuple[float, Line]] = []
        self.begun = 0
        self.rotas: list[tuple[Config, datetime | None]] = [(self.config, None)]  # and until when each held
        self.stays_down = False
        self._beginner, self._write = beginner, write
        self._ticked = self._heard = 0.0
        self._seen = 0
        self._pidfd = -1
        self._port = 0

    def __enter__(self) -> Self:
        self.exchange.start()
        self.begin()
        number = self.config.clinic.number
        self.exchange.add_number(number, f"{PUBLIC}/voice", status_callback=f"{PUBLIC}/status")
        for person in self.config.people.values():
            for one in (*person.phones, person.texts):
                self.exchange.names.setdefault(one, person.name.split()[0])
        self.exchange.on_line(lambda line: self.events.append((self.clock.elapsed(), line)))
        self.exchange.every(OFTEN, self._tick)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        os.close(self._pidfd)
        self.exchange.close()

    @property
    def config(self) -> Config:
        """What the line runs on, as this process reads it."""
        env = {"IVR_DATA": str(self.data)}
        return load(self.file, env)

    def edit(self, text: str) -> None:
        """Write another config.yaml; the line dies, and is begun again on it."""
        self.rotas[-1] = (self.config, self.clock.now())
        self.file.write_text(text, encoding="utf-8")
        self.rotas.append((self.config, None))
        self.kill()
        self.begin()

    def on_call(self, at: datetime, planned: timedelta) -> set[str]:
        """Return who was on call at `at`, or up to `planned` earlier, by the configs of that time."""
        return {
            person
            for config, until in self.rotas
            if until is None or until >= at - planned
            for moment in (at, at - planned)
            for person in config.chain_at(moment)
        }

    def begin(self) -> None:
        """Begin the line's process. Only the first has a fault."""
        fault, at = self._write if not self.begun else ("", 0)
        order = Order(
            config=str(self.file),
            data=str(self.data),
            log=str(self.log),
            clock=str(self.folder / "clock"),
            start=self.at.isoformat(),
            api=self.exchange.url,
            fault=fault,
            at=at,
        )
        pid, self._port = self._beginner.begin(order)
        if self._pidfd >= 0:
            os.close(self._pidfd)
        self._pidfd = os.pidfd_open(pid)
        self.exchange.sender.via[PUBLIC] = f"http://127.0.0.1:{self._port}"
        self.begun += 1

    def kill(self) -> None:
        """kill -9: it ends where it is, and whatever it held in memory is gone. Returns when it is dead."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        select.select([self._pidfd], [], [], 10)
        self.exchange.sender.via[PUBLIC] = NOBODY

    @property
    def faulted(self) -> float:
        """When the fault was met, in seconds of the clock; 0: it hasn't been."""
        return self.clock.met() or self.requests.met_at

    def dead(self) -> bool:
        """Return whether the line's process has ended."""
        return bool(select.select([self._pidfd], [], [], 0)[0])

    def writes(self) -> int:
        """Return how many transactions the line's process has begun to commit."""
        return int(self._ask("writes") or 0)

    def run(self, seconds: float) -> None:
        """Let time go on."""
        self.exchange.run(seconds)

    def _tick(self) -> None:
        now = self.clock.elapsed()
        if len(self.exchange.requests) != self._seen:
            self._seen, self._heard = len(self.exchange.requests), now
        if now - self._ticked < (OFTEN if now - self._heard < AWAKE else SELDOM):
            return
        self._ticked = now
        if self.dead() and not self.stays_down:  # what a supervisor does, within a tick of 2 s
            self.begin()
        if not self.dead():
            self._ask("tick")

    def _ask(self, what: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/-/{what}", timeout=60) as answer:
                return str(answer.read(), "ascii")
        except (URLError, OSError):
            return ""
