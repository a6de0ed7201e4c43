"""Messages of which nobody told: the line was down when they ended, and the provider alone has them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from ivr.clock import from_iso, iso
from ivr.flow.engine import Lost
from ivr.flow.steps import Record
from ivr.line import entries
from ivr.line.answer import Line
from ivr.line.telephone import Recording, Telephone, TelephoneError
from ivr.storage import Entry, calls, messages
from ivr.storage.entry import JSON

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=1)
SETTLED_AFTER = timedelta(seconds=10)  # after its call: by then the provider would have told of it
ASK_EVERY = timedelta(seconds=30)
READY_AFTER = timedelta(minutes=5)  # after its call, in which the provider may still be making the file


def look(line: Line, telephone: Telephone) -> int:
    """File messages of calls that ended while something was recorded, and of whose end nothing came.

    Return how many. A call is asked about until the provider has answered READY_AFTER its end.
    """
    if line.store.behind():
        return 0  # their end may lie in the spill file
    now = line.clock.now()
    steps = [name for name, step in line.flows.steps.items() if isinstance(step, Record)]
    with line.store.read() as conn:
        found = calls.ended_at(conn, steps, iso(now - LOOK_BACK), iso(now - SETTLED_AFTER), iso(now))
    return sum(_ask(line, telephone, row) for row in found)


def _ask(line: Line, telephone: Telephone, row: sqlite3.Row) -> int:
    now, again = line.clock.now(), ASK_EVERY
    lines: list[Entry] = []
    try:
        there = telephone.recordings_of(row["call"])
    except TelephoneError as error:
        log.warning("whether call %s left a message isn't known yet: %s", row["ref"], error.why)
    else:
        lines = list(_filed(line, row, there))
        if now - from_iso(row["ended_at"]) > READY_AFTER:
            again = LOOK_BACK
    if lines:
        line.store.record(lines)
    line.store.write(lambda conn: calls.ask_again(conn, row["call"], iso(now + again)))
    return sum(entry.kind == "message" for entry in lines)


def _filed(line: Line, row: sqlite3.Row, there: list[Recording]) -> Iterator[Entry]:
    """Yield the entries of recordings that no message is known of, and tell of urgent ones."""
    with line.store.read() as conn:
        new = [one for one in there if messages.find(conn, one.sid) is None]
    try:
        step = line.editions.of(row["revision"]).flows.steps.get(row["last_step"])
    except Lost:
        step = None
    step = step if isinstance(step, Record) else line.flows.steps[row["last_step"]]
    assert isinstance(step, Record)  # calls.ended_at() was asked for no others
    now = line.clock.now()
    at = iso(now, milliseconds=True)
    for one in new:
        if one.status != "completed" or not one.seconds:
            continue
        data: dict[str, JSON] = {"box": step.record, "seconds": one.seconds, "recording": one.sid}
        yield Entry(at, row["call"], "message", f"recording {one.sid} found", data)
        box = line.config.boxes.get(step.record)
        if box is not None and box.urgent:
            urgent, minutes = entries.PRESSING[entries.LEFT]
            text: dict[str, JSON] = {
                "template": entries.LEFT,
                "to": "on_call",
                "readers": line.config.chain_at(now) or (line.config.owner,),
                "words": {"box": step.record},
                "urgent": urgent,
                "deadline": iso(now + timedelta(minutes=minutes)),
            }
            yield Entry(at, row["call"], "text", f"recording {one.sid} text", text)
