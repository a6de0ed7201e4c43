"""Pages on the phone: what a rung person hears, and whether their key joins them to the caller."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Literal

from ivr.clock import iso
from ivr.line import shifts
from ivr.line.answer import Line
from ivr.storage import Entry, StoreUnavailable, pages

log = logging.getLogger(__name__)

TAKE = "1"
Result = Literal["taken", "same", "other", "joined", "passed_on"]
JOINED = frozenset({"taken", "same", "joined"})  # results that join the leg to the caller


@dataclass(frozen=True, slots=True)
class Leg:
    """A phone that is being rung.

    call   the caller's call
    leg    the leg's id; never a number
    turn   the turn of the call that rings it
    paged  it is rung for a page: then only one person can take it
    text   what the person hears before the bridge
    """

    call: str
    leg: str
    turn: int
    paged: bool
    text: str


MOST_WORDS = 5  # of somebody who has picked up: "hello, who is it please?"
_ASKS = re.compile(
    r"\b(who('s| is| are)|(say|state|record|give|tell)\b.*\bname|why you|reason for|screening)\b",
    re.IGNORECASE,
)
_RECORDS = re.compile(r"\b(tone|beep|leave|voicemail|mailbox)\b", re.IGNORECASE)


def talks_on(said: str) -> bool:
    """Return whether what was heard is a machine's greeting: a voicemail's, that no key will follow.

    One that asks who is calling, and why, is answered: a call-screening robot passes on what it then hears.
    """
    if len(said.split()) <= MOST_WORDS:
        return False
    return bool(_RECORDS.search(said)) or not _ASKS.search(said)


def answered(line: Line, leg: Leg, leg_sid: str) -> list[Entry]:
    """Return the entry of a leg that somebody or something answered: the whisper is heard now."""
    at = iso(line.clock.now(), milliseconds=True)
    data = {"leg": leg.leg, "leg_sid": leg_sid}
    return [Entry(at, leg.call, "whisper", f"{leg.turn} whisper {leg_sid}", data)]


def pressed(line: Line, leg: Leg, leg_sid: str, digit: str) -> tuple[Result, list[Entry]]:
    """Take the key that a rung person pressed, and return what came of it. JOINED: join them.

    The row count of one UPDATE decides who took a page. With the database gone the key
    itself has to do: better two clinicians on a call than none.
    """
    at = iso(line.clock.now(), milliseconds=True)
    result: Result = "passed_on"
    if digit == TAKE:
        result = _take(line, leg, leg_sid, at) if leg.paged else "joined"
    data = {"leg": leg.leg, "leg_sid": leg_sid, "digit": digit[:1], "result": result}
    entries = [Entry(at, leg.call, "accept", f"{leg.turn} key {leg_sid}", data)]
    person = line.config.person_of(leg.leg)
    if digit == TAKE and person is not None:  # calls reach them: that is what a shift's drill asks
        entries += shifts.confirmed(line, person, "page")
    return result, entries


def spoke(line: Line, leg: Leg, leg_sid: str, said: str) -> tuple[bool, list[Entry]]:
    """Take what was said instead of a key: whether it was a machine's greeting, and the entry. Words never
    join anybody to the caller, and what they were is not kept."""
    machine = talks_on(said)
    at = iso(line.clock.now(), milliseconds=True)
    data = {"leg": leg.leg, "leg_sid": leg_sid, "result": "machine" if machine else "again"}
    return machine, [Entry(at, leg.call, "leg_spoke", f"{leg.turn} spoke {leg_sid}", data)]


def leg_status(line: Line, leg: Leg, leg_sid: str, status: str, sequence: int | None) -> list[Entry]:
    """Return the entry of news of a leg; they come in any order, and twice."""
    at = iso(line.clock.now(), milliseconds=True)
    data = {"leg": leg.leg, "leg_sid": leg_sid, "status": status, "sequence": sequence}
    key = f"{leg.turn} leg {leg_sid} {status}"
    return [Entry(at, leg.call, "leg_status", key, data)]


def _take(line: Line, leg: Leg, leg_sid: str, at: str) -> Result:
    person = line.config.person_of(leg.leg) or leg.leg
    try:
        return line.store.write(lambda conn: pages.accept(conn, leg.call, leg.leg, leg_sid, person, at))
    except StoreUnavailable:
        log.error("a page was taken while the database can't be written: the key alone decided")
        return "taken"
