"""Revisions: what config and flows said, by their hash; which of them were published; who has taken it in.

The last row of `publications` is what is live. `running` has a row for each process that answers or works.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping


def keep(conn: sqlite3.Connection, revision: str, config: str, flows: Mapping[str, str], at: str) -> None:
    """Store the texts of a revision, unless they are there. To be called within the write door."""
    conn.execute(
        "INSERT INTO revisions (revision, config, flows, stored_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (revision) DO NOTHING",
        (revision, config, json.dumps(dict(flows), sort_keys=True), at),
    )


def publish(conn: sqlite3.Connection, revision: str, files: str, how: str, by: str, at: str) -> int:
    """Make a stored revision live, and return the publication's number. Within the write door.

    files   the revision of the files on disk at that time
    how     "start", "publish", "signal" or "rollback"
    by      the login name of whoever did it: a column, not in the chained journal
    """
    row = conn.execute(
        'INSERT INTO publications (revision, files, how, "by", at) VALUES (?, ?, ?, ?, ?) RETURNING number',
        (revision, files, how, by, at),
    ).fetchone()
    return int(row[0])


def live(conn: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the publication that is live; None: nothing was ever published."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM publications ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return row


def latest(conn: sqlite3.Connection, most: int) -> list[sqlite3.Row]:
    """Return the latest publications with their texts, newest first."""
    return conn.execute(
        "SELECT publications.*, config, flows FROM publications JOIN revisions USING (revision)"
        " ORDER BY number DESC LIMIT ?",
        (most,),
    ).fetchall()


def texts(conn: sqlite3.Connection, revision: str) -> tuple[str, dict[str, str]] | None:
    """Return (config, flows by file name) of a stored revision."""
    row = conn.execute("SELECT config, flows FROM revisions WHERE revision = ?", (revision,)).fetchone()
    return (row["config"], json.loads(row["flows"])) if row else None


def begins_with(conn: sqlite3.Connection, typed: str) -> list[str]:
    """Return the revisions whose name begins with what was typed (hex digits)."""
    rows = conn.execute(
        "SELECT revision FROM revisions WHERE substr(revision, 1, ?) = ? ORDER BY stored_at DESC",
        (len(typed), typed.lower()),
    )
    return [row[0] for row in rows]


def in_use(conn: sqlite3.Connection, since: str) -> list[str]:
    """Return the stored revisions that live calls began on, whose last news is not older than `since`."""
    rows = conn.execute(
        "SELECT DISTINCT revision FROM calls WHERE state = 'live' AND last_at >= ?"
        " AND revision IN (SELECT revision FROM revisions)",
        (since,),
    )
    return [row[0] for row in rows]


def took(conn: sqlite3.Connection, process: str, name: str, number: int, at: str) -> None:
    """Note that a running process has taken in a publication. Within the write door.

    process   names it among all that share the folder, also the file that it keeps locked while it lives
    """
    conn.execute(
        "INSERT INTO running (process, name, number, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (process) DO UPDATE SET number = excluded.number, at = excluded.at",
        (process, name, number, at),
    )


def forget(conn: sqlite3.Connection, process: str) -> None:
    """Note that a process is gone. Within the write door."""
    conn.execute("DELETE FROM running WHERE process = ?", (process,))


def running(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the processes that once said that they run; some may have been killed since."""
    return conn.execute("SELECT * FROM running ORDER BY name, process").fetchall()
