"""Working the open pages: the chain on call is rung, phone after phone, round after round, until a person
takes the page and has been joined to the patient."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime, timedelta

from ivr.clock import iso
from ivr.config.checks import ON_CALL
from ivr.line import entries
from ivr.line.answer import Line
from ivr.line.naming import who
from ivr.line.outcome import ask_after, released, wait_after
from ivr.line.shifts import LONGEST_NAME
from ivr.storage import Entry, errands, outbox, working
from ivr.storage.entry import JSON
from ivr.storage.journal import append

log = logging.getLogger(__name__)

OVER_AFTER = timedelta(minutes=4)  # without a word: longer than any wait of a flow but a talk
SETTLED_AFTER = timedelta(seconds=10)  # by which a talk's last callbacks have come
WORTH = timedelta(minutes=5)  # a phone that can't be rung for so long leaves its place to the next
UNCLOSED = "unclosed"
NOT_RUNG = "the patient was not rung"
TELL_WITHIN = timedelta(hours=12)


def work(line: Line) -> int:
    """Plan the calls that are due about pages, and return how many."""
    if line.store.behind():
        return 0  # a page may have been taken, and the tables don't know it yet
    now = line.clock.now()
    with line.store.read() as conn:
        quiet = not (
            _due(conn, now)
            or working.needless(conn)
            or working.unsettled(conn, iso(now - SETTLED_AFTER))
            or working.unclosed(conn, iso(now))
        )
    return 0 if quiet else line.store.write(lambda conn: _work(line, conn, now))


def _due(conn: sqlite3.Connection, now: datetime) -> list[sqlite3.Row]:
    return working.due(conn, iso(now), iso(now - OVER_AFTER, milliseconds=True))


def _work(line: Line, conn: sqlite3.Connection, now: datetime) -> int:
    for page in working.needless(conn):
        errands.withdraw(conn, "page", page)
    for row in working.unsettled(conn, iso(now - SETTLED_AFTER)):
        _settle(line, conn, row, now)
    asked = sum(_ask(line, conn, row, now) for row in working.unclosed(conn, iso(now)))
    return asked + sum(_ring(line, conn, row, now) for row in _due(conn, now))


def _ring(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> int:
    """Plan the next ring of this round; after the last, the next round, and tell those who don't know."""
    planned = errands.of_subject(conn, "page", row["page"])
    done = {errand["key"] for errand in planned}
    for ring in _rings(line, row, now):
        left = [leg for leg in ring if _key(row, leg) not in done]
        for leg in left:
            errands.put(
                conn,
                key=_key(row, leg),
                kind="page",
                subject=row["page"],
                leg=leg,
                due_at=iso(now),
                deadline=iso(now + WORTH),
            )
        if left:
            return len(left)
    rounds, at = row["round"] + 1, iso(now, milliseconds=True)
    data: dict[str, JSON] = {"round": rounds, "next": iso(now + _wait(line, row, rounds, planned))}
    append(conn, [Entry(at, row["page"], "page_round", f"page round {rounds}", data)])
    _tell(line, conn, row["page"], rounds, now)
    return 0


def _rings(line: Line, row: sqlite3.Row, now: datetime) -> list[tuple[str, ...]]:
    """One round of the chain on call now; whoever tried last for this patient is rung first."""
    hunt = line.hunts(line.editions.live, int(now.timestamp()))[ON_CALL]
    once = list(hunt[: line.config.round_length(ON_CALL, now)])
    off = line.switched_off(line.editions.live, int(now.timestamp()))
    # Phones that fail for good are left out, but a round that rings nobody is worse than one in vain.
    once = [left for ring in once if (left := tuple(leg for leg in ring if leg not in off))] or once
    first = row["first_leg"]
    return sorted(once, key=lambda ring: first not in ring) if first else once


