"""What is tried, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One thing that goes wrong. where: "write", "request" or "mail"; at: its number in the night, from 1."""

    night: str
    where: str
    fault: str
    at: int

    def __str__(self) -> str:
        return f"{self.night}: {self.fault} at {self.where} {self.at}"


@dataclass(frozen=True)
class Tried:
    """What came of a point.

    next_try  seconds until somebody was rung or texted about the page that was open then; None: none was
    unknown   texts that go out at most once, and of which nobody knows whether they did
    """

    point: Point
    met: bool
    problems: Sequence[str]
    next_try: float | None
    unknown: int
