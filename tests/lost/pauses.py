"""How long nobody was being tried about a page, from the fault until somebody took it; and for what reason.

A clinician is being tried from the moment that their phone is rung until that call is over, and while they
are on the clinic's line themselves. Two kinds of pauses are meant to be: the timetable's, between two rounds
of calls (`working.waits` in config.yaml), and the caller's own call, beside which nobody else is rung. What
is left of a pause without these is what the fault cost, with the seconds from one phone to the next.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from ivr.clock import from_iso, iso
from ivr.exchange.records import CallRecord
from tests.lost.apart import Apart

TIMETABLE, ON_THE_LINE = "working.waits", "the caller's own call"
FOR_ONE_WHO_HAS_GONE = "page opened for one who has gone"  # the key of such a page's entry
_Span = tuple[float, float]  # from, until: seconds of the clock


@dataclass(frozen=True)
class Pause:
    """Nobody was being tried for some time.

    began    since when, in seconds of the clock; for `seconds`
    late     how many of these aren't planned
    cause    what most of the planned ones come from
    """

    began: float
    seconds: float
    late: float = 0.0
    cause: str = ""


def pauses(apart: Apart) -> Iterator[Pause]:
    """Yield the pauses in the pages that nobody had taken before the fault, page after page.

    The first of a page that was open then begins at the fault: one of 0 s when somebody was being tried.
    """
    if not apart.faulted:
        return
    met = iso(apart.clock.start_plus(apart.faulted))
    with closing(apart.record()) as conn:
        for page in conn.execute(
            "SELECT p.*, c.caller FROM pages p JOIN calls c ON c.call = p.page"
            " WHERE COALESCE(p.accepted_at, p.closed_at, ?1) >= ?1 ORDER BY p.opened_at",
            (met,),
        ).fetchall():
            yield from _of_page(apart, conn, page)


def _of_page(apart: Apart, conn: sqlite3.Connection, page: sqlite3.Row) -> Iterator[Pause]:
    taken = page["accepted_at"] or page["closed_at"]
    until = _seconds(apart, taken) + 1 if taken else apart.clock.elapsed()  # the record has whole seconds
    rounds, calls = list(_rounds(apart, conn, page["page"])), list(_calls(apart, {page["caller"]}))
    at = max(apart.faulted, _waits_since(apart, conn, page))
    for began, over in _tries(apart, conn):
        if began >= until:
            return
        if over >= at:
            span = (at, max(at, began))
            planned = {TIMETABLE: _covered(span, rounds), ON_THE_LINE: _covered(span, calls)}
            late = span[1] - at - _covered(span, [*rounds, *calls])
            yield Pause(at, span[1] - at, late, max(planned, key=lambda what: planned[what]))
            at = over


def _waits_since(apart: Apart, conn: sqlite3.Connection, page: sqlite3.Row) -> float:
    """When the page was opened; one that was opened for a caller who had gone is late from then on."""
    sql = "SELECT ended_at FROM calls JOIN journal USING (call) WHERE call = ? AND key = ?"
    gone = conn.execute(sql, (page["page"], FOR_ONE_WHO_HAS_GONE)).fetchone()
    return _seconds(apart, (gone or page)["ended_at" if gone else "opened_at"])


def _rounds(apart: Apart, conn: sqlite3.Connection, page: str) -> Iterator[_Span]:
    """The timetable's waits: each from when it was settled, after a round or a talk that was none."""
    kinds = "kind IN ('page_round', 'page_released')"
    for row in conn.execute(f"SELECT at, data FROM journal WHERE call = ? AND {kinds}", (page,)):
        yield _seconds(apart, row["at"]), _seconds(apart, json.loads(row["data"])["next"])


def _tries(apart: Apart, conn: sqlite3.Connection) -> list[_Span]:
    """The calls with clinicians' phones, but those that are about their shift or about a talk that was."""
    other = conn.execute("SELECT sid FROM errands WHERE kind NOT IN ('page', 'callback') AND sid IS NOT NULL")
    phones = {number for person in apart.config.people.values() for number in person.phones}
    return sorted(_calls(apart, phones, {row["sid"] for row in other}))


def _calls(apart: Apart, phones: set[str], but: Iterable[str] = ()) -> Iterator[_Span]:
    for sid, call in apart.exchange.book.calls.items():
        if sid not in but and _phone(call) in phones:
            began = (call.date_created - apart.at).total_seconds()
            over = (call.end_time - apart.at).total_seconds() if call.end_time else apart.clock.elapsed()
            yield began, over


def _phone(call: CallRecord) -> str:
    return call.from_ if call.direction == "inbound" else call.to


def _covered(span: _Span, by: Iterable[_Span]) -> float:
    """Return how many seconds of `span` lie in any of `by`."""
    covered, at = 0.0, span[0]
    for began, over in sorted(by):
        began, over = max(began, at), min(over, span[1])
        if over > began:
            covered, at = covered + over - began, over
    return covered


def _seconds(apart: Apart, at: str) -> float:
    return (from_iso(at) - apart.at).total_seconds()
