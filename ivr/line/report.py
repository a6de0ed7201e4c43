"""A report: what the calls of some weeks came to, in figures that name no patient."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.rota.local import wall
from ivr.rota.rota import chain_at
from ivr.storage import figures

TOPICS = ("symptom", "booking", "open")  # of a call; "open": it ended before it was known
MISSES = ("coverage gap", "busy", "unreachable", "configuration", "caller gone")


@dataclass(frozen=True)
class Spread:
    """Seconds, of `count` calls."""

    count: int
    median: float
    most: float  # 95 of 100 were no slower
    worst: float


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
    span = iso(since), iso(until)
    hours: dict[int, Counter[str]] = {}
    for hour, path, count in figures.calls_by_hour(conn, *span):
        there = wall(from_iso(f"{hour}:00:00Z"), config.clinic.zone).hour
        hours.setdefault(there, Counter())[path if path in TOPICS else "open"] += count
    rows = figures.pages(conn, *span)
    taken: Counter[tuple[str, int]] = Counter()
    misses: Counter[str] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    rang: list[float] = []
    human: list[float] = []
    for row in rows:
        outcomes[row["disposition"] or "", row["outcome"] or ""] += 1
        if row["rang_at"]:
            rang.append(_seconds(row["started_at"], row["rang_at"]))
        if row["accepted_at"]:
            taken[row["accepted_by"] or "", row["tries"]] += 1
            human.append(_seconds(row["started_at"], row["accepted_at"]))
        if missed := miss(config, row):
            misses[missed] += 1
    return Report(
        since,
        until,
        hours,
        figures.bookings(conn, *span),
        spread(rang),
        spread(human),
        taken,
        misses,
        figures.promises(conn, *span),
        outcomes,
        len(rows),
    )


def miss(config: Config, row: sqlite3.Row | Mapping[str, object]) -> str:
    """Return why nobody took a page in its call, as one of MISSES; "" when somebody did, or it goes on."""
    gone, vain = bool(row["caller_gone"]), row["unanswered_at"] is not None
    if not vain and not (gone and row["accepted_at"] is None):
        return ""
    if not chain_at(config.rota_table(), from_iso(str(row["opened_at"]))):
        return "coverage gap"
    if not vain:
        return "caller gone"
    outcomes = {one for one in str(row["outcomes"] or "").split(",") if one}
    if not row["rings"] or (outcomes and outcomes <= {"failed"}):
        return "configuration"
    return "busy" if outcomes and outcomes <= {"busy", "failed"} else "unreachable"


def spread(seconds: Sequence[float]) -> Spread | None:
    """Return median, 95th of 100 and worst, each one of `seconds` (the lower of two middles); None: none."""
    if not seconds:
        return None
    found = sorted(seconds)
    count = len(found)
    return Spread(count, found[(count - 1) // 2], found[ceil(0.95 * count) - 1], found[-1])


def _seconds(begun: str, then: str) -> float:
    # Not from_iso(): what the record holds was judged when it was written, and there are thousands.
    passed = datetime.fromisoformat(then) - datetime.fromisoformat(begun)
    return max(passed.total_seconds(), 0.0)
