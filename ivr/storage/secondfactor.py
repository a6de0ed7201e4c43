"""The codes of an app (TOTP, RFC 6238) and the recovery codes of an account. The secret is kept sealed.

Functions that change something are called within the write door.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from ivr.clock import iso
from ivr.storage.tokens import digest

SECONDS = 30  # that one code holds; the one before and the one after are taken too


def secret_of(conn: sqlite3.Connection, name: str) -> str | None:
    """Return the sealed secret that codes are held against, or None: no code is asked for."""
    return _one(conn, "totp", name)


def proposed(conn: sqlite3.Connection, name: str) -> str | None:
    """Return the sealed secret that waits for its first code, or None."""
    return _one(conn, "totp_new", name)


def propose(conn: sqlite3.Connection, name: str, sealed: str) -> bool:
    """Keep a secret until a code proves that the app has it. One that waits already stays."""
    return (
        conn.execute(
            "UPDATE staff SET totp_new = ? WHERE name = ? AND totp_new IS NULL", (sealed, name)
        ).rowcount
        == 1
    )


def begin(conn: sqlite3.Connection, name: str, sealed: str, step: int, codes: Iterable[str]) -> bool:
    """From now on a code is asked for; `codes` are the recovery codes that go with it.

    step: the 30 seconds (since 1970) of the code that proved it. False: another secret is proposed by now.
    """
    done = conn.execute(
        "UPDATE staff SET totp = totp_new, totp_new = NULL, totp_step = ? WHERE name = ? AND totp_new = ?",
        (step, name, sealed),
    ).rowcount
    if done:
        conn.execute("DELETE FROM recovery_codes WHERE name = ?", (name,))
        conn.executemany(
            "INSERT INTO recovery_codes (name, code) VALUES (?, ?)", [(name, digest(code)) for code in codes]
        )
    return done == 1


def use(conn: sqlite3.Connection, name: str, step: int) -> bool:
    """Use a code up. False: it, or a later one, was used before."""
    return (
        conn.execute(
            "UPDATE staff SET totp_step = ?1 WHERE name = ?2 AND totp_step < ?1", (step, name)
        ).rowcount
        == 1
    )


def recover(conn: sqlite3.Connection, name: str, code: str, now: datetime) -> bool:
    """Use a recovery code up. False: it was used before, or isn't one."""
    return (
        conn.execute(
            "UPDATE recovery_codes SET used_at = ? WHERE name = ? AND code = ? AND used_at IS NULL",
            (iso(now), name, digest(code)),
        ).rowcount
        == 1
    )


def left(conn: sqlite3.Connection, name: str) -> int:
    """Return how many recovery codes are left."""
    row = conn.execute(
        "SELECT count(*) FROM recovery_codes WHERE name = ? AND used_at IS NULL", (name,)
    ).fetchone()
    return int(row[0])


def _one(conn: sqlite3.Connection, column: str, name: str) -> str | None:
    row = conn.execute(f"SELECT {column} FROM staff WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None
