"""What begins a line in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from types import TracebackType
from typing import Self

from tests.lost.line_process import Order


class Beginner:
    """The process that begets lines: see line_process. Use it in `with`.

    mistake  a line's programs are made to have this mistake: see tests.lost.mistakes
    """

    def __init__(self, mistake: str = "") -> None:
        self._mistake = mistake

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.lost.line_process", self._mistake]
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
