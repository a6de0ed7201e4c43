"""Errands: calls that the line itself has to make, each a row with a due time, claimed before it is placed.

A row says what for (kind and subject) and which phone (a leg id, never a number). An errand is placed at
least once: when nobody knows whether a call went out, it is placed again, because two rings of one phone harm
nobody and accepting twice is impossible. Placing happens between claim() and placed() / failed() / later(),
outside any transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from ivr.storage import faults
from ivr.storage.entry import Entry
from ivr.storage.rows import second

WAITING = ("queued", "placing")  # states of an errand whose phone hasn't been rung yet


def put(
    conn: sqlite3.Connection,
    *,
    key: str,
    kind: str,
    subject: str,
    leg: str,
    due_at: str,
    deadline: str,
    data: Mapping[str, object] | None = None,
    number: str = "",
) -> bool:
    """Queue a call. Return False when `key` is there already: the same errand planned twice is one row.

    kind, subject  what for: see ivr.line.errand.kinds; subject is the page's call, the shift, …
    leg            the phone that is rung first (a leg id of config.yaml, or of a member of staff)
    due_at, deadline  UTC, whole seconds; after the deadline it isn't placed any more
    data           what the errand needs to know; no number, no name, no sign
    number         a number to ring next that no config knows; erased when the errand is over
    """
    return (
        conn.execute(
            "INSERT INTO errands (key, kind, subject, leg, due_at, deadline, data, number)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, kind, subject, leg, due_at, deadline, json.dumps(dict(data or {})), number or None),
        ).rowcount
        == 1
    )


def waiting(conn: sqlite3.Connection, now: str) -> bool:
    """Return whether claim() or expire() might find a row: a look that needs no write door."""
    found = conn.execute(
        "SELECT 1 FROM errands WHERE state IN ('queued', 'placing')"
        " AND (due_at <= ?1 OR deadline <= ?1) LIMIT 1",
        (now,),
    )
    return found.fetchone() is not None


def claim(conn: sqlite3.Connection, now: str, most: int = 10, lease: int = 20) -> list[sqlite3.Row]:
    """Take up to `most` rows that are due, oldest first; nobody else gets them for `lease` seconds."""
    until = (datetime.fromisoformat(now) + timedelta(seconds=lease)).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = conn.execute(
        "UPDATE errands SET state = 'placing', tries = tries + 1, claimed_until = ?2 WHERE id IN ("
        " SELECT id FROM errands WHERE state IN ('queued', 'placing') AND due_at <= ?1 AND deadline > ?1"
        " AND (state = 'queued' OR claimed_until <= ?1)"
        " ORDER BY due_at, id LIMIT ?3) RETURNING *",
        (now, until, most),
    ).fetchall()
    return sorted(rows, key=lambda row: (row["due_at"], row["id"]))


def later(conn: sqlite3.Connection, errand: int, due: str, why: str) -> bool:
    """It couldn't be placed just now: due again at `due` (UTC, whole seconds). `why` holds no number."""
    return (
        conn.execute(
            "UPDATE errands SET state = 'queued', due_at = ?, last_error = ?, claimed_until = NULL"
            " WHERE id = ? AND state = 'placing'",
            (due, why, errand),
        ).rowcount
        == 1
    )


def withdraw(conn: sqlite3.Connection, kind: str, subject: str) -> int:
    """Take back what waits and hasn't been placed: it isn't needed any more. Return how many rows."""
    return conn.execute(
        "UPDATE errands SET state = 'over', outcome = 'withdrawn', number = NULL, claimed_until = NULL"
        " WHERE kind = ? AND subject = ? AND state = 'queued'",
        (kind, subject),
    ).rowcount


