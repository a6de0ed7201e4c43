"""What staff laid over the written rota and hours: rows that are added, and ended, never changed or deleted.

A change is one or more overrides, which are added and undone together. Functions that change something are
called within the write door.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ivr.clock import from_iso, iso
from ivr.config import written
from ivr.rota.hours import Span
from ivr.rota.laid import Laid, holds_from
from ivr.rota.rota import Override


@dataclass(frozen=True, slots=True)
class Change:
    """Overrides that were added together. who: the account's name; made_at: UTC."""

    number: int
    who: str
    made_at: str
    overrides: tuple[Override, ...]


def state(conn: sqlite3.Connection) -> tuple[int, ...]:
    """Return what changes whenever anything here does: cheap enough to ask each second."""
    row = conn.execute(
        "SELECT (SELECT COALESCE(max(id), 0) FROM overrides),"
        " (SELECT count(*) FROM overrides WHERE removed_at IS NOT NULL),"
        " (SELECT COALESCE(max(id), 0) FROM exceptions),"
        " (SELECT count(*) FROM exceptions WHERE removed_at IS NOT NULL)"
    ).fetchone()
    return tuple(row)


def everything(conn: sqlite3.Connection) -> Laid:
    """Return all that was laid over, the past too: who was on call then stays so."""
    rows = conn.execute("SELECT * FROM overrides ORDER BY id")
    overrides = [found for row in rows if (found := _held(row))]
    days: dict[str, dict[date, tuple[Span, ...]]] = {}
    for row in conn.execute("SELECT * FROM exceptions WHERE removed_at IS NULL ORDER BY id"):
        spans = tuple(Span(*span) for span in written.spans(row["spans"]))
        days.setdefault(row["hours"], {})[written.day(row["day"])] = spans
    return Laid(tuple(overrides), days, state(conn))


def add(conn: sqlite3.Connection, overrides: Sequence[Override], who: str, now: datetime) -> int:
    """Add a change, and return its number."""
    number = int(conn.execute('SELECT COALESCE(max("change"), 0) + 1 FROM overrides').fetchone()[0])
    conn.executemany(
        'INSERT INTO overrides ("change", starts_at, ends_at, chain, who, made_at) VALUES (?, ?, ?, ?, ?, ?)',
        [
            (number, iso(one.starts), iso(one.ends), json.dumps(one.chain), who, iso(now))
            for one in overrides
        ],
    )
    return number


def undo(conn: sqlite3.Connection, number: int, now: datetime, who: str | None = None) -> bool:
    """End a change that isn't over; what it has done up to now stays. who: only one that they made."""
    return (
        conn.execute(
            'UPDATE overrides SET removed_at = ?1 WHERE "change" = ?2 AND removed_at IS NULL AND ends_at > ?1'
            " AND (?3 IS NULL OR who = ?3)",
            (iso(now), number, who),
        ).rowcount
        > 0
    )


def coming(conn: sqlite3.Connection, now: datetime) -> list[Change]:
    """Return the changes that aren't over, in the order in which they were made."""
    made: dict[int, list[sqlite3.Row]] = {}
    for row in conn.execute(
        "SELECT * FROM overrides WHERE removed_at IS NULL AND ends_at > ? ORDER BY id", (iso(now),)
    ):
        made.setdefault(row["change"], []).append(row)
    return [
        Change(number, rows[0]["who"], rows[0]["made_at"], tuple(one for row in rows if (one := _held(row))))
        for number, rows in made.items()
    ]


def put_day(
    conn: sqlite3.Connection, hours: str, day: date, spans: str, who: str, now: datetime, was: int
) -> bool:
    """Give a day hours of its own, as config.yaml writes them: "10:00-14:00", "closed".

    was: as day_number() gave it before. Return whether that still holds; when it doesn't, nothing is done.
    """
    if day_number(conn, hours, day) != was:
        return False
    conn.execute(
        "UPDATE exceptions SET removed_at = ? WHERE hours = ? AND day = ? AND removed_at IS NULL",
        (iso(now), hours, day.isoformat()),
    )
    conn.execute(
        "INSERT INTO exceptions (hours, day, spans, who, made_at) VALUES (?, ?, ?, ?, ?)",
        (hours, day.isoformat(), spans, who, iso(now)),
    )
    return True


def day_number(conn: sqlite3.Connection, hours: str, day: date) -> int:
    """Return the number of the last change of a day, undone ones too, so that each one is noticed; 0: none.

    An undone change counts as its own number, negative.
    """
    row = conn.execute(
        "SELECT id, removed_at FROM exceptions WHERE hours = ? AND day = ? ORDER BY id DESC LIMIT 1",
        (hours, day.isoformat()),
    ).fetchone()
    return 0 if row is None else -int(row["id"]) if row["removed_at"] else int(row["id"])


def remove_day(conn: sqlite3.Connection, number: int, now: datetime) -> bool:
    """Give a day its ordinary hours again."""
    return (
        conn.execute(
            "UPDATE exceptions SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (iso(now), number)
        ).rowcount
        == 1
    )


def days(conn: sqlite3.Connection, since: date) -> list[sqlite3.Row]:
    """Return the days that differ, from one on, in their order."""
    return conn.execute(
        "SELECT * FROM exceptions WHERE removed_at IS NULL AND day >= ? ORDER BY day, hours, id",
        (since.isoformat(),),
    ).fetchall()


def _held(row: sqlite3.Row) -> Override | None:
    """The override, as long as it held; None: it was undone before it began."""
    starts, ends = from_iso(row["starts_at"]), from_iso(row["ends_at"])
    if row["removed_at"] is not None:
        ends = min(ends, holds_from(from_iso(row["removed_at"])))
    return Override(starts, ends, tuple(json.loads(row["chain"]))) if starts < ends else None
