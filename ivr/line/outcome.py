"""What a person does with a page, by key or on the desk page: take it, close it, open it again.

Each is one transaction: the row decides, and the journal has it or neither has.
"""

from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta

from ivr.clock import iso
from ivr.line import promises
from ivr.line.answer import Line
from ivr.storage import Entry, StoreUnavailable, pages, working
from ivr.storage.journal import append

log = logging.getLogger(__name__)

# key → outcome: how a page can end. Each is a person's word; nothing else closes one.
OUTCOMES = {"1": "spoken_with", "2": "coming_in", "3": "sent_to_ae", "4": "not_reached"}
SPOKEN = frozenset(OUTCOMES.values()) - {"not_reached"}  # the patient has been spoken with


def take(line: Line, page: str, person: str, leg: str = "", sid: str = "") -> pages.Accepted:
    """Take a page for `person`. "other": somebody else has it, or it is closed.

    leg, sid  the phone and the call in which they took it; "" and "": on the desk page. Who took it there is
              asked for the outcome like everybody else.
    Errors: StoreUnavailable.
    """
    now = line.clock.now()
    at, sid = iso(now, milliseconds=True), sid or f"desk {person}"

    def work(conn: sqlite3.Connection) -> pages.Accepted:
        result = accept(line, conn, page, leg or person, sid, person, at)
        if result == "taken":
            append(conn, [taken(page, person, leg or person, sid, at)])
            if not leg:
                working.ask(conn, page, iso(now + ask_after(line, 0)))
        return result

    return line.store.write(work)


def accept(
    line: Line, conn: sqlite3.Connection, page: str, leg: str, sid: str, person: str, at: str
) -> pages.Accepted:
    """Take a page within the write door, unless somebody else's key lies in the spill file: they were first.

    Looked at within the transaction: whoever claims the page there after that waits for its end, and sees it.
    """
    if line.store.claimed_by_another(taken(page, person, leg, sid, at)):
        return "other"
    return pages.accept(conn, page, leg, sid, person, at)


def take_somehow(line: Line, page: str, person: str, leg: str, sid: str) -> bool:
    """Take a page in a call, with the database or without it. False: somebody else has it, or it is closed.

    Without, whoever is first in the spill file has it: two may be rung at once, and only one be joined.
    """
    if not line.store.behind():
        try:
            return take(line, page, person, leg, sid) != "other"
        except StoreUnavailable:
            pass
    at = iso(line.clock.now(), milliseconds=True)
    if not line.store.claim(taken(page, person, leg, sid, at)):
        return False
    # A transaction of another process may have begun before the claim was there to be seen: its word counts.
    line.store.outwait()
    with line.store.read() as conn:  # after that: what was spilled may have been taken in meanwhile
        row = pages.get(conn, page)
    if row is not None and row["state"] in ("taken", "closed") and row["accepted_sid"] != sid:
        return False
    log.error("a page was taken while the database can't be written: the key alone decided")
    return True


def close(line: Line, page: str, person: str, outcome: str) -> bool:
    """Close a page, and the same caller's other open pages with it. False: it was closed already.

    outcome: one of OUTCOMES' values. Errors: ValueError for any other; StoreUnavailable.
    """
    if outcome not in OUTCOMES.values():
        raise ValueError(f"a page ends as {', '.join(OUTCOMES.values())}, not as {outcome!r}")
    key = f"page closed {iso(line.clock.now(), milliseconds=True)}"

    def work(conn: sqlite3.Connection) -> bool:
        row = pages.get(conn, page)
        if row is None or row["state"] == "closed":
            return False
        append(conn, closing(line, conn, page, person, outcome, key))
        return True

    return line.store.write(work)


def closing(
    line: Line, conn: sqlite3.Connection, page: str, person: str, outcome: str, key: str
) -> list[Entry]:
    """Return the entries that close a page, and the same caller's other pages. key: names it in its call.

    Whoever has been spoken with has got the call-back that they were promised; one not reached hasn't.
    """
    at, data = iso(line.clock.now(), milliseconds=True), {"by": person, "outcome": outcome}
    entries = [Entry(at, one, "page_closed", key, data) for one in working.of_caller(conn, page)]
    return entries + (promises.kept(line, conn, page, person, outcome, key) if outcome in SPOKEN else [])


def reopen(line: Line, page: str, person: str) -> bool:
    """Have a page worked again that was taken or closed. False: it is open. Errors: StoreUnavailable."""
    at = iso(line.clock.now(), milliseconds=True)

    def work(conn: sqlite3.Connection) -> bool:
        row = pages.get(conn, page)
        if row is None or row["state"] not in ("taken", "closed"):
            return False
        entries = [Entry(at, page, "page_reopened", f"page reopened {at}", {"by": person})]
        if row["closed_at"]:  # what was kept by its closing is due again
            entries += promises.due_again(line, conn, page, person, row["closed_at"])
        append(conn, entries)
        return True

    return line.store.write(work)


def taken(page: str, person: str, leg: str, sid: str, at: str) -> Entry:
    """Return the entry of a page that somebody took outside the caller's own call."""
    return Entry(at, page, "page_taken", f"page taken {sid}", {"person": person, "leg": leg, "sid": sid})


def released(
    line: Line,
    row: sqlite3.Row,
    why: str,
    wait: timedelta | None = None,
    by: tuple[str, str] | None = None,
) -> Entry:
    """Return the entry of a taken page (its row) that waits again, with when the next round begins.

    wait   until then; None: as long as the timetable says
    by     leg and sid of whoever took it, while that lies in the spill file, and the row doesn't know
    """
    at = line.clock.now()
    leg, sid = by or (row["accepted_leg"], row["accepted_sid"])
    data = {
        "leg": leg,
        "sid": sid,
        "why": why,
        "next": iso(at + (wait_after(line, row["round"] + 1) if wait is None else wait)),
    }
    key = f"page released {sid} {row['accepted_at']}"
    return Entry(iso(at, milliseconds=True), row["page"], "page_released", key, data)


def wait_after(line: Line, rounds: int) -> timedelta:
    """Return how long a page waits when so many rounds were made in vain. The last wait repeats."""
    waits = line.config.working.waits
    return timedelta(minutes=waits[min(rounds, len(waits) - 1)])


def ask_after(line: Line, asked: int) -> timedelta:
    """Return how long after a talk, or the last asking, a clinician is asked how it ended."""
    waits = line.config.working.ask_outcome
    return timedelta(minutes=waits[min(asked, len(waits) - 1)])
