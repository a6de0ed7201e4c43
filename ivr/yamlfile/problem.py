"""What is wrong, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Loc = tuple[str | int, ...]

# Whatever could be a phone number, however it was written. Dates have dashes, and stay.
_DIGITS = re.compile(r"\+?\d(?:[ ()]*\d){6,}")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and what to do about it. `line` counts from 1.

    Whatever could be a phone number in its words is left out: problems are shown, and logged.
    """

    file: str
    line: int | None
    message: str
    cure: str = ""
    level: Literal["error", "warning"] = "error"

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", _DIGITS.sub("…", self.message))
        object.__setattr__(self, "cure", _DIGITS.sub("…", self.cure))

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        parts = [part for part in (self.message, self.cure) if part]
        said = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)
        return f"{place}: {'warning: ' if self.level == 'warning' else ''}{said}"


class BadInput(Exception):
    """What was given can't be used. `problems` holds every reason found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def dotted(loc: Loc) -> str:
    """A place as people write it: `groups.on_call.rounds`."""
    return ".".join(map(str, loc)) or "the file"
