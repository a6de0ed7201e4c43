"""Pages: urgent requests for a clinician. One a call; row counts decide who took it."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Literal

from ivr.storage.entry import Entry
from ivr.storage.refs import reference
from ivr.storage.rows import make_call, second

SHORT = 10  # seconds between a key press and the end of the call that hold no conversation

Accepted = Literal["taken", "same", "other"]

# A talk belongs to whoever took the page: what there was before, seconds of a voicemail say, isn't theirs.
_TAKE = (
    "UPDATE pages SET state = 'taken', accepted_by = ?1, accepted_leg = ?2, accepted_sid = ?3,"
    " accepted_at = ?4, joined_at = CASE WHEN joined_at >= ?4 THEN joined_at END,"
    " talk_seconds = CASE WHEN joined_at >= ?4 THEN talk_seconds END"
    " WHERE page = ?5 AND state IN ('open', 'unanswered')"
)


def accept(conn: sqlite3.Connection, page: str, leg: str, leg_sid: str, person: str, at: str) -> Accepted:
    """Take the page for `person`, who pressed 1 on `leg`. Within the write door.

    Returns "taken" for the one who was first, "same" when this very leg has it already (the webhook came
    twice), "other" when somebody else has it or it is closed. A page that isn't there yet (its opening still
    lies in the spill file) is made: a clinician never hears that somebody else was faster when nobody was.

    page: the call's sid; at: UTC, with or without milliseconds.
    """
    when = second(at)
    if conn.execute(_TAKE, (person, leg, leg_sid, when, page)).rowcount == 1:
        return "taken"
    row = conn.execute("SELECT accepted_sid FROM pages WHERE page = ?", (page,)).fetchone()
    if row is not None:
        return "same" if row[0] == leg_sid else "other"
    make_call(conn, page, at)
    conn.execute("INSERT INTO pages (page, ref, opened_at) VALUES (?, ?, ?)", (page, reference(page), when))
    conn.execute(_TAKE, (person, leg, leg_sid, when, page))
    return "taken"


def release(conn: sqlite3.Connection, page: str, leg_sid: str) -> bool:
    """Open the page again: the leg that took it was lost before the bridge. False: another has it."""
    return (
        conn.execute(
            "UPDATE pages SET state = 'open', accepted_by = NULL, accepted_leg = NULL, accepted_sid = NULL,"
            " accepted_at = NULL, caller_gone ="
            " (SELECT state = 'ended' OR hung_up FROM calls WHERE call = page)"
            " WHERE page = ? AND state = 'taken' AND accepted_sid = ?",
            (page, leg_sid),
        ).rowcount
        == 1
    )


def release_leg(conn: sqlite3.Connection, page: str, leg: str) -> bool:
    """Do what release() does where the leg is known by its id only."""
    row = conn.execute(
        "SELECT accepted_sid FROM pages WHERE page = ? AND accepted_leg = ?", (page, leg)
    ).fetchone()
    return row is not None and row[0] is not None and release(conn, page, row[0])


def release_short(conn: sqlite3.Connection, page: str, ended_at: str) -> None:
    """Open the page again when its call ended within SHORT seconds of the key press.

    Whoever pressed 1 just as the caller left has spoken with nobody, and no request tells of it.
    """
    since = datetime.fromisoformat(ended_at) - timedelta(seconds=SHORT)
    conn.execute(
        "UPDATE pages SET state = 'open', accepted_by = NULL, accepted_leg = NULL, accepted_sid = NULL,"
        " accepted_at = NULL WHERE page = ?1 AND state = 'taken' AND accepted_at > ?2"
        " AND NOT EXISTS (SELECT 1 FROM attempts WHERE call = ?1 AND outcome = 'taken')",
        (page, since.strftime("%Y-%m-%dT%H:%M:%SZ")),
    )


def left_waiting(conn: sqlite3.Connection, call: str) -> bool:
    """Return whether a caller has gone whom nobody took, with a page or a sign, and nobody was told of that.

    Not after an emergency: everybody was told, and the caller hung up to call 999. Nor after a promise.
    """
    page = get(conn, call)
    if page is not None:
        waits = page["state"] == "open" and page["unanswered_at"] is None
        return waits and page["disposition"] != "emergency"
    sql = (
        "SELECT 1 FROM signs WHERE call = ?1 AND NOT EXISTS (SELECT 1 FROM promises WHERE call = ?1) LIMIT 1"
    )
    return conn.execute(sql, (call,)).fetchone() is not None


def lost(conn: sqlite3.Connection, since: str) -> list[tuple[str, list[str]]]:
    """Return calls since `since` (UTC) whose callers met a sign and went, without a page or a promise; and
    the signs' short names."""
    found = conn.execute(
        "SELECT call FROM calls c WHERE started_at >= ? AND (state = 'ended' OR hung_up = 1)"
        " AND EXISTS (SELECT 1 FROM signs WHERE signs.call = c.call)"
        " AND NOT EXISTS (SELECT 1 FROM pages WHERE page = c.call)"
        " AND NOT EXISTS (SELECT 1 FROM promises WHERE promises.call = c.call) ORDER BY started_at, call",
        (since,),
    ).fetchall()
    names = "SELECT sign FROM signs WHERE call = ? ORDER BY at, gate"
    return [(row["call"], [sign for (sign,) in conn.execute(names, (row["call"],))]) for row in found]


def close(conn: sqlite3.Connection, page: str, at: str) -> bool:
    """Close the page: a person has dealt with it. Return whether it was open or taken until now."""
    return (
        conn.execute(
            "UPDATE pages SET state = 'closed', closed_at = ? WHERE page = ? AND state <> 'closed'",
            (second(at), page),
        ).rowcount
        == 1
    )


def get(conn: sqlite3.Connection, page: str) -> sqlite3.Row | None:
    """Return the page of a call, or None."""
    row: sqlite3.Row | None = conn.execute("SELECT * FROM pages WHERE page = ?", (page,)).fetchone()
    return row


def open_pages(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the pages that nobody has taken, oldest first."""
    return conn.execute(
        "SELECT * FROM pages WHERE state IN ('open', 'unanswered') ORDER BY opened_at, page"
    ).fetchall()


# --- projections -------------------------------------------------------------


def page_opened(conn: sqlite3.Connection, entry: Entry) -> None:
    """Open the call's page; a second opening changes nothing. One that accept() had to make is filled in."""
    conn.execute(
        "INSERT INTO pages (page, ref, opened_at, disposition, signs, caller_gone)"
        " SELECT call, ref, ?2, ?3, ?4, state = 'ended' OR hung_up FROM calls WHERE call = ?1"
        " ON CONFLICT (page) DO UPDATE SET disposition = excluded.disposition, signs = excluded.signs,"
        " opened_at = min(opened_at, excluded.opened_at) WHERE disposition IS NULL",
        (entry.call, second(entry.at), entry.data["disposition"], json.dumps(entry.data["signs"])),
    )


def unanswered(conn: sqlite3.Connection, entry: Entry) -> None:
    """Note when the whole chain had been rung in vain. The page stays open."""
    conn.execute(
        "UPDATE pages SET unanswered_at = COALESCE(unanswered_at, ?) WHERE page = ?",
        (second(entry.at), entry.call),
    )
