"""What Now shows: read from the record in one go, and told apart from what it was a moment ago."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from ivr.clock import from_iso, iso
from ivr.line import shifts
from ivr.line.answer import Line
from ivr.line.naming import who
from ivr.rota.stints import Stint, next_stint, stint_at
from ivr.storage import attempts, errands, faults, overview, promises
from ivr.storage import shifts as kept_shifts

TAKEN_FOR = timedelta(hours=48)  # a page taken earlier, and never closed, is found under Calls
CLOSED_FOR = timedelta(hours=12)  # so long a page can be opened again from here
AHEAD = timedelta(days=7)  # how far ahead the next person on call is looked for

_RESULTS = {
    "taken": "pressed 1 and took it",
    "same": "pressed 1 and took it",
    "joined": "pressed 1",
    "other": "pressed 1, but somebody else was first",
    "passed_on": "passed it on",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One phone that was rung for a page. going: it rings, or is being talked on, now."""

    at: str
    leg: str
    words: str
    going: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page with all that was done about it. signs: short names."""

    row: sqlite3.Row
    signs: tuple[str, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is rung, in order; the first one's stint, the one after it, and whether a drill reached them.

    state   "confirmed", "unreached", "waiting" (rung, and hasn't pressed 1 yet), "unasked" (no drill)
    """

    chain: tuple[str, ...]
    stint: Stint | None
    coming: Stint | None
    state: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All of Now at `at`. problems: of the line itself, in words."""

    at: datetime
    waiting: Sequence[Page]
    taken: Sequence[Page]
    closed: Sequence[sqlite3.Row]
    live: Sequence[sqlite3.Row]
    on_call: OnCall
    problems: Sequence[str]
    due: Sequence[sqlite3.Row]  # promised call-backs
    kept: Sequence[sqlite3.Row]  # those kept lately
    off: Sequence[sqlite3.Row]  # phones and addresses that fail for good

    def mark(self) -> str:
        """Return a token that changes when anything shown does. Seconds that pass change nothing."""
        pages: list[tuple[object, ...]] = [
            (*_shown(page.row), page.attempts) for group in (self.waiting, self.taken) for page in group
        ]
        rows = [_shown(row) for group in self._rows() for row in group]
        pages.append(tuple(from_iso(row["due_at"]) < self.at for row in self.due))
        told = repr((pages, rows, self.on_call, self.problems))
        return sha256(told.encode()).hexdigest()[:16]

    def _rows(self) -> tuple[Sequence[sqlite3.Row], ...]:
        return self.closed, self.live, self.due, self.kept, self.off


def look(line: Line, problems: Callable[[], Sequence[str]]) -> Sight:
    """Return what goes on now. Errors: StoreUnavailable."""
    now = line.clock.now()
    with line.store.read() as conn:
        due, kept = promises.on_show(conn, iso(now - CLOSED_FOR))
        off = line.contacts.off(conn)
        return Sight(
            at=now,
            waiting=[_page(conn, row) for row in overview.waiting(conn)],
            taken=[_page(conn, row) for row in overview.taken(conn, iso(now - TAKEN_FOR))],
            closed=overview.closed(conn, iso(now - CLOSED_FOR)),
            live=overview.live(conn),
            on_call=_on_call(line, conn, now),
            problems=problems(),
            due=due,
            kept=kept,
            off=[row for row in faults.listed(conn) if row["contact"] in off],
        )


def leg_name(line: Line, leg: str) -> str:
    """Return a leg id as people call it: "Ana Marlow", "Ana Marlow (phone 2)", "joe"."""
    name, _, number = leg.partition("/")
    if name == "staff":
        return number
    second = f" (phone {int(number) + 1})" if number.isdigit() and number != "0" else ""
    return who(name, line.config) + second


def contact_name(line: Line, contact: str) -> str:
    """Return a contact as people call it: "Ana Marlow: phone 2"."""
    name, _, which = contact.partition(" ")
    return f"{leg_name(line, name)}: {which}"


def _page(conn: sqlite3.Connection, row: sqlite3.Row) -> Page:
    live = row["call_state"] == "live"
    rung = [_in_call(one, live) for one in attempts.of_call(conn, row["page"])]
    for kind in ("page", "callback"):
        rung += [_errand(one) for one in errands.of_subject(conn, kind, row["page"])]
    rung.sort(key=lambda one: one.at)
    return Page(row, tuple(json.loads(row["signs"] or "[]")), tuple(rung))


def _in_call(row: sqlite3.Row, live: bool) -> Attempt:
    going = live and row["ended_at"] is None and row["outcome"] is None
    if row["result"]:
        words = _RESULTS.get(row["result"], row["result"])
    elif row["outcome"]:
        words = row["outcome"].replace("_", " ")
    elif row["answered_at"] and going:
        words = "answered, and is asked to press 1"
    else:
        words = "rings" if going else (row["status"] or "rang").replace("-", " ")
    return Attempt(row["started_at"], row["leg"], words, going)


def _errand(row: sqlite3.Row) -> Attempt:
    going = row["state"] in ("queued", "placing", "placed")
    if row["outcome"]:
        words = row["outcome"].replace("_", " ").replace("-", " ")
    elif row["answered_at"]:
        words = "answered"
    else:
        words = {"queued": "is rung next", "placing": "is being rung", "placed": "rings"}.get(
            row["state"], "over"
        )
    return Attempt(row["placed_at"] or row["due_at"], row["leg"], words, going)


def _on_call(line: Line, conn: sqlite3.Connection, now: datetime) -> OnCall:
    rota = line.config.rota_table()
    chain = line.moments.at(int(now.timestamp())).on_call
    stint, state = stint_at(rota, now), "unasked"
    row = kept_shifts.get(conn, shifts.name_of(stint)) if stint else None
    if row is not None:
        if row["confirmed_at"]:
            state = "confirmed"
        elif row["unreached_at"]:
            state = "unreached"
        elif line.config.shifts.drill and now - from_iso(row["starts_at"]) >= timedelta(0):
            state = "waiting"
    return OnCall(chain, stint, next_stint(rota, now, AHEAD), state)


def _shown(row: sqlite3.Row) -> tuple[object, ...]:
    """Return a row without what changes unseen."""
    return tuple(row[name] for name in row.keys() if name != "last_at")  # noqa: SIM118
