"""The outbox: texts and mails that have to go out, each a row with a due time, claimed before it is sent.

An urgent row and a patient's are sent at least once: when nobody knows what became of it, it is sent again
(docs/decisions/0019). Any other is sent at most once. Sending happens between claim() and sent() / failed() /
later(), outside any transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

UNKNOWN = "the outcome isn't known"
CALLER = "caller"  # as a reader: the patient
# channel → seconds after which whoever claimed a row and never came back has died. A request to the provider
# takes 16 s at most; a mail server may take its time over each of half a dozen answers.
LEASES = {"text": 20, "mail": 60}
_AT_LEAST_ONCE = f"(urgent = 1 OR reader = '{CALLER}')"


def put(
    conn: sqlite3.Connection,
    *,
    key: str,
    reader: str,
    template: str,
    words: Mapping[str, object],
    call: str,
    due_at: str,
    deadline: str | None = None,
    urgent: bool = False,
    channel: str = "text",
) -> bool:
    """Queue a text. Return False when `key` is there already: the same text twice is one row.

    reader: a person's id, or "caller". words: what the template's braces stand for (no patient data).
    due_at, deadline: UTC, whole seconds; after the deadline it isn't sent any more.
    channel: "text" goes by whatever way the reader has; "mail" to their mail address and nowhere else.
    """
    return (
        conn.execute(
            "INSERT INTO outbox (key, reader, template, words, call, due_at, deadline, urgent, put_at,"
            " channel, contact) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6, ?9, ?10)"
            " ON CONFLICT (key) DO NOTHING",
            (key, reader, template, json.dumps(dict(words)), call, due_at, deadline, int(urgent), channel)
            + (f"{reader} mail" if channel == "mail" else None,),
        ).rowcount
        == 1
    )


def waiting(conn: sqlite3.Connection, now: str) -> bool:
    """Return whether claim() or expire() might find a row: a look that needs no write door."""
    found = conn.execute(
        "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"
        " AND (due_at <= ?1 OR deadline <= ?1) LIMIT 1",
        (now,),
    )
    return found.fetchone() is not None


def claim(
    conn: sqlite3.Connection, now: str, most: int = 1, lease: int | None = None, channel: str = "text"
) -> list[sqlite3.Row]:
    """Take up to `most` rows that are due, urgent ones first; nobody else gets them for `lease` seconds.

    most: one, wherever each is sent in turn: the others aren't held up when their sender dies.
    lease: None for what LEASES has. channel: "text" or "mail", so that a slow mail server holds up no text.

    A row that is sent at least once is given again when its lease ran out: its sender died.
    """
    until = datetime.fromisoformat(now) + timedelta(seconds=LEASES[channel] if lease is None else lease)
    rows = conn.execute(
        "UPDATE outbox SET state = 'sending', tries = tries + 1, claimed_until = ?2 WHERE id IN ("
        " SELECT id FROM outbox WHERE state IN ('queued', 'sending') AND due_at <= ?1"
        " AND (deadline IS NULL OR deadline > ?1)"
        f" AND (state = 'queued' OR ({_AT_LEAST_ONCE} AND claimed_until <= ?1)) AND channel = ?4"
        " ORDER BY urgent DESC, due_at, id LIMIT ?3) RETURNING *",
        (now, until.strftime("%Y-%m-%dT%H:%M:%SZ"), most, channel),
    ).fetchall()
    return sorted(rows, key=lambda row: (-row["urgent"], row["due_at"], row["id"]))


def pressing(conn: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Return the urgent texts to the clinic's people that are due and did not go out, oldest first."""
    return conn.execute(
        "SELECT * FROM outbox WHERE state IN ('queued', 'sending') AND urgent = 1 AND due_at <= ?1"
        f" AND (deadline IS NULL OR deadline > ?1) AND reader <> '{CALLER}' ORDER BY due_at, id",
        (now,),
    ).fetchall()


def at_least_once(row: sqlite3.Row) -> bool:
    """Return whether a text is sent again when nobody knows whether it went out."""
    return bool(row["urgent"]) or row["reader"] == CALLER


