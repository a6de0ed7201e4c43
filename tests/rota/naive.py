"""A second, slow answer to "is it open?" and "who is on call?", by walking a clock minute by minute.

It shares nothing with the rooms under test but their vocabulary: a wall-clock time is
reached at the first minute at which the clock shows it, or more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ivr.rota.hours import Hours
from ivr.rota.rota import Rota

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

# A zone and a day in the middle of what is walked: both changes, half-hour changes, the other
# side of the world, a change at midnight's edge, and days without any.
PLACES = [
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Europe/London", date(2028, 2, 29)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Atlantic/Azores", date(2026, 10, 25)),
    ("Atlantic/Azores", date(2026, 3, 29)),
    ("UTC", date(2026, 12, 31)),
]


@lru_cache
def _walk(zone: str, middle: date) -> tuple[datetime, list[datetime]]:
    """Return the first minute walked, and what the clock had shown at most by each minute from there."""
    first = datetime.combine(middle, time(), UTC) - 5 * DAY
    shown = (
        (first + i * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for i in range(10 * 24 * 60)
    )
    return first, list(accumulate(shown, max))


def reached(zone: str, middle: date, day: date, minute: int) -> datetime:
    """Return when the clock first shows `minute` minutes after midnight of `day`, or more."""
    first, shown = _walk(zone, middle)
    return first + MINUTE * bisect_left(shown, datetime.combine(day, time()) + minute * MINUTE)


def days_around(at: datetime) -> Iterator[date]:
    """Yield the days on which something could have begun that still runs at `at`."""
    return (at.date() + i * DAY for i in range(-2, 3))


def naive_open(hours: Hours, middle: date, at: datetime) -> bool:
    return any(
        reached(hours.zone, middle, day, span.opens) <= at < reached(hours.zone, middle, day, span.closes)
        for day in days_around(at)
        for span in hours.exceptions.get(day, hours.week.get(day.weekday(), ()))
    )


def naive_chain(rota: Rota, middle: date, at: datetime) -> tuple[str, ...]:
    chain: tuple[str, ...] = ()
    for shift in rota.shifts:
        for day in days_around(at):
            ends = shift.ends + (0 if shift.ends > shift.starts else 24 * 60)
            if day.weekday() in shift.days and (
                reached(rota.zone, middle, day, shift.starts) <= at < reached(rota.zone, middle, day, ends)
            ):
                chain += shift.chain
    for override in rota.overrides:
        if override.starts <= at < override.ends:
            chain = override.chain
    return tuple(name for i, name in enumerate(chain) if name not in chain[:i])


def minutes_near(middle: date) -> st.SearchStrategy[datetime]:
    """Draw an instant within a day and a half of `middle`: any minute, or a round one, where hours begin."""
    noon = datetime.combine(middle, time(12), UTC)
    round_ones = st.integers(-36 * 4, 36 * 4).map(lambda quarter: noon + 15 * quarter * MINUTE)
    return round_ones | st.integers(-36 * 60, 36 * 60).map(lambda minute: noon + minute * MINUTE)
