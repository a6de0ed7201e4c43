"""Who is logged in. The cookie holds a secret and the table its hash: a copy of the table opens nothing.

Functions that change something are called within the write door.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.storage.staff import Member, get
from ivr.storage.tokens import digest, new

IDLE = timedelta(hours=1)  # without a page asked for
LONGEST = timedelta(hours=12)  # a shift
_EACH = timedelta(minutes=1)  # no more often is a session's use noted


def begin(conn: sqlite3.Connection, name: str, now: datetime) -> str:
    """Log an account in, and return the cookie's secret. What is too old is swept away with it."""
    conn.execute("DELETE FROM sessions WHERE seen_at <= ? OR ends_at <= ?", (iso(now - IDLE), iso(now)))
    token = new()
    conn.execute(
        "INSERT INTO sessions (token, name, seen_at, ends_at) VALUES (?, ?, ?, ?)",
        (digest(token), name, iso(now), iso(now + LONGEST)),
    )
    return token


def find(conn: sqlite3.Connection, token: str, now: datetime) -> tuple[Member, bool] | None:
    """(whose cookie this is, whether its use should be noted by seen()); None when it is no longer good."""
    row = conn.execute(
        "SELECT name, seen_at FROM sessions WHERE token = ? AND seen_at > ? AND ends_at > ?",
        (digest(token), iso(now - IDLE), iso(now)),
    ).fetchone()
    member = get(conn, row["name"]) if row else None
    if member is None or member.disabled_at or not member.ready:
        return None
    return member, from_iso(row["seen_at"]) <= now - _EACH


def seen(conn: sqlite3.Connection, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    conn.execute("UPDATE sessions SET seen_at = max(seen_at, ?) WHERE token = ?", (iso(now), digest(token)))


def end(conn: sqlite3.Connection, token: str) -> None:
    """Log out."""
    conn.execute("DELETE FROM sessions WHERE token = ?", (digest(token),))


def end_all(conn: sqlite3.Connection, name: str, but: str = "") -> int:
    """Log an account out everywhere, except where the cookie is `but`. Return of how many places."""
    return conn.execute("DELETE FROM sessions WHERE name = ? AND token <> ?", (name, digest(but))).rowcount


def count(conn: sqlite3.Connection, now: datetime) -> dict[str, int]:
    """Return in how many places each account is logged in; those in none are left out."""
    rows = conn.execute(
        "SELECT name, count(*) FROM sessions WHERE seen_at > ? AND ends_at > ? GROUP BY name",
        (iso(now - IDLE), iso(now)),
    )
    return {row[0]: row[1] for row in rows}
