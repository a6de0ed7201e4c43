"""Accounts of the clinic's staff: who may open the desk's pages, as what, and by which password.

An account is made with a link that works once; through it the person sets a password. It may belong to a
person of config.yaml, whose phones are then theirs. Functions that change something are called within the
write door, and return whether they did.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from ivr.clock import iso
from ivr.storage.entry import Entry

Role = Literal["owner", "clinician", "desk"]
ROLES: tuple[Role, ...] = get_args(Role)
LINK_LASTS = timedelta(days=3)
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")

_COLUMNS = (
    "name, role, person, password IS NOT NULL AS ready, totp IS NOT NULL AS coded, invited_until, disabled_at"
)


@dataclass(frozen=True, slots=True)
class Member:
    """One account. `name`, an id and no full name, is what is typed to log in, and what the journal says.

    person         the id in config.yaml, or ""
    ready          a password was set
    coded          a code of an app is asked for as well
    invited_until  UTC, while a link is out that sets the password; "" otherwise
    disabled_at    UTC, or ""
    """

    name: str
    role: Role
    person: str
    ready: bool
    coded: bool
    invited_until: str
    disabled_at: str


def everyone(conn: sqlite3.Connection) -> list[Member]:
    """Return all accounts by name, disabled ones too."""
    return [_member(row) for row in conn.execute(f"SELECT {_COLUMNS} FROM staff ORDER BY name")]


def get(conn: sqlite3.Connection, name: str) -> Member | None:
    """Return one account, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM staff WHERE name = ?", (name,)).fetchone()
    return _member(row) if row else None


def of_person(conn: sqlite3.Connection, person: str) -> Member | None:
    """Return the account of a person of config.yaml, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM staff WHERE person = ?", (person,)).fetchone()
    return _member(row) if row else None


def add(conn: sqlite3.Connection, name: str, role: Role, person: str, link: str, now: datetime) -> bool:
    """Make an account that has no password yet. link: tokens.digest() of the one in its address.

    False: the name, or the person, has one already. Errors: ValueError for a name of another shape.
    """
    if not NAME.fullmatch(name):
        raise ValueError("A name is 1 to 32 small letters, digits and _, and begins with a letter.")
    return (
        conn.execute(
            "INSERT INTO staff (name, role, person, link, invited_until, made_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (name, role, person or None, link, iso(now + LINK_LASTS), iso(now)),
        ).rowcount
        == 1
    )


def invite(conn: sqlite3.Connection, name: str, link: str, now: datetime) -> bool:
    """Let a new link set the password. The old password, codes and sessions end at once."""
    done = conn.execute(
        "UPDATE staff SET link = ?, invited_until = ?, password = NULL, totp = NULL, totp_new = NULL"
        " WHERE name = ? AND disabled_at IS NULL",
        (link, iso(now + LINK_LASTS), name),
    ).rowcount
    if done:
        conn.execute("DELETE FROM recovery_codes WHERE name = ?", (name,))
        conn.execute("DELETE FROM sessions WHERE name = ?", (name,))
    return done == 1


def invited(conn: sqlite3.Connection, link: str, now: datetime) -> Member | None:
    """Return whom a link invites; None when it was used, is too old, or never was."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM staff WHERE link = ? AND invited_until > ? AND disabled_at IS NULL",
        (link, iso(now)),
    ).fetchone()
    return _member(row) if row else None


def accept(conn: sqlite3.Connection, link: str, password: str, now: datetime) -> bool:
    """Use a link up: `password` (hashed) is the account's. False: somebody was faster, or it is too old."""
    return (
        conn.execute(
            "UPDATE staff SET password = ?, link = NULL, invited_until = NULL"
            " WHERE link = ? AND invited_until > ? AND disabled_at IS NULL",
            (password, link, iso(now)),
        ).rowcount
        == 1
    )


def password_of(conn: sqlite3.Connection, name: str) -> str | None:
    """Return the hash that a log-in is held against; None for who may not log in."""
    row = conn.execute(
        "SELECT password FROM staff WHERE name = ? AND disabled_at IS NULL", (name,)
    ).fetchone()
    return row["password"] if row else None


def set_password(conn: sqlite3.Connection, name: str, password: str) -> bool:
    """Set the password (hashed) of an account that has one."""
    return (
        conn.execute(
            "UPDATE staff SET password = ? WHERE name = ? AND password IS NOT NULL", (password, name)
        ).rowcount
        == 1
    )


def set_role(conn: sqlite3.Connection, name: str, role: Role) -> bool:
    """Give an account another role. False: it has it, or it is the last owner who can log in."""
    return (
        conn.execute(
            "UPDATE staff SET role = ?1 WHERE name = ?2 AND role <> ?1"
            f" AND (role <> 'owner' OR {_ANOTHER_OWNER})",
            (role, name),
        ).rowcount
        == 1
    )


def disable(conn: sqlite3.Connection, name: str, now: datetime) -> bool:
    """Let nobody log in by this account, and end its sessions. False: so it is, or it is the last owner."""
    done = conn.execute(
        "UPDATE staff SET disabled_at = ?1, link = NULL, invited_until = NULL"
        f" WHERE name = ?2 AND disabled_at IS NULL AND (role <> 'owner' OR {_ANOTHER_OWNER})",
        (iso(now), name),
    ).rowcount
    if done:
        conn.execute("DELETE FROM sessions WHERE name = ?", (name,))
    return done == 1


def enable(conn: sqlite3.Connection, name: str) -> bool:
    """Let an account be used again, with the password it had."""
    return (
        conn.execute(
            "UPDATE staff SET disabled_at = NULL WHERE name = ? AND disabled_at IS NOT NULL", (name,)
        ).rowcount
        == 1
    )


def noted(who: str, what: str, now: datetime, about: str = "", call: str = "") -> Entry:
    """Return the entry of what staff did; see ivr.desk.audit.note. who: an account's name, or "command"."""
    data = {"who": who, "what": what} | ({"about": about} if about else {})
    return Entry(iso(now, milliseconds=True), call, "staff", f"staff {secrets.token_hex(8)}", data)


_ANOTHER_OWNER = (
    "EXISTS (SELECT 1 FROM staff AS other WHERE other.role = 'owner' AND other.name <> ?2"
    " AND other.disabled_at IS NULL AND other.password IS NOT NULL)"
)


def _member(row: sqlite3.Row) -> Member:
    return Member(
        row["name"],
        cast(Role, row["role"]),
        row["person"] or "",
        bool(row["ready"]),
        bool(row["coded"]),
        row["invited_until"] or "",
        row["disabled_at"] or "",
    )
