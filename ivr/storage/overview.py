"""What goes on now: the pages that wait, those being dealt with, and the calls on the line."""

from __future__ import annotations

import sqlite3

MOST = 50  # of each: a screen that shows more is no longer looked at

_PAGES = (
    "SELECT pages.*, calls.caller, calls.caller_kind, calls.state AS call_state, calls.hung_up"
    " FROM pages JOIN calls ON calls.call = pages.page"
)


def waiting(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the pages that nobody has taken, the oldest first, with the caller's number."""
    return conn.execute(
        f"{_PAGES} WHERE pages.state IN ('open', 'unanswered') ORDER BY opened_at, page LIMIT ?", (MOST,)
    ).fetchall()


def taken(conn: sqlite3.Connection, since: str) -> list[sqlite3.Row]:
    """Return the pages that somebody took after `since` (UTC) and nobody has closed, the latest first."""
    return conn.execute(
        f"{_PAGES} WHERE pages.state = 'taken' AND accepted_at >= ? ORDER BY accepted_at DESC, page LIMIT ?",
        (since, MOST),
    ).fetchall()


def closed(conn: sqlite3.Connection, since: str) -> list[sqlite3.Row]:
    """Return the pages that were closed after `since` (UTC), the latest first."""
    return conn.execute(
        f"{_PAGES} WHERE pages.state = 'closed' AND closed_at >= ? ORDER BY closed_at DESC, page LIMIT ?",
        (since, MOST),
    ).fetchall()


def live(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the calls on the line, the oldest first."""
    # The plus: sorting the few is quicker than walking all calls in the order that an index has.
    return conn.execute(
        "SELECT * FROM calls WHERE state = 'live' ORDER BY +started_at, call LIMIT ?", (MOST,)
    ).fetchall()
