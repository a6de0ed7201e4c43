"""Reading calls: by reference, the latest, one call's story, and whether a caller rang before with a sign."""

from __future__ import annotations

import json
import sqlite3

from ivr.storage import journal
from ivr.storage.refs import as_typed

_REPEAT = (
    "SELECT 1 FROM calls WHERE caller = ? AND started_at >= ? AND call <> ?"
    " AND (disposition IN ('emergency', 'clinician_now', 'two_hours', 'same_day')"
    " OR EXISTS (SELECT 1 FROM signs WHERE signs.call = calls.call)) LIMIT 1"
)


def find(conn: sqlite3.Connection, ref_or_sid: str) -> sqlite3.Row | None:
    """Return the call with this sid, or else the latest with this reference (as people type it), or None."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM calls WHERE call = ?1 OR ref = ?2 ORDER BY call = ?1 DESC, started_at DESC LIMIT 1",
        (ref_or_sid.strip(), as_typed(ref_or_sid)),
    ).fetchone()
    return row


def latest(conn: sqlite3.Connection, most: int = 20) -> list[sqlite3.Row]:
    """Return the latest calls, newest first."""
    return conn.execute("SELECT * FROM calls ORDER BY started_at DESC, call LIMIT ?", (most,)).fetchall()


def story(conn: sqlite3.Connection, call: str) -> list[journal.Line]:
    """Return all that happened in a call, in order."""
    return journal.lines(conn, call)


def signs(conn: sqlite3.Connection, call: str) -> list[sqlite3.Row]:
    """Return the gates that counted as yes, in order."""
    return conn.execute("SELECT * FROM signs WHERE call = ? ORDER BY at, gate", (call,)).fetchall()


def repeat(conn: sqlite3.Connection, caller: str, since: str, not_call: str) -> bool:
    """Return whether this number rang since `since` (UTC, whole seconds) with a sign or an urgency."""
    return conn.execute(_REPEAT, (caller, since, not_call)).fetchone() is not None


def silent_with_sign(conn: sqlite3.Connection, before: str, now: str, most: int = 50) -> list[sqlite3.Row]:
    """Return calls that seem to go on, but of which nothing was heard since `before`, and on which a page
    hangs: they have a sign or a page, or their caller has an open one, which isn't worked meanwhile.

    Only if it is time to ask about them; oldest first. Both times in UTC.
    """
    return conn.execute(
        "SELECT * FROM calls c WHERE state = 'live' AND last_at < ? AND (ask_at IS NULL OR ask_at <= ?)"
        " AND (EXISTS (SELECT 1 FROM signs WHERE signs.call = c.call)"
        "  OR EXISTS (SELECT 1 FROM pages WHERE page = c.call)"
        "  OR EXISTS (SELECT 1 FROM calls e JOIN pages p ON p.page = e.call WHERE e.caller = c.caller"
        "   AND p.state IN ('open', 'unanswered'))) ORDER BY last_at LIMIT ?",
        (before, now, most),
    ).fetchall()


def left_at(conn: sqlite3.Connection, since: str) -> list[tuple[str | None, str]]:
    """Return (revision, step) of calls begun since `since` (UTC) that ended at a step whose end is untold."""
    found = conn.execute(
        "SELECT DISTINCT revision, last_step FROM calls WHERE state = 'ended' AND hung_up = 0"
        " AND started_at >= ? AND last_step IS NOT NULL ORDER BY 1, 2",
        (since,),
    )
    return [(row[0], row[1]) for row in found]


def ended_at(
    conn: sqlite3.Connection,
    steps: list[tuple[str | None, str]],
    since: str,
    before: str,
    now: str,
    most: int = 20,
) -> list[sqlite3.Row]:
    """Return calls begun since `since` and ended by `before` while one of `steps` waited, with no word of
    that step's own end, if it is time to ask about them; oldest first. All times in UTC.

    steps: of left_at(); a step is another in another revision
    """
    return conn.execute(
        "SELECT * FROM calls c WHERE state = 'ended' AND hung_up = 0 AND started_at >= ?2 AND ended_at <= ?3"
        " AND EXISTS (SELECT 1 FROM json_each(?1) WHERE json_extract(value, '$[1]') = c.last_step"
        "  AND json_extract(value, '$[0]') IS c.revision) AND (ask_at IS NULL OR ask_at <= ?4)"
        " ORDER BY ended_at LIMIT ?5",
        (json.dumps(steps), since, before, now, most),
    ).fetchall()


def ask_again(conn: sqlite3.Connection, call: str, at: str) -> None:
    """Have a call asked about again at `at` (UTC, whole seconds)."""
    conn.execute("UPDATE calls SET ask_at = ? WHERE call = ?", (at, call))


def unended(conn: sqlite3.Connection, before: str, most: int = 100) -> list[sqlite3.Row]:
    """Return calls that seem to go on, but of which nothing was heard since `before` (UTC), oldest first."""
    return conn.execute(
        "SELECT * FROM calls WHERE state = 'live' AND last_at < ? ORDER BY last_at LIMIT ?", (before, most)
    ).fetchall()
