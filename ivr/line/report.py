"""A report: what the calls of some weeks came to, in figures that name no patient."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from math import ceil

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.line import days
from ivr.rota.local import wall
from ivr.rota.rota import chain_at

TOPICS = ("symptom", "booking", "open")  # of a call; "open": it ended before it was known
GAP = "coverage gap"
MISSES = (GAP, "busy", "unreachable", "configuration", "caller gone")


@dataclass(frozen=True)
class Spread:
    """Seconds, of `count` calls."""

    count: int
    median: int
    most: int  # 95 of 100 were no slower
    worst: int


@dataclass(frozen=True)
class Report:
    """What happened from `since` until `until` (UTC).

    hours      hour of the day by the clinic's clocks → topic → calls
    bookings   (calls about bookings, those of them that came to a clinician)
    rang, human   seconds from the answer to the first phone ringing, and to a key 1; None: there was none
    taken      (person, at which try) → pages
    misses     one of MISSES → pages that nobody took in the call
    promises   state → promises: "kept", "missed", "due"
    outcomes   (disposition, outcome) → pages; outcome "" as long as nobody has said
    """

    since: datetime
    until: datetime
    hours: Mapping[int, Mapping[str, int]]
    bookings: tuple[int, int]
    rang: Spread | None
    human: Spread | None
    taken: Mapping[tuple[str, int], int]
    misses: Mapping[str, int]
    promises: Mapping[str, int]
    outcomes: Mapping[tuple[str, str], int]
    pages: int

    @property
    def calls(self) -> int:
        return sum(sum(topics.values()) for topics in self.hours.values())


def report(conn: sqlite3.Connection, config: Config, since: datetime, until: datetime) -> Report:
    """Return the report of a time (aware)."""
    found = days.sums(conn, iso(since), iso(until))
    every = {hour for hour, _ in found.hours}
    there = {hour: wall(from_iso(f"{hour}:00:00Z"), config.clinic.zone).hour for hour in every}
    hours: dict[int, Counter[str]] = {}
    for (hour, path), count in found.hours.items():
        hours.setdefault(there[hour], Counter())[path if path in TOPICS else "open"] += count
    misses: Counter[str] = Counter()
    for (opened, why), count in found.misses.items():
        misses[why if covered(config, opened) else GAP] += count
    return Report(
        since,
        until,
        hours,
        (found.bookings["every",], found.bookings["urgent",]),
        spread(found.rang),
        spread(found.human),
        found.taken,
        misses,
        {state: count for (state,), count in found.promises.items()},
        found.outcomes,
        found.outcomes.total(),
    )


def covered(config: Config, at: str) -> bool:
    """Return whether somebody was on call then (UTC as it is stored), by the rota as it is now."""
    return bool(chain_at(config.rota_table(), from_iso(at)))


def spread(seconds: Mapping[tuple[int], int]) -> Spread | None:
    """Return median, 95th of 100 and worst of (seconds,) → how often; None: there were none.

    Each is one that happened: the median is the lower of two middles.
    """
    if not (count := sum(seconds.values())):
        return None
    found = sorted(seconds)
    upto = list(accumulate(seconds[one] for one in found))

    def at(place: int) -> int:
        return found[bisect_right(upto, place)][0]

    return Spread(count, at((count - 1) // 2), at(ceil(0.95 * count) - 1), found[-1][0])
