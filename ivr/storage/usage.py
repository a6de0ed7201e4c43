"""What was used of the provider: texts and minutes, and when. For a forecast: nothing is held back by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

TEXT, MINUTE_IN, MINUTE_OUT = "text", "minute_in", "minute_out"
KINDS = (TEXT, MINUTE_IN, MINUTE_OUT)

# Begun minutes count whole, as the provider charges them. Phones are rung in a caller's call, by the line
# itself (an errand that somebody's own call to the line became is none), and from there the patient's.
_USED = (
    (TEXT, "SELECT sent_at, 1 FROM outbox WHERE sent_at >= ?1 AND sent_at < ?2 AND channel = 'text'"),
    (
        MINUTE_IN,
        "SELECT started_at, (duration + 59) / 60 FROM calls"
        " WHERE started_at >= ?1 AND started_at < ?2 AND duration > 0",
    ),
    (
        MINUTE_OUT,
        "SELECT answered_at, (unixepoch(ended_at) - unixepoch(answered_at) + 59) / 60 FROM attempts"
        " WHERE started_at >= ?1 AND started_at < ?2 AND answered_at IS NOT NULL AND ended_at > answered_at",
    ),
    (
        MINUTE_OUT,
        "SELECT answered_at, (unixepoch(ended_at) - unixepoch(answered_at) + 59) / 60 FROM errands e"
        " WHERE answered_at >= ?1 AND answered_at < ?2 AND ended_at > answered_at"
        " AND NOT EXISTS (SELECT 1 FROM calls WHERE call = e.sid)",
    ),
    (
        MINUTE_OUT,
        "SELECT at, (json_extract(data, '$.seconds') + 59) / 60 FROM journal"
        " WHERE kind = 'patient_leg' AND at >= ?1 AND at < ?2 AND json_extract(data, '$.seconds') > 0",
    ),
)


def between(conn: sqlite3.Connection, since: str, until: str) -> Iterator[tuple[str, datetime, int]]:
    """Yield (kind, when, how many) of all that was used from `since` until `until` (UTC, whole seconds)."""
    for kind, sql in _USED:
        for at, count in conn.execute(sql, (since, until)):
            yield kind, datetime.fromisoformat(at), int(count)


def first(conn: sqlite3.Connection) -> datetime | None:
    """Return when the record begins, None when it is empty."""
    found = conn.execute("SELECT min(started_at) FROM calls").fetchone()[0]
    return datetime.fromisoformat(found) if found else None
