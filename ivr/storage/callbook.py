"""The call book: all calls, by day, disposition and what became of the page, some at a time.

A page of the list begins after the last row of the one before (keyset): the millionth call costs no more than
the first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

_COLUMNS = (
    "calls.*, pages.state AS page, pages.accepted_by, pages.accepted_at, pages.opened_at, pages.outcome,"
    " pages.unanswered_at, pages.caller_gone,"
    " (SELECT count(*) FROM messages WHERE messages.call = calls.call) AS messages"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls a list shows.

    since, until  UTC; "": any time. `until` isn't within.
    disposition   "": any
    became        of the page, as calls.became has it: "open", "taken", "closed" or an outcome; "": any
    symptoms      False: none of the calls about a treatment
    """

    since: str = ""
    until: str = ""
    disposition: str = ""
    became: str = ""
    symptoms: bool = True


def listed(
    conn: sqlite3.Connection, wanted: Wanted, before: tuple[str, str] | None = None, most: int = 50
) -> list[sqlite3.Row]:
    """Return calls with what became of their pages, the latest first.

    before   (started_at, call) of the last one of the page before; None: the first page
    """
    where, values = [], list[object]()
    if wanted.became:
        where.append("became = ?")
        values.append(wanted.became)
    if wanted.disposition:
        where.append("disposition = ?")
        values.append(wanted.disposition)
    if not wanted.symptoms:
        where.append("path <> 'symptom'")
    if wanted.since:
        where.append("started_at >= ?")
        values.append(wanted.since)
    if wanted.until:
        where.append("started_at < ?")
        values.append(wanted.until)
    if before:
        where.append("(started_at, call) < (?, ?)")
        values += before
    sql = "SELECT call FROM calls" + (f" WHERE {' AND '.join(where)}" if where else "")
    sql += " ORDER BY started_at DESC, call DESC LIMIT ?"
    return conn.execute(
        f"SELECT {_COLUMNS} FROM ({sql}) AS found JOIN calls USING (call)"
        " LEFT JOIN pages ON pages.page = calls.call ORDER BY calls.started_at DESC, calls.call DESC",
        (*values, most),
    ).fetchall()


def place(row: sqlite3.Row) -> tuple[str, str]:
    """Return where a row stands in the list: what listed() takes as `before`."""
    return row["started_at"], row["call"]


def outcomes(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield what has become of pages so far, each once."""
    found = ""
    while True:  # one step of the index for each
        row = conn.execute("SELECT min(became) FROM calls WHERE became > ?", (found,)).fetchone()
        if row[0] is None:
            return
        found = row[0]
        yield found
