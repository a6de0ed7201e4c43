"""Who is on call: weekly shifts, and overrides that lie over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ivr.clock import utc
from ivr.rota.local import DAY, instant, wall

Chain = tuple[str, ...]  # ids of people, in the order in which they are rung


@dataclass(frozen=True, slots=True)
class Shift:
    """The same people on the same days of every week.

    days          weekdays (0 is Monday) on which the shift starts
    starts, ends  minutes after local midnight; when `ends` isn't later than `starts` the
                  shift runs past midnight, and when they are equal it lasts a whole day
    chain         ids of people, in the order in which they are rung
    A day or minute that doesn't exist is a ValueError.
    """

    days: frozenset[int]
    starts: int
    ends: int
    chain: Chain

    def __post_init__(self) -> None:
        if strange := sorted(self.days - set(range(7))):
            raise ValueError(f"days: no weekday {strange[0]}. Count from 0 (Monday) to 6 (Sunday).")
        if not (0 <= self.starts < DAY and 0 <= self.ends <= DAY):
            raise ValueError(
                f"shift: starts {self.starts}, ends {self.ends}."
                " Give minutes after midnight: starts 0 to 1439, ends 0 to 1440."
            )

    def stretch(self, zone: str, day: date) -> tuple[datetime, datetime]:
        """Return the instants (UTC) between which the shift that starts on `day` runs."""
        last = self.ends if self.ends > self.starts else self.ends + DAY
        return instant(zone, day, self.starts), instant(zone, day, last)


@dataclass(frozen=True, slots=True)
class Override:
    """`chain` alone is on call from `starts` until just before `ends`, whatever the shifts say.

    Both are aware; naive ones, or an end that isn't later than the start, are a ValueError.
    """

    starts: datetime
    ends: datetime
    chain: Chain

    def __post_init__(self) -> None:
        # In UTC, because two datetimes of one zone compare by the clock on the wall.
        if utc(self.starts) >= utc(self.ends):
            raise ValueError("override: ends isn't later than starts. Give a later end.")


@dataclass(frozen=True, slots=True)
class Rota:
    """Shifts read by the clocks of `zone` (IANA name). Of overrides at once, the later listed wins."""

    zone: str
    shifts: tuple[Shift, ...]
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """From `starts` until `ends` (UTC) only `chain` is on call: too few."""

    starts: datetime
    ends: datetime
    chain: Chain


def chain_at(rota: Rota, at: datetime) -> Chain:
    """Return who is on call at `at` (aware), in the order in which they are rung; () is nobody.

    Several shifts at once join their chains in the order listed; nobody comes twice.
    """
    at = utc(at)
    for override in reversed(rota.overrides):
        if override.starts <= at < override.ends:
            return tuple(dict.fromkeys(override.chain))
    today = wall(at, rota.zone).date()
    on_call: list[str] = []
    for shift in rota.shifts:
        for day in (today - timedelta(days=1), today):
            if day.weekday() in shift.days:
                starts, ends = shift.stretch(rota.zone, day)
                if starts <= at < ends:
                    on_call += shift.chain
    return tuple(dict.fromkeys(on_call))


def changes(rota: Rota, start: datetime, end: datetime) -> Iterator[tuple[datetime, Chain]]:
    """Yield (instant in UTC, who is on call from then) from `start` until just before `end`.

    The first item is at `start`; after it, one item per instant at which the chain
    changes. Nothing when `end` isn't later than `start`.
    """
    start, end = utc(start), utc(end)
    if start >= end:
        return
    chain = chain_at(rota, start)
    yield start, chain
    for edge in sorted({edge for edge in _edges(rota, start, end) if start < edge < end}):
        if (now := chain_at(rota, edge)) != chain:
            chain = now
            yield edge, chain


def gaps(rota: Rota, start: datetime, end: datetime, least: int = 2) -> list[Gap]:
    """Return, in order, when fewer than `least` people are on call between `start` and `end` (aware)."""
    found = list(changes(rota, start, end))
    ends = [at for at, _ in found[1:]] + [utc(end)]
    return [
        Gap(at, until, chain)
        for (at, chain), until in zip(found, ends, strict=False)  # no item at all: `end` is left over
        if len(chain) < least
    ]


def _edges(rota: Rota, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield every instant near start to end at which a shift or an override starts or ends."""
    for override in rota.overrides:
        yield utc(override.starts)
        yield utc(override.ends)
    day = wall(start, rota.zone).date() - timedelta(days=1)
    while day <= wall(end, rota.zone).date():
        for shift in rota.shifts:
            if day.weekday() in shift.days:
                yield from shift.stretch(rota.zone, day)
        day += timedelta(days=1)
