"""Messages left in the voicemail boxes: what has to be fetched, what is kept, what is gone."""

from __future__ import annotations

import sqlite3

from ivr.storage.entry import Entry
from ivr.storage.rows import second


def to_fetch(conn: sqlite3.Connection, now: str, most: int = 20) -> list[sqlite3.Row]:
    """Return messages whose audio is still at the provider and due to be fetched, oldest first.

    `recording` is NULL where the provider hasn't told its sid: look it up by the call, then adopt() it.
    """
    return conn.execute(
        "SELECT * FROM messages WHERE state = 'waiting' AND fetch_at <= ? ORDER BY fetch_at, message LIMIT ?",
        (now, most),
    ).fetchall()


def waiting(conn: sqlite3.Connection) -> bool:
    """Return whether the audio of any message has yet to be fetched."""
    return conn.execute("SELECT 1 FROM messages WHERE state = 'waiting' LIMIT 1").fetchone() is not None


def to_delete(conn: sqlite3.Connection, most: int = 20) -> list[sqlite3.Row]:
    """Return messages that are safe with us and not yet deleted at the provider, oldest first."""
    return conn.execute(
        "SELECT * FROM messages WHERE provider_deleted_at IS NULL AND state IN ('kept', 'deleted')"
        " AND recording IS NOT NULL ORDER BY left_at, message LIMIT ?",
        (most,),
    ).fetchall()


def later(conn: sqlite3.Connection, message: str, due: str, counts: bool = True) -> bool:
    """It couldn't be fetched just now: due again at `due` (UTC, whole seconds). False: it isn't waiting.

    counts   the provider said that it isn't there; otherwise nothing was learnt, and no try is counted
    """
    return (
        conn.execute(
            "UPDATE messages SET fetch_at = ?, tries = tries + ? WHERE message = ? AND state = 'waiting'",
            (due, counts, message),
        ).rowcount
        == 1
    )


def adopt(conn: sqlite3.Connection, message: str, recording: str) -> bool:
    """Give a message the recording sid that was found for it. False: it has one, or another has this."""
    return (
        conn.execute(
            "UPDATE OR IGNORE messages SET recording = ? WHERE message = ? AND recording IS NULL",
            (recording, message),
        ).rowcount
        == 1
    )


def find(conn: sqlite3.Connection, message: str) -> sqlite3.Row | None:
    """Return a message by its id or its recording's sid, or None."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM messages WHERE message = ?1 OR recording = ?1", (message,)
    ).fetchone()
    return row


def of_call(conn: sqlite3.Connection, call: str) -> list[sqlite3.Row]:
    """Return the messages of one call, in order."""
    return conn.execute("SELECT * FROM messages WHERE call = ? ORDER BY left_at, message", (call,)).fetchall()


# --- projections -------------------------------------------------------------


def message(conn: sqlite3.Connection, entry: Entry) -> None:
    """File a message. Its id is the recording's sid; while that isn't known, the call and the entry's key.

    The webhook that ends a recording and the provider's recording callback each bring one, in either order,
    and either may never come. Where only the callback knows the sid, each of the one is paired with one
    of the other, so that a call has as many messages as recordings.
    """
    recording = entry.data["recording"] or None
    box, seconds, at = entry.data["box"], entry.data["seconds"] or 0, second(entry.at)
    if recording is None:
        known = conn.execute(
            "UPDATE messages SET paired = 1, seconds = max(seconds, ?1), left_at = min(left_at, ?2)"
            " WHERE message = (SELECT message FROM messages WHERE call = ?3 AND box = ?4"
            " AND message = recording AND paired = 0 ORDER BY left_at, message LIMIT 1)",
            (seconds, at, entry.call, box),
        )
    else:
        known = conn.execute(
            "UPDATE messages SET seconds = max(seconds, ?1), left_at = min(left_at, ?2) WHERE recording = ?3",
            (seconds, at, recording),
        )
        if known.rowcount == 0:
            known = conn.execute(
                "UPDATE messages SET recording = ?1, paired = 1, seconds = max(seconds, ?2) WHERE message ="
                " (SELECT message FROM messages WHERE call = ?3 AND box = ?4 AND recording IS NULL"
                "  ORDER BY left_at, message LIMIT 1)",
                (recording, seconds, entry.call, box),
            )
    if known.rowcount == 0:
        conn.execute(
            "INSERT INTO messages (message, recording, ref, call, box, seconds, left_at, fetch_at)"
            " SELECT ?1, ?2, ref, call, ?3, ?4, ?5, ?5 FROM calls WHERE call = ?6 ON CONFLICT DO NOTHING",
            (recording or f"{entry.call}:{entry.key}", recording, box, seconds, at, entry.call),
        )


def message_kept(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "UPDATE messages SET state = 'kept', file = ?1, bytes = ?2, why = NULL"
        " WHERE (message = ?3 OR recording = ?3) AND state IN ('waiting', 'lost')",
        (entry.data["file"], entry.data["bytes"], entry.data["recording"]),
    )


def message_deleted(conn: sqlite3.Connection, entry: Entry) -> None:
    """`where` "provider" (the default): gone there, still kept here. "line": gone here."""
    change = (
        "state = 'deleted', file = NULL"
        if entry.data.get("where", "provider") == "line"
        else "provider_deleted_at = COALESCE(provider_deleted_at, ?2)"
    )
    conn.execute(
        f"UPDATE messages SET {change} WHERE ?2 IS NOT NULL AND (message = ?1 OR recording = ?1)",
        (entry.data["recording"], second(entry.at)),
    )


def message_lost(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "UPDATE messages SET state = 'lost', why = ?1"
        " WHERE (message = ?2 OR recording = ?2) AND state = 'waiting'",
        (entry.data["why"], entry.data["recording"]),
    )
