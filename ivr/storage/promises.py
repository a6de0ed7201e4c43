"""Promised call-backs: when each is due, whose it is, and whether it was kept."""

from __future__ import annotations

import sqlite3

from ivr.storage.entry import Entry
from ivr.storage.rows import second

# Not beside a page that somebody has: they are at it with this patient, and say soon how it ended.
_UNKEPT = (
    "SELECT p.* FROM promises p JOIN calls c ON c.call = p.call WHERE p.state = 'due' AND p.due_at <= ?"
    " AND NOT EXISTS (SELECT 1 FROM pages q JOIN calls d ON d.call = q.page WHERE q.state = 'taken'"
    "  AND (d.call = c.call OR d.caller = c.caller))"
)
_CALLERS = (
    "SELECT p.* FROM promises p JOIN calls c ON c.call = p.call"
    " WHERE (c.call = ?1 OR c.caller = (SELECT caller FROM calls WHERE call = ?1))"
)


def coming(conn: sqlite3.Connection, now: str, until: str) -> list[sqlite3.Row]:
    """Return the promises due after `now` and until `until` of which nobody was reminded yet. Both in UTC."""
    sql = f"{_UNKEPT} AND p.due_at > ? AND p.reminded_at IS NULL ORDER BY p.due_at, p.call"
    return conn.execute(sql, (until, now)).fetchall()


def overdue(conn: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Return the promises whose time (UTC) is over, and of which that isn't noted yet."""
    return conn.execute(f"{_UNKEPT} ORDER BY p.due_at, p.call", (now,)).fetchall()


def unkept(conn: sqlite3.Connection, call: str) -> list[sqlite3.Row]:
    """Return what the caller of a call was promised, in any call, and hasn't got: due or missed."""
    sql = f"{_CALLERS} AND p.state IN ('due', 'missed') ORDER BY p.due_at, p.call"
    return conn.execute(sql, (call,)).fetchall()


def kept_at(conn: sqlite3.Connection, call: str, at: str | None) -> list[sqlite3.Row]:
    """Return the same caller's promises that were kept at that very second (UTC); None: at any time."""
    sql = f"{_CALLERS} AND p.state = 'kept' AND (?2 IS NULL OR p.kept_at = ?2) ORDER BY p.due_at, p.call"
    return conn.execute(sql, (call, at)).fetchall()


def of_call(conn: sqlite3.Connection, call: str) -> list[sqlite3.Row]:
    """Return what was promised in a call, the soonest first."""
    return conn.execute("SELECT * FROM promises WHERE call = ? ORDER BY due_at", (call,)).fetchall()


def on_show(
    conn: sqlite3.Connection, since: str, most: int = 50
) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """Return (those due, the soonest first; those kept after `since` (UTC), the latest first), each with its
    call's `ref`, `caller` and `path`."""
    sql = "SELECT p.*, c.ref, c.caller FROM promises p INDEXED BY {} JOIN calls c ON c.call = p.call WHERE "
    due = sql.format("promises_due") + "p.state = 'due' ORDER BY p.due_at, p.call LIMIT ?"
    kept = sql.format("promises_kept") + (
        "p.state = 'kept' AND p.kept_at >= ? ORDER BY p.kept_at DESC, p.call LIMIT ?"
    )
    return conn.execute(due, (most,)).fetchall(), conn.execute(kept, (since, most)).fetchall()


# --- projections -------------------------------------------------------------


def promised(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "INSERT INTO promises (call, promise, disposition, due_at, owner) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            entry.call,
            entry.data["promise"],
            entry.data["disposition"],
            entry.data["due"],
            entry.data.get("owner"),
        ),
    )


def promise_reminded(conn: sqlite3.Connection, entry: Entry) -> None:
    """Its owner has been reminded."""
    conn.execute(
        "UPDATE promises SET reminded_at = COALESCE(reminded_at, ?) WHERE call = ? AND promise = ?",
        (second(entry.at), entry.call, entry.data["promise"]),
    )


def promise_missed(conn: sqlite3.Connection, entry: Entry) -> None:
    """Its time is over. Once kept, it stays so."""
    conn.execute(
        "UPDATE promises SET missed_at = COALESCE(missed_at, ?),"
        " state = CASE state WHEN 'due' THEN 'missed' ELSE state END WHERE call = ? AND promise = ?",
        (second(entry.at), entry.call, entry.data["promise"]),
    )


def promise_kept(conn: sqlite3.Connection, entry: Entry) -> None:
    """The patient has been spoken with. The first word stands."""
    conn.execute(
        "UPDATE promises SET state = 'kept', kept_by = ?, kept_at = ?"
        " WHERE call = ? AND promise = ? AND state <> 'kept'",
        (entry.data["by"], second(entry.at), entry.call, entry.data["promise"]),
    )


def promise_due(conn: sqlite3.Connection, entry: Entry) -> None:
    """It wasn't kept after all. One that was missed before is so again: its page is what is worked."""
    conn.execute(
        "UPDATE promises SET state = CASE WHEN missed_at IS NULL THEN 'due' ELSE 'missed' END,"
        " kept_by = NULL, kept_at = NULL WHERE call = ? AND promise = ? AND state = 'kept'",
        (entry.call, entry.data["promise"]),
    )
