"""The drill at the start of a shift: "you are on call until 8 tomorrow, press 1"."""

from __future__ import annotations

from ivr.clock import from_iso
from ivr.flow.turn import Input, Keys, Listen, Start
from ivr.line import shifts
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand, Kind, Said
from ivr.line.errand.record import result
from ivr.storage import Entry
from ivr.storage import shifts as kept

CONFIRM = "1"
WAIT = 6  # seconds for the key
TIMES = 3  # how often the words are said: whoever answers may need a moment to hold the phone to their ear

THANKS = "Thank you. You are confirmed. Goodbye."
NOT_YET = "Press 1 to confirm."


def turn(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """Ask for the key 1; nothing else confirms, because a voicemail answers too."""
    if came_in == Keys(CONFIRM):
        person = errand.leg.partition("/")[0]
        entries = [result(line, errand, "confirmed"), *shifts.confirmed(line, person, "drill")]
        return Said((THANKS,), errand.at("confirmed"), entries=entries)
    if errand.misses >= TIMES:
        return Said((), errand.at("given up"))
    words = _words(line, errand) if came_in == Start() or errand.misses % 2 == 0 else NOT_YET
    return Said((), errand.at("asked", errand.misses + 1), Listen((words,), WAIT, speech=False))


def over(line: Line, errand: Errand, status: str) -> list[Entry]:
    """Plan the next try, unless the shift has been confirmed; tell the others after the last one."""
    return shifts.missed(line, errand.subject, int(str(errand.data.get("try", 1))))


def _words(line: Line, errand: Errand) -> str:
    with line.store.read() as conn:
        row = kept.get(conn, errand.subject)
    if row is None:
        raise LookupError(f"no shift {errand.subject}")
    return shifts.words_for(line.config, row["person"], from_iso(row["ends_at"]), line.clock.now())


KIND = Kind(turn, over)
