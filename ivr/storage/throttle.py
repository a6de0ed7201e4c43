"""Holding guesses up: after some free tries each further one has to wait longer than the last.

A try is recorded before it is judged, so that many at once don't get more of them. What is right clears the
count. Nothing is ever locked for good: the wait has a longest, and old tries are forgotten.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso

FORGOTTEN = timedelta(hours=24)  # after the last try


@dataclass(frozen=True, slots=True)
class Pace:
    """So many tries are `free`; then come waits, in seconds: `first`, doubled each time, to `longest`."""

    free: int
    first: int
    longest: int


def may_try(conn: sqlite3.Connection, what: str, pace: Pace, now: datetime) -> bool:
    """Record a try at `what`, and return whether it may be made; if not, it doesn't count.

    To be called within the write door. `what` holds no number and no secret: a kind, a colon and an id.
    """
    row = conn.execute("SELECT tries, last_at, free_at FROM tries WHERE what = ?", (what,)).fetchone()
    before = int(row["tries"]) if row and from_iso(row["last_at"]) > now - FORGOTTEN else 0
    if before and from_iso(row["free_at"]) > now:
        return False
    over = before + 1 - pace.free
    wait = min(pace.first << min(over, 20), pace.longest) if over >= 0 else 0
    conn.execute(
        "INSERT INTO tries (what, tries, last_at, free_at) VALUES (?, ?, ?, ?) ON CONFLICT (what) DO UPDATE"
        " SET tries = excluded.tries, last_at = excluded.last_at, free_at = excluded.free_at",
        (what, before + 1, iso(now), iso(now + timedelta(seconds=wait))),
    )
    return True


def clear(conn: sqlite3.Connection, what: str) -> None:
    """Forget the tries at `what`: the last one was right."""
    conn.execute("DELETE FROM tries WHERE what = ?", (what,))


def forget(conn: sqlite3.Connection, now: datetime) -> int:
    """Delete what no longer counts. Return how many rows."""
    return conn.execute("DELETE FROM tries WHERE last_at <= ?", (iso(now - FORGOTTEN),)).rowcount
