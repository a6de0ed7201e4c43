"""Attempts: each time one phone was rung, and how it ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ivr.storage import faults, pages
from ivr.storage.entry import Entry
from ivr.storage.rows import second

# Twilio's call statuses (twilio.com/docs/voice/api/call-resource): what a leg reports.
_ANSWERED = frozenset({"in-progress", "answered"})
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def of_call(conn: sqlite3.Connection, call: str) -> list[sqlite3.Row]:
    """Return the attempts of one call, in order."""
    return conn.execute("SELECT * FROM attempts WHERE call = ? ORDER BY id", (call,)).fetchall()


# --- projections -------------------------------------------------------------


def ringing(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.executemany(
        'INSERT INTO attempts (call, "group", leg, ring, started_at) VALUES (?, ?, ?, ?, ?)',
        [
            (entry.call, entry.data["group"], leg, entry.data["ring"], second(entry.at))
            for leg in _legs(entry)
        ],
    )


def ring_ended(conn: sqlite3.Connection, entry: Entry) -> None:
    """Close the ring's attempts. "dropped" (accepted, but the bridge never stood) opens the page again."""
    outcome, at = entry.data["outcome"], second(entry.at)
    for leg in _legs(entry):
        conn.execute(
            "UPDATE attempts SET outcome = ?, ended_at = COALESCE(ended_at, ?) WHERE id ="
            ' (SELECT max(id) FROM attempts WHERE call = ? AND "group" = ? AND leg = ?)',
            (outcome, at, entry.call, entry.data["group"], leg),
        )
        if outcome == "dropped":
            pages.release_leg(conn, entry.call, leg)


def whisper(conn: sqlite3.Connection, entry: Entry) -> None:
    """Somebody, or something, answered: the whisper was asked for."""
    if (attempt := _attempt(conn, entry)) is not None:
        conn.execute(
            "UPDATE attempts SET leg_sid = ?, answered_at = COALESCE(answered_at, ?) WHERE id = ?",
            (entry.data["leg_sid"], second(entry.at), attempt),
        )


def accepted(conn: sqlite3.Connection, entry: Entry) -> None:
    """Note the key press. "taken" also takes the page: when the database was gone, nothing else did.

    Not when this ring is known to have ended in another way: then the entry was spilled, and is late.
    """
    leg, leg_sid, result = str(entry.data["leg"]), str(entry.data["leg_sid"]), entry.data["result"]
    outcome = None
    if (attempt := _attempt(conn, entry)) is not None:
        outcome = conn.execute(
            "UPDATE attempts SET leg_sid = ?, result = ?, answered_at = COALESCE(answered_at, ?)"
            " WHERE id = ? RETURNING outcome",
            (leg_sid, result, second(entry.at), attempt),
        ).fetchone()[0]
    if result == "taken" and outcome in (None, "taken"):
        pages.accept(conn, entry.call, leg, leg_sid, leg.partition("/")[0], entry.at)


def leg_status(conn: sqlite3.Connection, entry: Entry) -> None:
    """A leg's own status callback. They overtake each other: the highest sequence number stands."""
    if entry.data["status"] in _ANSWERED:
        faults.works(conn, faults.phone(str(entry.data["leg"])))
    attempt = _attempt(conn, entry)
    if attempt is None:
        return
    status, at = entry.data["status"], second(entry.at)
    answered, over = (at if status in _ANSWERED else None), (at if status in _OVER else None)
    conn.execute(
        "UPDATE attempts SET leg_sid = ?, answered_at = COALESCE(answered_at, ?),"
        " ended_at = COALESCE(ended_at, ?) WHERE id = ?",
        (entry.data["leg_sid"], answered, over, attempt),
    )
    conn.execute(
        "UPDATE attempts SET status = ?1, sequence = ?2 WHERE id = ?3"
        " AND (sequence IS NULL OR ?2 IS NULL OR sequence < ?2)",
        (status, entry.data["sequence"], attempt),
    )


def _legs(entry: Entry) -> Iterator[str]:
    legs = entry.data["legs"]
    if isinstance(legs, (list, tuple)):
        yield from (str(leg) for leg in legs)


def _attempt(conn: sqlite3.Connection, entry: Entry) -> int | None:
    """Return the row of this leg: the one that has its sid, else the latest of its name that has none."""
    row = conn.execute(
        "SELECT id FROM attempts WHERE call = ?1 AND leg = ?2 AND (leg_sid IS NULL OR leg_sid = ?3)"
        " ORDER BY leg_sid IS NULL, id DESC LIMIT 1",
        (entry.call, entry.data["leg"], entry.data["leg_sid"]),
    ).fetchone()
    return None if row is None else int(row[0])
