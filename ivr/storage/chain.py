"""A check of the journal's chain that somebody asked for: how far it has come, and what it found.

It goes on in pieces, so that a long journal holds nothing up and a lost process loses no more than a piece.
"""

from __future__ import annotations

import sqlite3

from ivr.storage.journal import GENESIS, Verdict


def get(conn: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the check that goes on, or else the last one, or None. `ended_at` is None while it goes on."""
    row: sqlite3.Row | None = conn.execute("SELECT * FROM chain").fetchone()
    return row


def ask(conn: sqlite3.Connection, who: str, at: str) -> bool:
    """Begin a check of all that the journal holds now. False: one is going on."""
    return (
        conn.execute(
            "INSERT INTO chain (id, asked_by, asked_at, seq, head, ends) SELECT 1, ?1, ?2, 0, ?3,"
            " (SELECT COALESCE(max(seq), 0) FROM journal) WHERE true ON CONFLICT (id) DO UPDATE SET"
            " asked_by = excluded.asked_by, asked_at = excluded.asked_at, seq = 0, head = excluded.head,"
            " ends = excluded.ends, ended_at = NULL, problem = '' WHERE ended_at IS NOT NULL",
            (who, at, GENESIS),
        ).rowcount
        == 1
    )


def went_on(conn: sqlite3.Connection, before: int, found: Verdict, ended_at: str | None) -> bool:
    """Note what a piece found that began after line `before`. False: another process was faster."""
    return (
        conn.execute(
            "UPDATE chain SET seq = ?, head = ?, problem = ?, ended_at = ?"
            " WHERE seq = ? AND ended_at IS NULL",
            (found.entries, found.head, found.problem, ended_at, before),
        ).rowcount
        == 1
    )
