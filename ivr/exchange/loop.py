"""The exchange's one thread: a heap of what is due, and runs of steps that wait for time or for an event."""

from __future__ import annotations

import heapq
import math
import threading
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.exchange.clock import Clock

T = TypeVar("T")
# Steps yield the seconds they wait (None: for ever), and are sent the event that came (None: time is up).
Steps = Generator["float | None", object, T]


@dataclass(order=True)
class Timer:
    """Something due at `when`, in seconds of the clock. `background` timers alone don't keep a run going."""

    when: float
    order: int
    act: Callable[[], None] = field(compare=False)
    background: bool = field(default=False, compare=False)
    cancelled: bool = field(default=False, compare=False)


class Loop:
    """Does what is due, in order of time; what is due at the same time, in the order it was asked for."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._heap: list[Timer] = []
        self._count = 0
        self._posted: deque[Callable[[], None]] = deque()
        self._woken = threading.Event()

    @property
    def time(self) -> float:
        """The seconds since the clock was made."""
        return self.clock.elapsed()

    def after(self, seconds: float, act: Callable[[], None], background: bool = False) -> Timer:
        """Do `act` in `seconds` from now; set the timer's `cancelled` to call it off."""
        self._count += 1
        timer = Timer(self.time + max(0.0, seconds), self._count, act, background)
        heapq.heappush(self._heap, timer)
        return timer

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` each `seconds` from now on, as long as the loop runs. ValueError unless above 0."""
        if seconds <= 0:
            raise ValueError(f"every {seconds} seconds is no rhythm: give a number above 0")

        def again() -> None:
            self.after(seconds, again, background=True)
            act()

        self.after(seconds, again, background=True)

    def post(self, act: Callable[[], None]) -> None:
        """Have the loop's thread do `act` as soon as it can: the only door for other threads."""
        self._posted.append(act)
        self._woken.set()

    def run(self, seconds: float | None = None) -> None:
        """Do what is due until nothing is (periodic acts don't count), or until `seconds` have passed."""
        end = math.inf if seconds is None else self.time + seconds
        while True:
            self._woken.clear()
            while self._posted:
                self._posted.popleft()()
            while self._heap and self._heap[0].cancelled:
                heapq.heappop(self._heap)
            if seconds is None and all(timer.background or timer.cancelled for timer in self._heap):
                return
            due = self._heap[0].when if self._heap else math.inf
            if due > end and self.time >= end:
                return
            self.clock.wait(min(due, end), self._woken)
            if self._heap and self._heap[0].when <= self.time and not self._posted:
                heapq.heappop(self._heap).act()


class Task:
    """One run of steps on the loop. Events told to it wait their turn; it takes one whenever it waits."""

    def __init__(self, loop: Loop, steps: Steps[None]) -> None:
        self._loop = loop
        self._steps = steps
        self._mail: deque[object] = deque()
        self._timer: Timer | None = None
        self._begun = False
        self.over = False
        self._wake(0.0)

    def tell(self, event: object) -> None:
        """Hand over an event; the steps go on with it after whatever runs now."""
        if not self.over:
            self._mail.append(event)
            self._wake(0.0)

    def stop(self) -> None:
        """Let the steps end where they are."""
        self.over = True
        self._steps.close()
        if self._timer is not None:
            self._timer.cancelled = True

    def _wake(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancelled = True
        self._timer = self._loop.after(seconds, self._go)

    def _go(self) -> None:
        self._timer = None
        event = self._mail.popleft() if self._mail and self._begun else None
        self._begun = True
        try:
            wait = self._steps.send(event)
        except StopIteration:
            self.over = True
            return
        if self._mail:
            self._wake(0.0)
        elif wait is not None:
            self._wake(wait)
