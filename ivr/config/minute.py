"""Answers that hold for a minute, because all that they depend on is written to the minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")


class Minute:
    """Keeps one answer per name. Threads may share it: at worst two of them work the same answer out."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[datetime, object]] = {}

    def kept(self, name: str, at: datetime, make: Callable[[datetime], T]) -> T:
        """Return `make(beginning of at's minute)`, worked out if the last answer is of another minute."""
        minute = at.replace(second=0, microsecond=0)
        held = self._held.get(name)
        if held is None or held[0] != minute:
            held = (minute, make(minute))
            self._held[name] = held
        return held[1]  # type: ignore[return-value]  # each name is only ever used with one `make`
