"""Addresses at which a calendar fetches somebody's shifts: one a person, kept as a hash, and revocable."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from ivr.clock import iso
from ivr.storage import tokens


def begin(conn: sqlite3.Connection, person: str, token: str, now: datetime) -> None:
    """Let `token` fetch the shifts of a person of config.yaml; what did so before no longer does."""
    conn.execute(
        "INSERT INTO feeds (person, token, made_at) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET token = excluded.token, made_at = excluded.made_at",
        (person, tokens.digest(token), iso(now)),
    )


def end(conn: sqlite3.Connection, person: str) -> bool:
    """Let nobody fetch them any more."""
    return conn.execute("DELETE FROM feeds WHERE person = ?", (person,)).rowcount == 1


def made_at(conn: sqlite3.Connection, person: str) -> str:
    """Return since when (UTC) a person's shifts can be fetched; "" when they can't."""
    row = conn.execute("SELECT made_at FROM feeds WHERE person = ?", (person,)).fetchone()
    return row["made_at"] if row else ""


def of_token(conn: sqlite3.Connection, token: str) -> str | None:
    """Return whose shifts a token fetches, or None: also while the account that made it is disabled."""
    row = conn.execute(
        "SELECT person FROM feeds JOIN staff USING (person) WHERE feeds.token = ? AND disabled_at IS NULL",
        (tokens.digest(token),),
    ).fetchone()
    return row["person"] if row else None
