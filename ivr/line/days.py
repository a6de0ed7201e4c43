"""Whole days, counted once: a long report reads what each came to, and counts only what isn't kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from ivr.clock import from_iso, iso
from ivr.line.answer import Line
from ivr.line.sums import FORM, Sums, counted
from ivr.storage import days

KEPT = timedelta(weeks=53)  # as far as a report goes back
MOST = 100  # days that one tick counts: each a transaction of its own, so that callers wait for one at most
_DAY = timedelta(days=1)


def keep(line: Line) -> int:
    """Count and keep the days that are over and aren't kept, the latest first. Return how many."""
    now = line.clock.now()
    since, until = (iso(at)[:10] for at in (now - KEPT, now))
    with line.store.read() as conn:
        found = days.missing(conn, FORM, since, until)[:MOST]
    for day in found:
        line.store.write(lambda conn, day=day: _keep(conn, day))  # type: ignore[misc]
    return len(found)


def sums(conn: sqlite3.Connection, since: str, until: str) -> Sums:
    """Return the sums of a time (UTC as it is stored): its days as they are kept, and the rest counted."""
    first, last = _day(since, _DAY - timedelta(seconds=1)), _day(until)
    kept, found = days.kept(conn, FORM, first, last), Sums()
    for text in kept.values():
        found.read(text)
    for begin, end in _between(since, until, sorted(kept)):
        found.add(counted(conn, begin, end))
    return found


def _keep(conn: sqlite3.Connection, day: str) -> None:
    days.keep(conn, FORM, day, counted(conn, _begin(day), _end(day)).text())


def _between(since: str, until: str, kept: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (begin, end) of what lies from `since` until `until` outside the days `kept`, in order."""
    for day in kept:
        if since < _begin(day):
            yield since, _begin(day)
        since = _end(day)
    if since < until:
        yield since, until


def _begin(day: str) -> str:
    return f"{day}T00:00:00Z"


def _end(day: str) -> str:
    return iso(from_iso(_begin(day)) + _DAY)


def _day(at: str, later: timedelta = timedelta()) -> str:
    return iso(from_iso(at) + later)[:10]
