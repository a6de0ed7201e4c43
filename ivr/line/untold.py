"""Messages of which nobody told: the line was down when they ended, and the provider alone has them.

Patients' messages lie at the provider under their own call; a clinician's note lies under the call to them.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.flow.engine import Lost
from ivr.flow.steps import Record
from ivr.line import entries
from ivr.line.answer import Line
from ivr.line.telephone import Recording, Telephone, TelephoneError
from ivr.storage import Entry, calls, errands, messages
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
    since, before = iso(now - LOOK_BACK), iso(now - SETTLED_AFTER)
    with line.store.read() as conn:
        steps = [(of, name) for of, name in calls.left_at(conn, since) if _step(line, of, name)]
        found = calls.ended_at(conn, steps, since, before, iso(now)) if steps else []
        notes = errands.taken_and_left(conn, since, before, iso(now - ASK_EVERY))
    count = sum(_ask(line, telephone, row) for row in found)
    return count + sum(_note(line, telephone, row) for row in notes)


def _step(line: Line, revision: str | None, name: str) -> tuple[Config, Record] | None:
    """Return the recording step of a call's own revision, with its config; None: it is no such step."""
    edition = line.editions.live
    try:
        edition = line.editions.of(revision or edition.revision)
    except Lost:  # then what is live is the best guess
        pass
    step = edition.flows.steps.get(name)
    return (edition.config, step) if isinstance(step, Record) else None


def _ask(line: Line, telephone: Telephone, row: sqlite3.Row) -> int:
    now, again = line.clock.now(), ASK_EVERY
    new = _new(line, telephone, row["call"])
    if new is not None and now - from_iso(row["ended_at"]) > READY_AFTER:
        again = LOOK_BACK
    if new and (found := _step(line, row["revision"], row["last_step"])):
        line.store.record(list(_filed(line, row["call"], *found, new)))
    line.store.write(lambda conn: calls.ask_again(conn, row["call"], iso(now + again)))
    return len(new or ())


def _note(line: Line, telephone: Telephone, row: sqlite3.Row) -> int:
    """Look for what a clinician recorded about a page: it is a message of the patient's call."""
    now = line.clock.now()
    new, heard = _new(line, telephone, row["sid"]), now
    if new is not None and now - from_iso(row["ended_at"]) > READY_AFTER:
        heard = now + LOOK_BACK
    box = next((name for name, box in line.config.boxes.items() if box.urgent), "")
    if new and box:
        line.store.record([_message(line, row["subject"], box, one) for one in new])
    line.store.write(lambda conn: errands.heard(conn, row["id"], iso(heard)))
    return len(new or ())


def _new(line: Line, telephone: Telephone, call: str) -> list[Recording] | None:
    """Return the recordings of a call that no message is known of; None: it can't be known just now."""
    try:
        there = telephone.recordings_of(call)
    except TelephoneError as error:
        log.warning("whether a call left a message isn't known yet: %s", error.why)
        return None
    with line.store.read() as conn:
        return [
            one
            for one in there
            if one.status == "completed" and one.seconds and messages.find(conn, one.sid) is None
        ]


def _filed(line: Line, call: str, config: Config, step: Record, new: list[Recording]) -> Iterator[Entry]:
    """Yield the entries of recordings, and tell of urgent ones."""
    now = line.clock.now()
    for one in new:
        yield _message(line, call, step.record, one)
        box = config.boxes.get(step.record)
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
            yield Entry(iso(now, milliseconds=True), call, "text", f"recording {one.sid} text", text)


def _message(line: Line, call: str, box: str, one: Recording) -> Entry:
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"box": box, "seconds": one.seconds, "recording": one.sid}
    return Entry(at, call, "message", f"recording {one.sid} found", data)
