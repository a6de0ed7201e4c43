"""What whole days came to, counted once and kept. A day is one of UTC: "2026-11-24".

Triggers take a day's row away as soon as anything changes that was counted for it, however late (an outcome,
a promise that is kept, a line that was spilled): a day without a row is counted anew. See migration 0020.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta


def kept(conn: sqlite3.Connection, form: int, since: str, until: str) -> dict[str, str]:
    """Return day → sums for the days from `since` until just before `until` that are kept in this form."""
    sql = "SELECT day, sums FROM days WHERE day >= ? AND day < ? AND form = ?"
    return {row[0]: row[1] for row in conn.execute(sql, (since, until, form))}


def missing(conn: sqlite3.Connection, form: int, since: str, until: str) -> list[str]:
    """Return the days from `since`, or from the first call's, until just before `until` that aren't kept in
    this form, the latest first."""
    first = conn.execute("SELECT min(started_at) FROM calls").fetchone()[0]
    if first is None:
        return []
    there = kept(conn, form, since, until)
    day, last = date.fromisoformat(max(since, first[:10])), date.fromisoformat(until)
    every = [(last - timedelta(days=back)).isoformat() for back in range(1, (last - day).days + 1)]
    return [one for one in every if one not in there]


def keep(conn: sqlite3.Connection, form: int, day: str, sums: str) -> None:
    """Keep what a day came to, counted in this very transaction. Within the write door."""
    conn.execute("INSERT OR REPLACE INTO days (day, form, sums) VALUES (?, ?, ?)", (day, form, sums))
