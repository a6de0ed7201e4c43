"""The inbox: messages as staff work through them. Who heard one, what was noted, whether it is done.

What a note says may have to be erased, so it stands here alone, never in the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ivr.clock import iso
from ivr.storage.refs import as_typed

Show = Literal["waiting", "unheard", "done", "all"]
SHOWS: tuple[Show, ...] = ("waiting", "unheard", "done", "all")
LONGEST_NOTE = 2000  # characters
SILENT = "nothing was said"  # why such a message is "lost": nobody needs to hear it
_SAME_PLAY = timedelta(minutes=10)  # a player that goes on asking for pieces after this is playing anew

# A row that somebody may have to do something about.
_WORK = f"done_at IS NULL AND state <> 'deleted' AND why IS NOT '{SILENT}'"
_SHOWN = {
    "waiting": f" AND {_WORK}",
    "unheard": f" AND {_WORK} AND heard_at IS NULL",
    "done": " AND done_at IS NOT NULL",
    "all": "",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages a list shows.

    boxes        their names; none: no message
    show         one of SHOWS
    words        a reference, or what a note says; "": any
    since, until UTC; "": any time. `until` isn't within.
    """

    boxes: Sequence[str]
    show: Show = "waiting"
    words: str = ""
    since: str = ""
    until: str = ""


def listed(
    conn: sqlite3.Connection, wanted: Wanted, before: tuple[str, str] | None = None, most: int = 30
) -> list[sqlite3.Row]:
    """Return messages with their caller's number (`caller`), the latest first.

    before   (left_at, message) of the last one of the page before; None: the first page
    """
    if not wanted.words:
        work = wanted.show in ("waiting", "unheard")  # few, and the planner doesn't know it
        return _found(conn, wanted, before, most, " INDEXED BY messages_work" if work else "")
    ref = as_typed(wanted.words)
    like = "%" + wanted.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    # Each by its own index: one question with OR would read every message there is.
    return _found(conn, wanted, before, most, " INDEXED BY messages_ref", " AND ref = ?", ref) or _found(
        conn,
        wanted,
        before,
        most,
        " INDEXED BY messages_noted",
        " AND note <> '' AND note LIKE ? ESCAPE '\\'",
        like,
    )


def _found(
    conn: sqlite3.Connection,
    wanted: Wanted,
    before: tuple[str, str] | None,
    most: int,
    index: str = "",
    more: str = "",
    *value: str,
) -> list[sqlite3.Row]:
    boxes = tuple(wanted.boxes)
    within = ", ".join("?" * len(boxes))
    sql = f"SELECT * FROM messages{index} WHERE box IN ({within}){_SHOWN[wanted.show]}{more}"
    values: list[object] = [*boxes, *value]
    if wanted.since:
        sql += " AND left_at >= ?"
        values.append(wanted.since)
    if wanted.until:
        sql += " AND left_at < ?"
        values.append(wanted.until)
    if before:
        sql += " AND (left_at, message) < (?, ?)"
        values += before
    sql += " ORDER BY left_at DESC, message DESC LIMIT ?"
    return conn.execute(
        f"SELECT found.*, calls.caller, calls.path FROM ({sql}) AS found"
        " JOIN calls ON calls.call = found.call ORDER BY left_at DESC, message DESC",
        (*values, most),
    ).fetchall()


def get(conn: sqlite3.Connection, message: str) -> sqlite3.Row | None:
    """Return one message with its caller's number (`caller`), or None."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT messages.*, calls.caller, calls.path FROM messages JOIN calls USING (call) WHERE message = ?",
        (message,),
    ).fetchone()
    return row


def unheard(conn: sqlite3.Connection, most: int = 200) -> list[sqlite3.Row]:
    """Return what nobody has heard or dealt with, and nobody was told of, the oldest first.

    Not where somebody has taken the call's page: they speak with the patient.
    """
    return conn.execute(
        f"SELECT * FROM messages INDEXED BY messages_work WHERE {_WORK}"
        " AND heard_at IS NULL AND told_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM pages WHERE page = messages.call AND state IN ('taken', 'closed'))"
        " ORDER BY left_at, message LIMIT ?",
        (most,),
    ).fetchall()


def told(conn: sqlite3.Connection, message: str, at: str) -> bool:
    """Note that somebody was told of an unheard message. False: it was heard, or they were told before."""
    return _changed(
        conn,
        "UPDATE messages SET told_at = ? WHERE message = ? AND told_at IS NULL AND heard_at IS NULL",
        (at, message),
    )


def played(conn: sqlite3.Connection, message: str, who: str, now: datetime, anew: bool) -> bool:
    """Note that somebody listens. False: it is a later piece of what they are hearing already.

    anew: it is asked for from its beginning.
    """
    at = iso(now)
    return _changed(
        conn,
        "UPDATE messages SET played_at = ?1, played_by = ?2, heard_at = COALESCE(heard_at, ?1),"
        " heard_by = COALESCE(heard_by, ?2)"
        " WHERE message = ?3 AND (?4 OR played_by IS NOT ?2 OR played_at < ?5)",
        (at, who, message, anew, iso(now - _SAME_PLAY)),
    )


def note(conn: sqlite3.Connection, message: str, text: str, who: str, now: datetime) -> bool:
    """Keep a note in place of the one before. False: there is no such message, or it says so already."""
    return _changed(
        conn,
        "UPDATE messages SET note = ?1, noted_by = ?2, noted_at = ?3 WHERE message = ?4 AND note <> ?1",
        (text[:LONGEST_NOTE], who, iso(now), message),
    )


def done(conn: sqlite3.Connection, message: str, who: str, now: datetime) -> bool:
    """Mark a message as dealt with. False: it is already."""
    return _changed(
        conn,
        "UPDATE messages SET done_at = ?, done_by = ? WHERE message = ? AND done_at IS NULL",
        (iso(now), who, message),
    )


def undone(conn: sqlite3.Connection, message: str) -> bool:
    """Have a message wait again. False: it does already."""
    return _changed(
        conn,
        "UPDATE messages SET done_at = NULL, done_by = NULL WHERE message = ? AND done_at IS NOT NULL",
        (message,),
    )


def boxes(conn: sqlite3.Connection) -> list[str]:
    """Return the names of the boxes that hold a message: some may have left config.yaml since."""
    found, name = list[str](), ""
    while True:  # one step of the index for each name, however many messages there are
        row = conn.execute("SELECT min(box) FROM messages WHERE box > ?", (name,)).fetchone()
        if row[0] is None:
            return found
        name = row[0]
        found.append(name)


def to_erase(conn: sqlite3.Connection, box: str, before: str, most: int = 50) -> list[sqlite3.Row]:
    """Return messages of a box that were left before `before` (UTC), and are kept still, oldest first."""
    return conn.execute(
        "SELECT * FROM messages WHERE state = 'kept' AND box = ? AND left_at < ? ORDER BY left_at LIMIT ?",
        (box, before, most),
    ).fetchall()


def forget_notes(conn: sqlite3.Connection, box: str, before: str, most: int = 50) -> int:
    """Erase the notes on messages of a box that were left before `before` (UTC). Return how many."""
    return conn.execute(
        "UPDATE messages SET note = '' WHERE message IN (SELECT message FROM messages"
        " WHERE note <> '' AND box = ? AND left_at < ? ORDER BY left_at LIMIT ?)",
        (box, before, most),
    ).rowcount


def _changed(conn: sqlite3.Connection, sql: str, values: Sequence[object]) -> bool:
    return conn.execute(sql, values).rowcount == 1