def expire(conn: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Close what is past its deadline without having been placed, and return those rows as they were."""
    return conn.execute(
        "UPDATE errands SET state = 'expired', outcome = 'expired', number = NULL, claimed_until = NULL"
        " WHERE deadline <= ?1 AND (state = 'queued' OR (state = 'placing' AND claimed_until <= ?1))"
        " RETURNING *",
        (now,),
    ).fetchall()


def silent(conn: sqlite3.Connection, before: str, most: int = 20) -> list[sqlite3.Row]:
    """Return errands whose call seems to go on, but of which nothing was heard since `before` (UTC)."""
    return conn.execute(
        "SELECT * FROM errands WHERE state = 'placed' AND heard_at < ? ORDER BY heard_at LIMIT ?",
        (before, most),
    ).fetchall()


def needless(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return errands whose phone still rings about a page that somebody else has taken, or closed."""
    return conn.execute(  # by the index of calls that go on, which are few: hence the "+", and heard_at
        "SELECT e.* FROM errands e JOIN pages p ON p.page = e.subject WHERE +e.kind = 'page'"
        " AND e.state = 'placed' AND e.heard_at > '' AND e.answered_at IS NULL"
        " AND p.state IN ('taken', 'closed') AND e.sid IS NOT p.accepted_sid ORDER BY e.id"
    ).fetchall()


def taken_and_left(
    conn: sqlite3.Connection, since: str, before: str, asked: str, most: int = 20
) -> list[sqlite3.Row]:
    """Return errands in which a page was taken and nothing was made known after that, oldest first.

    since, before  when their call ended; asked: only those of which heard() has noted nothing since. UTC.
    """
    return conn.execute(
        "SELECT * FROM errands WHERE kind = 'page' AND state = 'over' AND outcome = 'taken'"
        " AND ended_at >= ? AND ended_at <= ? AND heard_at <= ? ORDER BY ended_at LIMIT ?",
        (since, before, asked, most),
    ).fetchall()


def heard(conn: sqlite3.Connection, errand: int, at: str) -> None:
    """Note when a call that goes on was heard of: it needn't be asked about for a while."""
    conn.execute("UPDATE errands SET heard_at = ? WHERE id = ?", (at, errand))


def get(conn: sqlite3.Connection, errand: int) -> sqlite3.Row | None:
    """Return one errand, or None."""
    row: sqlite3.Row | None = conn.execute("SELECT * FROM errands WHERE id = ?", (errand,)).fetchone()
    return row


def going_on(conn: sqlite3.Connection, kind: str, subject: str) -> list[sqlite3.Row]:
    """Return the errands of one subject that wait, ring or talk, in order."""
    return conn.execute(
        "SELECT * FROM errands WHERE kind = ? AND subject = ? AND state IN ('queued', 'placing', 'placed')"
        " ORDER BY id",
        (kind, subject),
    ).fetchall()


def of_subject(conn: sqlite3.Connection, kind: str, subject: str) -> list[sqlite3.Row]:
    """Return all errands of one subject, in order."""
    return conn.execute(
        "SELECT * FROM errands WHERE kind = ? AND subject = ? ORDER BY id", (kind, subject)
    ).fetchall()


# --- projections -------------------------------------------------------------


def errand_placed(conn: sqlite3.Connection, entry: Entry) -> None:
    """The provider took the call. One that has been heard of before (its callback was faster) stays over."""
    conn.execute(
        "UPDATE errands SET state = 'placed', sid = ?1, placed_at = ?2, heard_at = ?2, claimed_until = NULL"
        " WHERE id = ?3 AND state IN ('queued', 'placing')",
        (entry.data["sid"], second(entry.at), entry.data["errand"]),
    )


def errand_answered(conn: sqlite3.Connection, entry: Entry) -> None:
    """Somebody, or something, answered the phone: it can be rung, and was, whoever failed to note that."""
    faults.works(conn, faults.phone(str(entry.data["leg"])))
    _heard(
        conn,
        entry,
        "answered_at = COALESCE(answered_at, ?1), placed_at = COALESCE(placed_at, ?1),"
        # Of two calls, placed because nobody knew of the first, the one that is answered counts.
        " sid = CASE WHEN answered_at IS NULL THEN COALESCE(?3, sid) ELSE sid END, claimed_until = NULL,"
        " state = CASE WHEN state IN ('queued', 'placing') THEN 'placed' ELSE state END, ",
    )


def errand_result(conn: sqlite3.Connection, entry: Entry) -> None:
    """The person made known what they want: a later word stands. The call in which they did goes on."""
    _heard(conn, entry, "sid = COALESCE(?3, sid), ")
    conn.execute(
        "UPDATE errands SET outcome = ? WHERE id = ?", (entry.data["result"], entry.data["errand"])
    )


def errand_ended(conn: sqlite3.Connection, entry: Entry) -> bool:
    """The call is over, or could never be placed. What was made known in it stands as the outcome.

    False: another call of this errand counts, or it was over already.
    """
    return (
        conn.execute(
            "UPDATE errands SET state = 'over', ended_at = COALESCE(ended_at, ?1), number = NULL,"
            " claimed_until = NULL, outcome = COALESCE(outcome, ?2) WHERE id = ?3 AND state <> 'over'"
            " AND (sid IS NULL OR sid = COALESCE(?4, sid))",
            (second(entry.at), entry.data["status"], entry.data["errand"], entry.data.get("sid")),
        ).rowcount
        == 1
    )


def _heard(conn: sqlite3.Connection, entry: Entry, more: str) -> None:
    conn.execute(
        f"UPDATE errands SET {more}heard_at = max(COALESCE(heard_at, ''), ?1) WHERE id = ?2",
        (second(entry.at), entry.data["errand"], entry.data.get("sid")),
    )
