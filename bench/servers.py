"""How each server under measurement is started."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from statistics import median

from bench.server import COMMANDS, HOST, REPOSITORY, Server, free_port
from bench.story import ACCOUNT, TOKEN


def line(folder: Path, config: str, workers: int = 1) -> Server:
    """The line itself, with an empty store. What it would send out goes to a closed port of this machine."""
    port = free_port()
    data = folder / f"data-{port}"
    data.mkdir()
    command = [str(COMMANDS / "ivr"), "serve", "--config", config, "--host", HOST]
    command += ["--port", str(port), "--workers", str(workers)]
    return Server(f"line-{workers}", command, port, folder, environment(data, port))


def environment(data: Path, port: int) -> dict[str, str]:
    """Settings of a made-up account."""
    return {
        "IVR_DATA": str(data),
        "IVR_PUBLIC_URL": f"http://{HOST}:{port}",
        "IVR_SECRET_KEY": "bench-secret-key-that-protects-nothing-0123456789",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"http://{HOST}:{free_port()}",
    }


def plain(folder: Path, module: str, tuned: bool = False) -> Server:
    """A Flask app of this folder, on granian with one worker: as it comes, or tuned.

    Tuned is one thread, the best that can be done for such an app: with as many as granian takes by itself,
    it pays a quarter to a half more CPU and three times the p99, all of it in waiting for the interpreter.
    """
    port = free_port()
    command = [str(COMMANDS / "granian"), "--interface", "wsgi", "--workers", "1", "--no-ws"]
    command += ["--blocking-threads", "1"] if tuned else []
    command += ["--log-level", "warning", "--host", HOST, "--port", str(port), f"bench.{module}:app"]
    return Server(f"{module}-tuned" if tuned else module, command, port, folder, {})


def can_serve() -> bool:
    """Is `ivr serve` there?"""
    command = shutil.which("ivr", path=str(COMMANDS))
    if command is None:
        return False
    asked = subprocess.run([command, "serve", "--help"], cwd=REPOSITORY, capture_output=True, timeout=60)
    return asked.returncode == 0


def start_up(arguments: list[str], folder: Path, times: int = 7) -> tuple[float, int]:
    """Median seconds that an `ivr` command takes from start to end, and its exit code."""
    data = folder / "data-start-up"
    data.mkdir(exist_ok=True)
    env = {"PATH": f"{COMMANDS}:/usr/bin:/bin", **environment(data, 8000)}
    seconds, code = [], 0
    for _ in range(times):
        began = time.perf_counter()
        code = subprocess.run(
            [str(COMMANDS / "ivr"), *arguments], cwd=REPOSITORY, env=env, capture_output=True, timeout=60
        ).returncode
        seconds.append(time.perf_counter() - began)
    return median(seconds), code
