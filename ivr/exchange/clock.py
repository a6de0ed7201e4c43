"""The exchange's time: moved by hand (minutes play in milliseconds), or real and perhaps faster."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time to everybody; only the exchange's loop lets it go on."""

    def now(self) -> datetime:
        """Return the time now: aware, UTC."""
        ...

    def elapsed(self) -> float:
        """Return the seconds since the clock was made."""
        ...

    def wait(self, until: float, woken: threading.Event) -> None:
        """Return when elapsed() is `until`, or earlier if `woken` is set."""
        ...


class HandClock:
    """A clock that stands still, and jumps to the next thing due. Any thread may ask it for the time.

    Errors: ValueError when `at` has no zone.
    """

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("give an aware time, such as datetime(2026, 11, 24, 2, 10, tzinfo=UTC)")
        self._start = at.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Return the time now: aware, UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def elapsed(self) -> float:
        """Return the seconds since the clock was made."""
        return self._elapsed

    def wait(self, until: float, woken: threading.Event) -> None:
        """Jump to `until`; never back."""
        self._elapsed = max(self._elapsed, until)


class RealClock:
    """A clock that goes by itself: `speed` seconds in each real one, from `at` (None: from now)."""

    def __init__(self, at: datetime | None = None, speed: float = 1.0) -> None:
        self._start = datetime.now(UTC) if at is None else at.astimezone(UTC)
        self._pace = (0.0, time.monotonic(), 1.0)  # elapsed then, when that was, and how fast it goes since
        self.speed = speed

    def now(self) -> datetime:
        """Return the time now: aware, UTC."""
        return self._start + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Return the seconds since the clock was made."""
        before, since, speed = self._pace
        return before + (time.monotonic() - since) * speed

    def go_on_from(self, at: datetime) -> None:
        """Let it be `at` now, and go on from there. Nothing that is due in some seconds comes earlier."""
        self._start = at.astimezone(UTC) - timedelta(seconds=self.elapsed())

    @property
    def speed(self) -> float:
        """The seconds of this clock in each real one; it may be changed at any time."""
        return self._pace[2]

    @speed.setter
    def speed(self, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"a clock can't go at a speed of {speed}: give a number above 0")
        self._pace = (self.elapsed(), time.monotonic(), speed)

    def wait(self, until: float, woken: threading.Event) -> None:
        """Sleep until then, or until woken."""
        left = (until - self.elapsed()) / self.speed
        if left > 0:
            woken.wait(min(left, threading.TIMEOUT_MAX))
