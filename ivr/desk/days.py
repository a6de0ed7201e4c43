"""What lists share: a day as somebody typed it, a row's number, and where in a list its next part begins."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from ivr.clock import iso
from ivr.rota.local import instant

WRONG = "Write the day as 2026-11-24."


def span(day: str, zone: str) -> tuple[str, str, str]:
    """Return (begin, end, what is wrong) of a day by the clinic's clocks, in UTC. "": any time."""
    if not day:
        return "", "", ""
    try:
        found = date.fromisoformat(day.strip())
        return iso(instant(zone, found, 0)), iso(instant(zone, found + timedelta(days=1), 0)), ""
    except (ValueError, OverflowError):
        return "", "", WRONG


def number(text: str) -> int:
    """Return a row's number, as an address or a form has it. Errors: ValueError: no row can have this one."""
    found = int(text)
    if abs(found) >= 1 << 63:
        raise ValueError(f"no number of a row: {found}")
    return found


def written(row: sqlite3.Row, at: str, key: str) -> str:
    """Return where a row stands, for an address: its time and its key."""
    return f"{row[at]} {row[key]}"


def place(text: str) -> tuple[str, str] | None:
    """Return what written() wrote; None for anything else."""
    at, _, key = text.partition(" ")
    return (at[:32], key[:128]) if at and key else None