def _wait(line: Line, row: sqlite3.Row, rounds: int, planned: list[sqlite3.Row]) -> timedelta:
    """How long until the next round. One in which the provider took no call at all isn't counted: the next
    follows at once, so that a phone rings within a minute when the provider is back."""
    ends: dict[str, set[str]] = {}
    for errand in planned:
        ends.setdefault(_round_of(errand), set()).add(errand["outcome"])
    lost = {number for number, outcomes in ends.items() if outcomes == {"expired"}}
    if str(row["round"]) in lost:
        return timedelta()
    return wait_after(line, rounds - len(lost))


def _key(row: sqlite3.Row, leg: str) -> str:
    return f"page {row['page']} {row['round']} {leg}"


def _round_of(errand: sqlite3.Row) -> str:
    return str(errand["key"]).split(" ")[2]


def _tell(line: Line, conn: sqlite3.Connection, page: str, rounds: int, now: datetime) -> None:
    """Text the chain and the owner that a page waits: each of them once, then on the timetable."""
    since = iso(now - timedelta(minutes=line.config.working.text_every))
    told = {
        row["reader"]
        for row in outbox.of_call(conn, page)
        if row["template"] == entries.NOT_TAKEN and row["due_at"] > since and row["state"] != "expired"
    }
    chain = (*line.config.chain_at(now), line.config.owner)
    if readers := [reader for reader in dict.fromkeys(chain) if reader not in told]:
        urgent, minutes = entries.PRESSING[entries.NOT_TAKEN]
        data: dict[str, JSON] = {
            "template": entries.NOT_TAKEN,
            "to": "on_call",
            "readers": readers,
            "urgent": urgent,
            "deadline": iso(now + timedelta(minutes=minutes)),
        }
        at = iso(now, milliseconds=True)
        append(conn, [Entry(at, page, "text", f"page round {rounds} text", data)])


def _settle(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> None:
    """A talk is over, and nobody said how it ended: ask later; or nobody spoke, and the page waits again."""
    # A call-back gives its page back by itself. One whose number is hidden can't be rung by anybody else.
    if row["errand"] == "page" and row["caller"] and not working.spoken(row):
        never = not working.rung(conn, row["page"], row["accepted_at"])
        if never and not working.released_before(conn, row["page"], NOT_RUNG):
            # Something broke between the key and the patient's phone: that is no reason to wait.
            append(conn, [released(line, row, NOT_RUNG, timedelta())])
        else:
            append(conn, [released(line, row, "the patient was not reached")])
        return
    working.ask(conn, row["page"], iso(now + ask_after(line, 0)))


def _ask(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> int:
    """Plan the call that asks whoever took a page how it ended. The row says when they are asked again."""
    before = len(errands.of_subject(conn, "outcome", row["page"]))
    person = line.config.people.get(row["accepted_by"])
    working.ask(conn, row["page"], iso(now + ask_after(line, before + 1)))
    _unclosed(line, conn, row, now)
    return errands.put(
        conn,
        key=f"outcome {row['page']} {before}",
        kind="outcome",
        subject=row["page"],
        leg=row["accepted_by"] if person else line.config.owner,
        due_at=iso(now),
        deadline=iso(now + WORTH),
    )


def _unclosed(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> None:
    """Once all of `ask_outcome` was asked in vain: text the next person on call, and the owner."""
    asked = [e for e in errands.of_subject(conn, "outcome", row["page"]) if e["due_at"] >= row["accepted_at"]]
    if len(asked) < len(line.config.working.ask_outcome):
        return
    person, at = row["accepted_by"], iso(now, milliseconds=True)
    chain = [one for one in line.config.chain_at(now) if one != person]
    data: dict[str, JSON] = {
        "template": UNCLOSED,
        "to": "on_call",
        "readers": list(dict.fromkeys((*chain[:1], line.config.owner))),
        "words": {"name": who(person, line.config)[:LONGEST_NAME]},
        "urgent": False,
        "deadline": iso(now + TELL_WITHIN),
    }
    # The same key each time that they are asked again: it is told once.
    append(conn, [Entry(at, row["page"], "text", f"page unclosed {row['accepted_sid']}", data)])
