"""Upkeep: what nobody's call asks for, and must be done all the same."""

from __future__ import annotations

import logging
from datetime import timedelta

from ivr.clock import iso
from ivr.line import entries
from ivr.line.answer import Line
from ivr.line.telephone import Permanent, Telephone, TelephoneError
from ivr.storage import Entry, calls, journal
from ivr.storage.entry import JSON

log = logging.getLogger(__name__)

SILENT_FOR = timedelta(minutes=10)  # longer than any wait of a flow; a bridged call is asked about, not ended
GONE = "unknown"  # status of a call that the provider doesn't know


def take_in_spill(line: Line) -> int:
    """Take in what was spilled while the database was unwritable. Return how many lines.

    Whoever takes them in, this process or the one that spilled them, leaves an entry: the owner hears of it.
    """
    lines = line.store.take_in_spill() if line.store.behind() else 0
    with line.store.read() as conn:
        untold = journal.untold(conn)
    for spilled in untold:
        line.store.record(
            alarm(line, "", "the database could not be written for a while", journal.told_by(spilled))
        )
    return lines


def close_calls(line: Line, telephone: Telephone) -> int:
    """Ask the provider about calls that went silent, and end those that are over. Return how many."""
    before = iso(line.clock.now() - SILENT_FOR, milliseconds=True)
    with line.store.read() as conn:
        silent = calls.unended(conn, before)
    closed = 0
    for row in silent:
        try:
            state = telephone.call_state(row["call"])
        except Permanent as error:
            if error.status != 404:
                continue
            line.store.record(line.ended(row["call"], GONE, None))
        except TelephoneError:
            continue
        else:
            if not state.over:
                continue
            line.store.record(line.ended(row["call"], state.status, state.duration))
        closed += 1
    return closed


def alarm(line: Line, call: str, what: str, key: str = "") -> list[Entry]:
    """Return the entries that note that something is wrong with the line itself, and text the owner: hourly.

    key   names what happened, if it may be noted a second time
    """
    now = line.clock.now()
    at, hour = iso(now, milliseconds=True), iso(now)[:13]
    urgent, minutes = entries.PRESSING["alarm"]
    text: dict[str, JSON] = {
        "template": "alarm",
        "to": "owner",
        "readers": (line.config.owner,),
        "words": {},
        "urgent": urgent,
        "deadline": iso(now + timedelta(minutes=minutes)),
    }
    return [
        Entry(at, call, "alarm", key or f"alarm {hour} {what}", {"what": what}),
        Entry(at, call, "text", f"alarm text {hour} {what}", text),
    ]
