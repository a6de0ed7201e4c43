"""What is tried, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.lost.pauses import Pause


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

    met_at   when the fault was met, in seconds of the clock; 0: it wasn't
    pauses   in which nobody was being tried about a page: see Pause
    unknown  texts that go out at most once, and of which nobody knows whether they did
    """

    point: Point
    met_at: float
    problems: Sequence[str]
    pauses: Sequence[Pause] = ()
    unknown: int = 0

    @property
    def met(self) -> bool:
        """Whether the night came to the point."""
        return self.met_at > 0

    @property
    def next_try(self) -> Pause | None:
        """The pause from the fault to the next try about the page that was open then; None: none was."""
        return next((pause for pause in self.pauses if pause.began == self.met_at), None)

    @property
    def latest(self) -> Pause | None:
        """The pause, from the fault until somebody took the page, of which most was not planned."""
        return max(self.pauses, key=lambda pause: pause.late, default=None)
