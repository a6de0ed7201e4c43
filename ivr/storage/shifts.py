"""Shifts: who begins to be the first on call, and whether their phone has been shown to reach them.

A shift is named by its person and its beginning: "ben 2026-11-24T20:00:00Z".
"""

from __future__ import annotations

import sqlite3

from ivr.storage.entry import Entry
from ivr.storage.rows import second


def get(conn: sqlite3.Connection, shift: str) -> sqlite3.Row | None:
    """Return one shift, or None."""
    row: sqlite3.Row | None = conn.execute("SELECT * FROM shifts WHERE shift = ?", (shift,)).fetchone()
    return row


def at(conn: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Return the shifts that have begun and aren't over at `now` (UTC), the latest first."""
    return conn.execute(
        "SELECT * FROM shifts WHERE starts_at <= ?1 AND ends_at > ?1 ORDER BY starts_at DESC, shift", (now,)
    ).fetchall()


def unreached(conn: sqlite3.Connection, when: str) -> frozenset[str]:
    """Return the people who, at `when` (UTC, whole seconds), were not reached at the start of their shift.

    Also for a time that has passed: a hunt keeps the order that it began with.
    """
    rows = conn.execute(
        "SELECT person FROM shifts WHERE starts_at <= ?1 AND ends_at > ?1 AND unreached_at <= ?1"
        " AND (confirmed_at IS NULL OR confirmed_at > ?1)",
        (when,),
    )
    return frozenset(row[0] for row in rows)


# --- projections -------------------------------------------------------------


def shift_started(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "INSERT INTO shifts (shift, person, starts_at, ends_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (entry.data["shift"], entry.data["person"], entry.data["starts"], entry.data["ends"]),
    )


def shift_confirmed(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "UPDATE shifts SET confirmed_at = COALESCE(confirmed_at, ?) WHERE shift = ?",
        (second(entry.at), entry.data["shift"]),
    )


def shift_unreached(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "UPDATE shifts SET unreached_at = COALESCE(unreached_at, ?) WHERE shift = ?",
        (second(entry.at), entry.data["shift"]),
    )
