"""Opening hours: a week of wall-clock spans, and days that differ from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ivr.clock import utc
from ivr.rota.local import DAY, instant, wall

AHEAD = timedelta(days=400)  # how far `next_opening` looks: past a year's shut season
_JUST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` until just before `closes`: minutes after local midnight, 1440 being 24:00.

    Hours past midnight are two spans, on two days. A span that ends before it begins
    or leaves the day is a ValueError.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= DAY:
            raise ValueError(
                f"span: opens {self.opens}, closes {self.closes}."
                " Give minutes after midnight with 0 <= opens < closes <= 1440; split what passes midnight."
            )


@dataclass(frozen=True, slots=True)
class Hours:
    """One table of opening hours.

    zone        IANA name of the clocks it is read by: "Europe/London"
    week        weekday (0 is Monday) → its spans; a weekday left out is closed
    exceptions  date → its spans, in place of the weekday's; () is closed all day.
                Holidays are such dates.
    """

    zone: str
    week: Mapping[int, tuple[Span, ...]]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if strange := sorted(set(self.week) - set(range(7))):
            raise ValueError(f"week: no weekday {strange[0]}. Count from 0 (Monday) to 6 (Sunday).")

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the spans of one local day, () when it is closed."""
        if day in self.exceptions:
            return self.exceptions[day]
        return self.week.get(day.weekday(), ())


def is_open(hours: Hours, at: datetime) -> bool:
    """Return whether it is open at `at` (aware)."""
    day = wall(at, hours.zone).date()
    return any(
        instant(hours.zone, day, span.opens) <= at < instant(hours.zone, day, span.closes)
        for span in hours.spans(day)
    )


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """Return the next instant (UTC) after `at` at which it turns from closed to open.

    While it is open, that is the opening after the next closing. None: it never closes,
    or doesn't open within 400 days.
    """
    at = utc(at)
    today = wall(at, hours.zone).date()
    for ahead in range(AHEAD.days + 2):
        day = today + timedelta(days=ahead)
        for span in sorted(hours.spans(day), key=lambda span: span.opens):
            opens = instant(hours.zone, day, span.opens)
            if at < opens <= at + AHEAD and is_open(hours, opens) and not is_open(hours, opens - _JUST):
                return opens
    return None
