"""Call-backs: somebody of the clinic proves who they are, says whom to ring, and is joined to the patient.

    "" → pin → menu → ringing → again        a call that they made to the line
                menu → reference → which     (choosing.py)
                menu → number → sure
    "" → ready → ringing → again             a call that the line makes to them: they proved it elsewhere

Until the right PIN nothing is told but the way to be a patient: a number that shows can be forged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from ivr.clock import iso
from ivr.flow.turn import HungUp, Input, Keys, Silence
from ivr.line.answer import Line
from ivr.line.errand import choosing, ringing
from ivr.line.errand.asking import ask, key_of, missed
from ivr.line.errand.errand import Errand, Said
from ivr.line.staff import Staff
from ivr.storage import Entry, StoreUnavailable, callbacks, passwords, pins

log = logging.getLogger(__name__)

PIN = (
    "In an emergency, hang up and call 999. {clinic} staff: key your PIN, then hash."
    " To be put through as a patient, press star, or wait."
)
NOT_RIGHT = "That is not right."
PUT_THROUGH = "I am putting you through as a patient."
NOT_NOW = "Calls to patients can't be made just now. Please try again in a few minutes."
READY = "This is the clinic line, with the call that you asked for. Press 1, and I ring the patient."
LONGEST = pins.LONGEST + 1  # so that the hash after the longest PIN belongs to it
TRIES = 3
LET_IN = "let_in"  # what a right PIN is called in the record
_ANSWERS: Mapping[str, pins.Answer] = {LET_IN: "right", "wrong": "wrong", "throttled": "throttled"}


def begun_by(staff: Staff) -> Errand:
    """Return the errand of a call that somebody of the clinic makes to the line."""
    return Errand("callback", 0, "", staff.leg, data={"who": staff.who})


def turn(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Take one turn; see Kind. sid: of the call with the member of staff."""
    if isinstance(came, HungUp) and errand.step != "ringing":
        return Said((), errand)
    try:
        return _STEPS[errand.step](line, errand, came, sid)
    except StoreUnavailable:
        log.warning("a call-back has to wait for the database, at %r", errand.step)
        # A PIN isn't looked at while tries can't be counted: whoever shows a clinician's number could guess
        # it without end. As a patient they reach whoever is on call (docs/decisions/0016).
        if errand.step == "pin":
            return Said((NOT_NOW, PUT_THROUGH), errand, as_patient=True)
        return Said((NOT_NOW,), errand)


def _begin(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    if errand.row:
        return ask(line, errand, "ready", READY)
    return ask(line, errand, "pin", PIN.format(clinic=line.config.clinic.name), LONGEST)


def _pin(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    digits = came.digits if isinstance(came, Keys) else ""
    if isinstance(came, Silence) or "*" in digits:
        return Said((), errand, as_patient=True)
    who, now = str(errand.data["who"]), line.clock.now()
    with line.store.read() as conn:
        judged = callbacks.judged(conn, sid, _key(errand))
    # The provider may ask twice for the same: that is one try, and has one answer.
    answer = _ANSWERS.get(judged) or pins.check(line.store, who, digits, now)
    if answer == "throttled":
        passwords.matches(None, digits)  # which takes as long as being looked at
    noted = [_noted(line, errand, sid, LET_IN if answer == "right" else answer)]
    if answer == "right":
        return choosing.menu(line, errand, entries=noted)
    if errand.misses + 1 >= TRIES:
        return Said((NOT_RIGHT, PUT_THROUGH), errand, entries=noted, as_patient=True)
    words = f"{NOT_RIGHT} {PIN.format(clinic=line.config.clinic.name)}"
    return ask(line, errand, "pin", words, LONGEST, misses=errand.misses + 1, entries=noted)


def _ready(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    if key_of(came) == "1":
        if errand.subject.startswith("CA"):
            return ringing.patient(line, errand, errand.subject, sid)
        return ringing.keyed(line, errand, sid)
    return missed(line, errand, "ready", READY)


def _noted(line: Line, errand: Errand, sid: str, result: str) -> Entry:
    at = iso(line.clock.now(), milliseconds=True)
    data = {"who": errand.data["who"], "leg": errand.leg, "what": "pin", "result": result}
    return Entry(at, sid, "callback", _key(errand), data)


def _key(errand: Errand) -> str:
    return f"callback pin {errand.turn}"


_STEPS: Mapping[str, Callable[[Line, Errand, Input, str], Said]] = {
    "": _begin,
    "pin": _pin,
    "ready": _ready,
    "menu": choosing.chosen,
    "reference": choosing.referred,
    "which": choosing.picked,
    "number": choosing.keyed,
    "sure": choosing.sure,
    "ringing": ringing.over,
    "again": ringing.again,
}
