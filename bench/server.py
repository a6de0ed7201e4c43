"""A server under measurement: started, asked what processor time it took, ended by its own process ids."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
REPOSITORY = Path(__file__).parent.parent
COMMANDS = Path(sys.executable).parent  # where `ivr` and `granian` of this environment are
_TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")  # microseconds


class NotReady(Exception):
    """A server didn't come up; the text holds the end of its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _fields(pid: int) -> list[str]:
    """/proc/PID/stat after the name, which may hold spaces; empty when the process has gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _born(pid: int) -> str:
    """When the process began: tells it from a later one that got its id. Empty when it has gone."""
    fields = _fields(pid)
    return fields[19] if fields else ""


def tree(root: int) -> list[int]:
    """The process and all below it."""
    parents = {int(entry.name): _fields(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")}
    found = [root]
    for parent in found:
        found += [pid for pid, fields in parents.items() if fields and int(fields[1]) == parent]
    return found


class Server:
    """A running server. Use it in `with`: leaving ends every process that it started."""

    def __init__(
        self, name: str, command: Sequence[str], port: int, folder: Path, env: Mapping[str, str]
    ) -> None:
        self.name = name
        self.address = (HOST, port)
        self.log = folder / f"{name}-{port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        family = {pid: _born(pid) for pid in tree(self.process.pid)}
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid, born in family.items():  # workers that outlived their parent
            if born and _born(pid) == born:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def wait(self, healthy: bool, seconds: float = 20) -> None:
        """Return when it answers; `healthy`: only when GET /health answers 200. Raises NotReady."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(*self.address, timeout=2)
                connection.request("GET", "/health")
                status = connection.getresponse().status
                connection.close()
                if status == 200 or not healthy:
                    return
            time.sleep(0.1)
        raise NotReady(f"{self.name} did not come up:\n{self.tail()}")

    def cpu(self) -> float:
        """Processor time of the whole tree so far, in microseconds (the kernel counts in steps of 10,000)."""
        used = [fields for pid in tree(self.process.pid) if (fields := _fields(pid))]
        return sum(int(fields[11]) + int(fields[12]) for fields in used) * _TICK

    def tail(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
