"""Open pages: at any moment each is being tried, or it is announced.

Being tried: its caller is on the line, as far as the line can know, or a phone rings, or is about to, or a
clinician who has it is on the line with the patient. Of several pages of one caller, the latest counts.
Announced: the time of the next try is known, lies within the timetable, and hasn't passed unused; and after
each round that brought nobody, everybody on call and the owner has a text about it, sent or queued.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from tests.lost.apart import Apart

SILENT = timedelta(minutes=5)  # a call of which nothing was heard for so long: its caller has gone
LATE = timedelta(minutes=4)  # that a try may come after its time: the line may be down for as long as 200 s
SOON = timedelta(minutes=1)
_WAITING = (
    "SELECT p.* FROM pages p JOIN calls c ON c.call = p.page WHERE p.state IN ('open', 'unanswered')"
    " AND (c.state = 'ended' OR c.hung_up = 1 OR c.last_at < ?1)"
    " AND NOT EXISTS (SELECT 1 FROM errands WHERE kind IN ('page', 'callback') AND subject = p.page"
    "  AND state IN ('queued', 'placing', 'placed'))"
    " AND NOT EXISTS (SELECT 1 FROM calls d LEFT JOIN pages q ON q.page = d.call WHERE d.caller = c.caller"
    "  AND d.started_at >= c.started_at AND d.call <> c.call"
    "  AND (d.state = 'live' OR q.state <> 'closed'))"
)


def announced(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Yield the pages that nobody is trying, and whose next try isn't known, is past or is too far."""
    now = apart.clock.now()
    longest = timedelta(minutes=max(apart.config.working.waits))
    for page in conn.execute(_WAITING, (iso(now - SILENT, milliseconds=True),)):
        due = from_iso(page["next_at"] or page["opened_at"])
        if page["next_at"] is None:
            due = max(due, _left(conn, page["page"], due))
        if due < now - LATE:
            yield f"page {page['page']}: nothing was done about it since {iso(due)}"
        elif due > now + longest + SOON:
            yield f"page {page['page']}: its next try is at {iso(due)} only"


def rounds(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Yield who was not told of a page after a round of calls that brought nobody."""
    every = timedelta(minutes=apart.config.working.text_every)
    for done in conn.execute("SELECT call, at, data FROM journal WHERE kind = 'page_round'"):
        at = from_iso(done["at"])
        # Whoever came on call, or left, just then may or may not have been told.
        readers = apart.surely_on_call(at, SOON)
        for reader in sorted({*readers, apart.config.owner}):
            if not _told(conn, done["call"], reader, at - every - SOON, at + SOON):
                number = json.loads(done["data"])["round"]
                yield f"page {done['call']}: {reader} was not told of it after round {number}"


def _told(conn: sqlite3.Connection, page: str, reader: str, since: datetime, until: datetime) -> bool:
    """Return whether a text about a page was put for somebody in that time. What became of it: see kept."""
    found = conn.execute(
        "SELECT 1 FROM outbox WHERE call = ? AND reader = ? AND template = 'not_taken'"
        " AND put_at BETWEEN ? AND ?",  # one that stands in for somebody else's tells them too
        (page, reader, iso(since), iso(until)),
    )
    return found.fetchone() is not None


def _left(conn: sqlite3.Connection, page: str, opened: datetime) -> datetime:
    """Return when the line could know that the caller had gone: when it was told, or SILENT after a word."""
    row = conn.execute("SELECT * FROM calls WHERE call = ?", (page,)).fetchone()
    if row["state"] == "ended":
        return from_iso(row["ended_at"])
    last = from_iso(row["last_at"])
    return max(opened, last if row["hung_up"] else last + SILENT)