def sent(
    conn: sqlite3.Connection, row: int, sid: str, at: str | None = None, contact: str | None = None
) -> bool:
    """The provider took it, as `sid`, for `contact`. Return whether that was news."""
    return (
        conn.execute(
            "UPDATE outbox SET state = 'sent', sid = ?, claimed_until = NULL, last_error = NULL, unknown = 0,"
            " sent_at = COALESCE(?, due_at), contact = COALESCE(?, contact)"
            " WHERE id = ? AND state <> 'sent'",
            (sid, at, contact, row),
        ).rowcount
        == 1
    )


def failed(conn: sqlite3.Connection, row: int, why: str, contact: str | None = None) -> bool:
    """It can't be sent, ever. `why` is for people: no number in it. Return whether that was news."""
    return (
        conn.execute(
            "UPDATE outbox SET state = 'failed', last_error = ?, claimed_until = NULL,"
            " contact = COALESCE(?, contact) WHERE id = ? AND state IN ('queued', 'sending')",
            (why, contact, row),
        ).rowcount
        == 1
    )


def later(
    conn: sqlite3.Connection,
    row: int,
    due: str,
    why: str = "",
    contact: str | None = None,
    unknown: bool = False,
) -> bool:
    """It couldn't be sent just now: due again at `due` (UTC, whole seconds). False: it isn't being sent.

    unknown: it may have gone out all the same.
    """
    return (
        conn.execute(
            "UPDATE outbox SET state = 'queued', due_at = ?, last_error = ?, claimed_until = NULL,"
            " contact = COALESCE(?, contact), unknown = max(unknown, ?) WHERE id = ? AND state = 'sending'",
            (due, why, contact, int(unknown), row),
        ).rowcount
        == 1
    )


def renew(conn: sqlite3.Connection, template: str, now: str, deadline: str) -> int:
    """Give the texts of `template` that come to their deadline by `now` another one, while a page that they
    are about waits for a person: they aren't too late yet. Return how many. Both times in UTC."""
    return conn.execute(
        "UPDATE outbox SET deadline = ?3 WHERE state = 'queued' AND deadline <= ?2 AND urgent = 1"
        " AND (template = ?1 AND call IN (SELECT page FROM pages WHERE state IN ('open', 'unanswered'))"
        "  OR json_extract(words, '$.of') = ?1 AND EXISTS (SELECT 1 FROM json_each(words, '$.each') one"
        "   JOIN pages ON ref = one.value AND pages.state IN ('open', 'unanswered')))",
        (template, now, deadline),
    ).rowcount


def expire(conn: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Close what can't go out any more, and return those rows as they are now: someone has to be told.

    Past its deadline and not being sent: "expired". Sent at most once, and its sender never came back:
    "failed", because sending it again might send it twice.
    """
    rows = conn.execute(
        "UPDATE outbox SET state = 'failed', last_error = ?2, claimed_until = NULL"
        f" WHERE state = 'sending' AND NOT {_AT_LEAST_ONCE} AND claimed_until <= ?1 RETURNING *",
        (now, UNKNOWN),
    ).fetchall()
    return rows + (
        conn.execute(
            "UPDATE outbox SET state = 'expired', claimed_until = NULL WHERE deadline <= ?1"
            " AND (state = 'queued' OR (state = 'sending' AND claimed_until <= ?1)) RETURNING *",
            (now,),
        ).fetchall()
    )


def of_call(conn: sqlite3.Connection, call: str) -> list[sqlite3.Row]:
    """Return the texts that one call led to, in order."""
    return conn.execute("SELECT * FROM outbox WHERE call = ? ORDER BY id", (call,)).fetchall()


def last(conn: sqlite3.Connection, begins: str, ends: str) -> str:
    """Return the state of the last text whose key begins and ends so; "" when there is none.

    begins   ends with a blank, and what follows it in a key sorts by time
    """
    found = conn.execute(
        "SELECT state FROM outbox WHERE key >= ?1 AND key < rtrim(?1) || '!'"
        " AND substr(key, -length(?2)) = ?2 ORDER BY key DESC LIMIT 1",
        (begins, ends),
    ).fetchone()
    return str(found[0]) if found else ""
