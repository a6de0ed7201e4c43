"""What the tables share: whole seconds, and a call's row that is there before anything points at it."""

from __future__ import annotations

import sqlite3

from ivr.storage.refs import reference


def second(at: str) -> str:
    """Return the whole second of an entry's time: "…00.123Z" → "…00Z"."""
    return f"{at[:19]}Z"


def make_call(conn: sqlite3.Connection, call: str, at: str) -> bool:
    """Make the call's row if its first entry hasn't arrived yet. Return whether it was made."""
    return (
        conn.execute(
            "INSERT INTO calls (call, ref, started_at, last_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (call, reference(call), second(at), at),
        ).rowcount
        == 1
    )
