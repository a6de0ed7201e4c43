"""The tables, as a row of migrations. Never change one that has been released: add another at the end.

All times are text in UTC, "2026-11-24T02:10:00Z"; journal.at and calls.last_at have milliseconds.
After adding one, raise SCHEMA in connection.py. In order:

    calls   0001 to 0005: the journal, callers' calls, messages, texts, revisions, calls that the line makes
    people  0006 to 0012: staff, shifts, contacts, links, how pages are worked, changes of the rota
    pages   0013 and on: what the desk's pages and the reports read, and how fast; a new one goes here
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from ivr.storage.migrations import calls, pages, people

MIGRATIONS = Migrations("line")
for _name, _step in (*calls.STEPS, *people.STEPS, *pages.STEPS):
    MIGRATIONS(name=_name)(_step)


def migrate(conn: sqlite3.Connection, stop_before: str | None = None) -> int:
    """Bring the tables up to date and return the schema's number. All of it in one transaction, or nothing.

    Two processes may start at once, so the lock is taken before looking what is there: sqlite-utils' own
    transactions begin deferred.
    """
    db = Database(conn)
    conn.execute("BEGIN IMMEDIATE")
    try:
        MIGRATIONS.apply(db, stop_before=stop_before)
        version = len(MIGRATIONS.applied(db))
        conn.execute(f"PRAGMA user_version = {version}")
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    return version
