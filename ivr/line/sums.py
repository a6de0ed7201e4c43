"""The sums behind a report: what is counted of a time, added up over days, and written down.

Nothing here follows from the config, which may be another one by the time that a report is looked at: hours
are those of UTC, and whether somebody was on call when a page was missed is asked by the report.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from ivr.storage import figures

FORM = 1  # to be raised when what is counted changes: days that are kept in another form are counted anew


@dataclass
class Sums:
    """How many of each there were.

    hours      (hour in UTC, "2026-11-24T02", and a call's path) → calls
    bookings   ("every",), ("urgent",): those of them that came to a clinician → calls
    rang, human   (seconds from the answer to the first phone ringing, or to a key 1,) → pages
    taken      (person, at which try) → pages
    misses     (when it was opened, UTC; why nobody took it, if somebody was on call) → pages
    promises   (state,) → promises
    outcomes   (disposition, outcome) → pages
    """

    hours: Counter[tuple[str, str]] = field(default_factory=Counter)
    bookings: Counter[tuple[str]] = field(default_factory=Counter)
    rang: Counter[tuple[int]] = field(default_factory=Counter)
    human: Counter[tuple[int]] = field(default_factory=Counter)
    taken: Counter[tuple[str, int]] = field(default_factory=Counter)
    misses: Counter[tuple[str, str]] = field(default_factory=Counter)
    promises: Counter[tuple[str]] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Sums) -> None:
        for name in _NAMES:
            getattr(self, name).update(getattr(other, name))

    def text(self) -> str:
        """Return them as JSON: name → rows of a key and how many."""
        every = ((name, getattr(self, name)) for name in _NAMES)
        rows = {name: [[*key, count] for key, count in counter.items()] for name, counter in every}
        return json.dumps(rows, separators=(",", ":"))

    def read(self, text: str) -> None:
        """Add what text() wrote."""
        for name, rows in json.loads(text).items():
            counter = getattr(self, name)
            for *key, count in rows:
                counter[tuple(key)] += count


_NAMES = tuple(one.name for one in fields(Sums))


def counted(conn: sqlite3.Connection, since: str, until: str) -> Sums:
    """Return the sums of a time, counted row by row. `since` and `until` are UTC as it is stored."""
    found, span = Sums(), (since, until)
    for hour, path, count in figures.calls_by_hour(conn, *span):
        found.hours[hour, path] = count
    every, urgent = figures.bookings(conn, *span)
    found.bookings.update({("every",): every, ("urgent",): urgent})
    for state, count in figures.promises(conn, *span).items():
        found.promises[state,] = count
    for row in figures.pages(conn, *span):
        found.outcomes[row["disposition"] or "", row["outcome"] or ""] += 1
        if row["rang_at"]:
            found.rang[_seconds(row["started_at"], row["rang_at"]),] += 1
        if row["accepted_at"]:
            found.taken[row["accepted_by"] or "", row["tries"]] += 1
            found.human[_seconds(row["started_at"], row["accepted_at"]),] += 1
        if why := missed(row):
            found.misses[row["opened_at"], why] += 1
    return found


def missed(row: sqlite3.Row | Mapping[str, object]) -> str:
    """Return why nobody took a page in its call, provided that somebody was on call; "" when somebody did, or
    it goes on."""
    gone, vain = bool(row["caller_gone"]), row["unanswered_at"] is not None
    if not vain:
        return "caller gone" if gone and row["accepted_at"] is None else ""
    outcomes = {one for one in str(row["outcomes"] or "").split(",") if one}
    if not row["rings"] or (outcomes and outcomes <= {"failed"}):
        return "configuration"
    return "busy" if outcomes and outcomes <= {"busy", "failed"} else "unreachable"


def _seconds(begun: str, then: str) -> int:
    # Not from_iso(): what the record holds was judged when it was written, and there are thousands.
    passed = datetime.fromisoformat(then) - datetime.fromisoformat(begun)
    return max(int(passed.total_seconds()), 0)
