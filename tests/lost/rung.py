"""Who was rung, and who was joined to whom: by what the exchange saw of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from ivr.clock import from_iso
from ivr.exchange.transcript import Line
from ivr.line.staff import owner_of
from tests.lost.apart import Apart

PLANNED = timedelta(minutes=6)  # between a call's planning and its ringing, at most: the chain may change
_JOINS = re.compile(r"joins (.+) and (.+)")


def clinic(apart: Apart) -> dict[str, str]:
    """Return what the transcript calls each person of the clinic → their id; whoever has left it too."""
    return {
        person.name.split()[0]: who for held in apart.rotas for who, person in held.config.people.items()
    }


def speaker(apart: Apart, line: Line, who: str) -> str:
    """Return what the transcript calls somebody: "caller" is whoever made the call."""
    call = apart.exchange.book.calls.get(line.call)
    if who != "caller" or call is None:
        return who
    return apart.exchange.names.get(call.from_, call.from_)


def bridged(apart: Apart) -> Iterator[str]:
    """At most one clinician is joined to a patient at a time.

    Who rings twice at once (two people may be behind one number) has two pages, and may have two clinicians,
    whether they are still on the line or are rung.
    """
    people = clinic(apart)
    on: dict[str, tuple[str, str]] = {}  # the call that joins → patient, clinician
    for _, line in apart.events:
        if found := _JOINS.match(line.text):
            pair = [speaker(apart, line, who) for who in found.groups()]
            if found[1] == "caller":
                pair.reverse()
            # Who rings is a patient, should both be of the clinic; in the line's own calls it is the second.
            who = next((one for one in pair if one in people), "the desk")
            patient = next((one for one in pair if one != who), "")
            for call, (other, other_who) in on.items():
                if other == patient and other_who != who and who in people:
                    if not _at_once(apart, _about(apart, call), _about(apart, line.call)):
                        yield f"{who} and {other_who} are both joined to {patient}"
            on[line.call] = (patient, who)
        elif _leaves(line):
            on.pop(line.call, None)


def _about(apart: Apart, call: str) -> str:
    """Return the patient's call that a call is about; it may be that itself."""
    with closing(apart.record()) as conn:
        sql = "SELECT subject FROM errands WHERE sid = ? ORDER BY id DESC"
        row = conn.execute(sql, (call,)).fetchone()
    return str(row["subject"]) if row else call


def _at_once(apart: Apart, one: str, other: str) -> bool:
    """Return whether these are two calls, of which the second began while the first went on."""
    calls = [apart.exchange.book.calls[sid] for sid in (one, other) if sid in apart.exchange.book.calls]
    if one == other or len(calls) < 2:
        return False
    first, second = sorted(calls, key=lambda call: call.date_created)
    return first.end_time is None or second.date_created <= first.end_time


def _leaves(line: Line) -> bool:
    return "hangs up" in line.text or line.text.startswith(("ends", "cuts")) or "is cut off" in line.text


def rung(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Only those were rung who were on call, who had the page, or who had asked for the call."""
    yield from _about_pages(apart, conn)
    yield from _about_themselves(conn)
    yield from _while_waiting(apart)
    configs = [held.config for held in apart.rotas]
    known = {number for config in configs for person in config.people.values() for number in person.phones}
    known |= {number for config in configs for group in config.groups.values() for number in group.phones}
    known |= {call.from_ for call in apart.exchange.book.calls.values() if call.direction == "inbound"}
    strangers = Counter(
        call.to
        for call in apart.exchange.book.calls.values()
        if call.direction != "inbound" and call.to not in known
    )
    yield from (f"a stranger was rung {times} times" for times in strangers.values())


def _about_pages(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    config = apart.config
    for row in conn.execute("SELECT * FROM errands WHERE kind IN ('page', 'outcome') AND placed_at > ''"):
        at = from_iso(row["placed_at"])
        allowed = {*apart.on_call(at, PLANNED), *([config.owner] if row["kind"] == "outcome" else [])}
        took = conn.execute(
            "SELECT 1 FROM journal WHERE call = ? AND kind IN ('page_taken', 'accept', 'callback')"
            " AND instr(data, ?) > 0 AND at < ?",
            (row["subject"], json.dumps(row["leg"].partition("/")[0]), row["placed_at"]),
        ).fetchone()
        who = owner_of(row["leg"])  # by its name: they may have left the clinic since
        if who not in allowed and not took:
            yield f"errand {row['id']}: {row['leg']} was rung at {row['placed_at']}, and isn't on call"


def _about_themselves(conn: sqlite3.Connection) -> Iterator[str]:
    """A drill rings whose shift it is, a call-back whoever asked for it."""
    for row in conn.execute("SELECT * FROM errands WHERE kind IN ('drill', 'callback')"):
        asked = str(json.loads(row["data"]).get("who", ""))
        wanted = row["subject"].partition(" ")[0] if row["kind"] == "drill" else asked
        if owner_of(row["leg"]) != wanted:
            yield f"errand {row['id']}: {row['leg']} was rung in place of {wanted}"


def _while_waiting(apart: Apart) -> Iterator[str]:
    """In a patient's own call: whose phone rings is on call, or is the desk's."""
    people = clinic(apart)
    began: dict[str, float] = {}
    for at, line in apart.events:
        began.setdefault(line.call, at)
        call = apart.exchange.book.calls.get(line.call)
        if line.text != "rings" or line.who not in people or call is None or call.direction != "inbound":
            continue
        when = apart.clock.start_plus(at)
        since = timedelta(seconds=at - began[line.call]) + PLANNED
        if people[line.who] not in apart.on_call(when, since):
            yield f"{line.who} was rung in call {line.call}, and isn't on call"
