"""What becomes of texts after they were sent, or couldn't be: news of them, another way, one for several."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from ivr.storage import faults
from ivr.storage.entry import Entry
from ivr.storage.refs import reference
from ivr.storage.rows import second

DIGEST = "waiting"  # the template that stands for several texts about calls
LEAST = timedelta(minutes=30)  # that a text has for another way, however late it is
# About the line itself: of several, the latest will do.
OWN = frozenset({"alarm", "contact_off", "spending", "report"})
NO_OTHER_WAY = frozenset({"report"})  # too long for a text: the way that was chosen for it, or none

# How far a text has come, by the statuses that Twilio publishes. It never goes back; the last ones stay.
_RANK = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3,
    "delivered": 4, "undelivered": 4, "failed": 4, "canceled": 4, "read": 5,
}  # fmt: skip
_LOST = frozenset({"undelivered", "failed", "canceled"})
_STRANDED = (
    "urgent = 1 AND onward = 0"
    " AND (state IN ('failed', 'expired') OR delivery IN ('undelivered', 'failed', 'canceled'))"
)


def news(
    conn: sqlite3.Connection, row: int, sid: str, status: str, at: str, contact: str | None = None
) -> bool:
    """Note what the provider says of a text. Return whether it was news.

    It also settles a text of unknown outcome: whatever the provider has a status of went out, so it isn't
    sent again. A text that went out twice has two sids: of the other one, only that it arrived counts.
    """
    found = conn.execute("SELECT sid, delivery FROM outbox WHERE id = ?", (row,)).fetchone()
    rank = _RANK.get(status)
    if found is None or rank is None or rank <= _RANK.get(found["delivery"], -1):
        return False
    if found["sid"] not in (None, sid) and status not in ("delivered", "read"):
        return False
    conn.execute(
        "UPDATE outbox SET delivery = ?2, sid = COALESCE(sid, ?3), sent_at = COALESCE(sent_at, ?4),"
        " unknown = 0, contact = COALESCE(contact, ?5), claimed_until = NULL,"
        " state = CASE WHEN state = 'merged' THEN state ELSE 'sent' END WHERE id = ?1",
        (row, status, sid, at, contact),
    )
    return True


def stranded(conn: sqlite3.Connection, most: int = 50) -> list[sqlite3.Row]:
    """Return urgent rows that ended without reaching anybody, and that nobody was asked to stand in for."""
    return conn.execute(f"SELECT * FROM outbox WHERE {_STRANDED} ORDER BY id LIMIT ?", (most,)).fetchall()


def doubtful(conn: sqlite3.Connection, tries: int, most: int = 50) -> list[sqlite3.Row]:
    """Return urgent rows that wait, but may have gone out, or were tried so often in vain."""
    return conn.execute(
        "SELECT * FROM outbox WHERE state IN ('queued', 'sending') AND urgent = 1 AND onward = 0"
        " AND (unknown = 1 OR tries >= ?) AND state = 'queued' ORDER BY id LIMIT ?",
        (tries, most),
    ).fetchall()


def tried(conn: sqlite3.Connection, row: sqlite3.Row) -> set[str]:
    """Return the contacts at which this text was tried, by this row and those that it stands in for."""
    root = row["root"] or row["id"]
    found = conn.execute("SELECT contact FROM outbox WHERE id = ?1 OR root = ?1", (root,))
    return {one["contact"] for one in found if one["contact"]}


def others(conn: sqlite3.Connection, row: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the other texts about the same thing: each reader's own, and those that stand in for one.

    The same thing is the same call; for texts about none, what one line of the journal had sent.
    """
    if row["call"]:
        sql = "SELECT * FROM outbox WHERE call = ?1 AND template = ?2 AND id <> ?3"
        return conn.execute(sql, (row["call"], row["template"], row["id"])).fetchall()
    root = row["root"] or row["id"]
    sql = (
        "WITH begun AS (SELECT substr(key, 1, length(key) - length(reader)) AS key FROM outbox WHERE id = ?1)"
        " SELECT one.* FROM outbox one, begun WHERE one.call = '' AND one.template = ?2 AND one.id <> ?3"
        " AND (one.id = ?1 OR one.root = ?1 OR one.key = begun.key || one.reader)"
    )
    return conn.execute(sql, (root, row["template"], row["id"])).fetchall()


def under_way(row: sqlite3.Row) -> bool:
    """Return whether a text may reach its reader yet, or has."""
    return row["state"] not in ("failed", "expired") and row["delivery"] not in _LOST


