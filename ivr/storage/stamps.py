"""Stamps: when something last succeeded, and since when it fails. One row each; the jobs, the provider."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """Times are text in UTC. `at`: the last success, "" if there was none.

    failing_since   the first failure after it, None while all is well; `why` of the latest one
    """

    at: str = ""
    failing_since: str | None = None
    why: str = ""


def succeeded(conn: sqlite3.Connection, name: str, at: str) -> None:
    """Note that `name` succeeded."""
    conn.execute(
        "INSERT INTO stamps (name, at) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at, failing_since = NULL, why = ''",
        (name, at),
    )


def failed(conn: sqlite3.Connection, name: str, at: str, why: str) -> None:
    """Note that `name` failed. `why` holds no number and nothing of a call: /health shows it."""
    conn.execute(
        "INSERT INTO stamps (name, at, failing_since, why) VALUES (?, '', ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET"
        " failing_since = coalesce(failing_since, excluded.failing_since), why = excluded.why",
        (name, at, why),
    )


def every(conn: sqlite3.Connection) -> Mapping[str, Stamp]:
    """Return all stamps by name."""
    rows = conn.execute("SELECT name, at, failing_since, why FROM stamps")
    return {row["name"]: Stamp(row["at"], row["failing_since"], row["why"]) for row in rows}
