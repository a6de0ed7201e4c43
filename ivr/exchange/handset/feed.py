"""What happened, for pages that watch: numbered, the latest few thousand kept, and waited for."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

MOST = 4000  # events that a page opened later can still see


@dataclass(frozen=True)
class Event:
    """One thing that happened: its number (from 1 on), its kind, and what a page needs to show it."""

    number: int
    kind: str
    data: dict[str, Any]


class Feed:
    """Filled by one thread, read by as many as there are pages."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=MOST)
        self._changed = threading.Condition()
        self.latest = 0  # the number of the newest event
        self.closed = False

    def add(self, kind: str, **data: Any) -> None:
        """Tell of something."""
        with self._changed:
            self.latest += 1
            self._events.append(Event(self.latest, kind, data))
            self._changed.notify_all()

    def after(self, number: int, seconds: float) -> list[Event]:
        """Return the events after that number; if there is none, wait up to so many (real) seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.latest > number or self.closed, seconds)
            return [event for event in self._events if event.number > number]

    def close(self) -> None:
        """Let go of whoever waits."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