def settled(conn: sqlite3.Connection, row: int) -> None:
    """Note that nothing more can or need be done about a row."""
    conn.execute("UPDATE outbox SET onward = 1 WHERE id = ?", (row,))


def piles(conn: sqlite3.Connection, before: str) -> list[list[sqlite3.Row]]:
    """Return texts to one reader about one kind of thing that have waited since `before`: two or more each.

    Each caller's text is their own. before: UTC, whole seconds.
    """
    found: dict[tuple[str, str, str], list[sqlite3.Row]] = {}
    for row in conn.execute(
        "SELECT * FROM outbox WHERE state IN ('queued', 'sending') AND state = 'queued' AND put_at <= ?"
        " AND reader <> 'caller' ORDER BY put_at, id",
        (before,),
    ):
        found.setdefault((row["reader"], row["channel"], about(row)), []).append(row)
    return [rows for rows in found.values() if len(rows) > 1]


def about(row: sqlite3.Row) -> str:
    """Return the template that a row is an instance of, or stands for several of."""
    return str(json.loads(row["words"]).get("of") or row["template"])


def references(row: sqlite3.Row) -> list[str]:
    """Return the references of the calls that a row is about."""
    each = json.loads(row["words"]).get("each")
    return [str(one) for one in each] if each else [reference(row["call"])] if row["call"] else []


def merge(conn: sqlite3.Connection, rows: list[int], at: str) -> int:
    """Put one row in the place of those that still wait. Return how many it stands for: 0, or 2 and more."""
    marks = ", ".join("?" * len(rows))
    waiting = conn.execute(
        f"SELECT * FROM outbox WHERE state = 'queued' AND id IN ({marks}) ORDER BY put_at, id", rows
    ).fetchall()
    if len(waiting) < 2:
        return 0
    last, deadlines = waiting[-1], [row["deadline"] for row in waiting]
    words = json.loads(last["words"])
    of_calls = last["template"] not in OWN and bool(references(last))
    if of_calls:
        each = list(dict.fromkeys(one for row in waiting for one in references(row)))
        words = {"of": about(last), "each": each}
    conn.executemany("UPDATE outbox SET state = 'merged' WHERE id = ?", [(row["id"],) for row in waiting])
    conn.execute(
        "INSERT INTO outbox (key, reader, template, words, call, due_at, deadline, urgent, channel, contact,"
        " put_at, onward) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (
            f"merged {last['id']}",
            last["reader"],
            DIGEST if of_calls else last["template"],
            json.dumps(words),
            last["call"],
            at,
            None if None in deadlines else max(deadlines),
            max(row["urgent"] for row in waiting),
            last["channel"],
            last["contact"] if last["channel"] == "mail" else None,
            waiting[0]["put_at"],
            min(row["onward"] for row in waiting),
        ),
    )
    return len(waiting)


# --- projections -------------------------------------------------------------


def text_status(conn: sqlite3.Connection, entry: Entry) -> None:
    status, contact = str(entry.data["status"]), str(entry.data["contact"] or "")
    row, sid = int(str(entry.data["outbox"])), str(entry.data["sid"])
    new = news(conn, row, sid, status, second(entry.at), contact or None)
    if new and contact and status not in _LOST and _RANK[status] >= _RANK["delivered"]:
        faults.works(conn, contact)


def text_again(conn: sqlite3.Connection, entry: Entry) -> None:
    """Queue the same text for another contact, at once, with the time that the first one had, or LEAST."""
    row = conn.execute("SELECT * FROM outbox WHERE id = ?", (entry.data["outbox"],)).fetchone()
    if row is None:
        return
    at = second(entry.at)
    least = (datetime.fromisoformat(at) + LEAST).strftime("%Y-%m-%dT%H:%M:%SZ")
    conn.execute(
        "INSERT INTO outbox (key, reader, template, words, call, due_at, deadline, urgent, channel, contact,"
        " put_at, root) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (
            f"{row['root'] or row['id']} > {entry.data['contact']}",
            entry.data["reader"],
            row["template"],
            row["words"],
            row["call"],
            at,
            row["deadline"] and max(row["deadline"], least),
            row["urgent"],
            entry.data["channel"],
            entry.data["contact"],
            at,
            row["root"] or row["id"],
        ),
    )
    settled(conn, row["id"])


def texts_merged(conn: sqlite3.Connection, entry: Entry) -> None:
    given = entry.data["outboxes"]
    rows = [int(str(one)) for one in given] if isinstance(given, (list, tuple)) else []
    merge(conn, rows, second(entry.at))
