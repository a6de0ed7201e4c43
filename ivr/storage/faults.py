"""Contact faults: phones and addresses that fail for good, until somebody puts them right.

A contact is named, never given: "ana phone 1", "ana text", "ana mail". Beside its name stands a mark, a keyed
hash of its number: with another number in config.yaml the fault is another contact's, and ends.
"""

from __future__ import annotations

import sqlite3

from ivr.storage.entry import Entry
from ivr.storage.rows import second


def phone(leg: str) -> str:
    """Return the contact of a leg id: "ana" is "ana phone 1", "ana/1" is "ana phone 2"."""
    name, _, index = leg.partition("/")
    return f"{name} phone {int(index) + 1}" if index.isdigit() else f"{leg} phone 1"


def is_off(conn: sqlite3.Connection, contact: str) -> bool:
    """Return whether a contact is switched off."""
    found = conn.execute("SELECT 1 FROM faults WHERE contact = ? AND off_at IS NOT NULL", (contact,))
    return found.fetchone() is not None


def off(conn: sqlite3.Connection) -> set[str]:
    """Return the contacts that are switched off."""
    return {row["contact"] for row in listed(conn)}


def listed(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the rows of the contacts that are switched off, in order of their names."""
    return conn.execute("SELECT * FROM faults WHERE off_at IS NOT NULL ORDER BY contact").fetchall()


def off_marks(conn: sqlite3.Connection) -> dict[str, str]:
    """Return contact → mark of those that are switched off."""
    return {row["contact"]: row["mark"] for row in listed(conn)}


def all_marks(conn: sqlite3.Connection) -> dict[str, str]:
    """Return contact → mark of every contact that failed lately, switched off or not."""
    return {row[0]: row[1] for row in conn.execute("SELECT contact, mark FROM faults ORDER BY contact")}


def untold(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return those that were switched off without anybody having been told."""
    return [row for row in listed(conn) if row["told_at"] is None]


def works(conn: sqlite3.Connection, contact: str) -> None:
    """Forget its faults: somebody answered there, or a text arrived."""
    conn.execute("DELETE FROM faults WHERE contact = ?", (contact,))


# --- projections -------------------------------------------------------------


def contact_failed(conn: sqlite3.Connection, entry: Entry) -> None:
    """Count a failure; `enough` of them in a row, of the same number, switch the contact off."""
    at, contact, enough = second(entry.at), entry.data["contact"], int(str(entry.data["enough"]))
    conn.execute(
        "INSERT INTO faults (contact, mark, fails, failed_at, source, code) VALUES (?1, ?2, 1, ?3, ?4, ?5)"
        " ON CONFLICT (contact) DO UPDATE SET"
        " fails = CASE WHEN mark = excluded.mark THEN fails + 1 ELSE 1 END,"
        " off_at = CASE WHEN mark = excluded.mark THEN off_at END,"
        " told_at = CASE WHEN mark = excluded.mark THEN told_at END,"
        " mark = excluded.mark, failed_at = excluded.failed_at, source = excluded.source,"
        " code = excluded.code",
        (contact, entry.private.get("mark", ""), at, entry.data["source"], entry.data.get("code")),
    )
    conn.execute(
        "UPDATE faults SET off_at = ? WHERE contact = ? AND off_at IS NULL AND fails >= ?",
        (at, contact, enough),
    )


def contact_off(conn: sqlite3.Connection, entry: Entry) -> None:
    """Note that the owner was told."""
    conn.execute(
        "UPDATE faults SET told_at = ? WHERE contact = ? AND off_at IS NOT NULL",
        (second(entry.at), entry.data["contact"]),
    )


def contact_on(conn: sqlite3.Connection, entry: Entry) -> None:
    works(conn, str(entry.data["contact"]))
