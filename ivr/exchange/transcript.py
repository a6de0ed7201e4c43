"""What was heard and done in a call, line by line, for people to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CALLER, LINE, EXCHANGE, TEXT = "caller", "line", "exchange", "text"


@dataclass(frozen=True)
class Line:
    """One line: `at` seconds after the call began, `who`, and what; `call` is the sid of the call.

    `who`: "line" (it speaks to the caller, or does something), "caller", "text" (a message went out),
    "exchange" (an error), or the name of a phone, else its number. `spoken`: it is speech of the line; to a
    phone that was rung, it begins with "hears: ".
    """

    at: float
    who: str
    text: str
    call: str = ""
    spoken: bool = False

    def __str__(self) -> str:
        return f"{int(self.at + 1e-6):>4} {self.who:<7} {self.text}"


class Transcript:
    """The lines so far; `on_line` gets each as it comes. `names`: what to call a number."""

    def __init__(self, time: Callable[[], float]) -> None:
        self.lines: list[Line] = []
        self.names: dict[str, str] = {}
        self.on_line: Callable[[Line], None] | None = None
        self._time = time
        self._began = 0.0

    def begin(self) -> None:
        """Count seconds from now on: a call begins."""
        self._began = self._time()

    def add(self, who: str, text: str, call: str = "", spoken: bool = False) -> None:
        """Note something that happens now."""
        line = Line(self._time() - self._began, who, text, call, spoken)
        self.lines.append(line)
        if self.on_line is not None:
            self.on_line(line)

    def name(self, number: str) -> str:
        """Return what to call a number."""
        return self.names.get(number, number)

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)
