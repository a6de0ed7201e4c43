"""`ivr demo`: the page at a terminal or when it is asked for, and never by itself anywhere else."""

from __future__ import annotations

import re
import signal
import subprocess
import tomllib
from fnmatch import fnmatch
from http.client import HTTPConnection
from urllib.parse import urlsplit

from ivr.exchange.handset.server import FILES
from tests.cli.clinic import CONFIG, IVR, REPOSITORY, type_in


def test_the_page_is_there_until_the_keyboard_interrupts() -> None:
    command = [str(IVR), "demo", "--config", str(CONFIG), "--page", "--at", "2026-10-25 01:30"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True) as demo:
        assert demo.stdout is not None and demo.stderr is not None
        shown = next(line for line in demo.stdout if "http://" in line)
        found = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", shown)
        assert found is not None
        parts = urlsplit(found[0])
        connection = HTTPConnection(parts.netloc, timeout=10)
        connection.request("GET", parts.path)
        assert b"Try the line" in connection.getresponse().read()
        connection.close()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(20) == 0
        assert demo.stderr.read() == ""


def test_with_nobody_at_the_keyboard_the_demo_ends_by_itself() -> None:
    ended = type_in("demo", "--config", str(CONFIG))
    assert ended.exit_code == 0 and "http://" not in ended.output


def test_a_time_that_is_none_is_one_clear_line() -> None:
    found = type_in("demo", "--page", "--at", "tomorrow")
    assert found.exit_code != 0 and "is no time" in found.output and "Traceback" not in found.output


def test_the_pages_files_are_in_the_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["ivr.exchange.handset"]
    for file in FILES.iterdir():
        place = f"{FILES.name}/{file.name}"
        assert any(fnmatch(place, pattern) for pattern in patterns), place
