"""Joining staff and patient: who is rung, what is noted of it, and what follows when it is over."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from ivr.clock import iso
from ivr.flow.turn import DialEnded, HungUp, Input, Ring
from ivr.line import outcome, upkeep
from ivr.line.answer import Line
from ivr.line.errand import record
from ivr.line.errand.asking import ask, key_of, missed
from ivr.line.errand.errand import PATIENT, Errand, Said
from ivr.line.errand.page import HOW_IT_ENDED
from ivr.line.staff import role_of
from ivr.storage import Entry, StoreUnavailable, callbacks, errands, pages
from ivr.storage.entry import JSON

RINGING = "I am ringing the patient. They see the clinic's number."
WITHHELD = "That patient withheld their number, so they can't be rung."
STILL_ON = "That patient is still on the line, and is being put through."
FASTER = "Somebody else has just taken that page."
GONE = "That number isn't kept any more."
NOBODY = "The patient wasn't reached."
OPEN_AGAIN = "The page is open again."
AGAIN = "Press 1 to try again, or hang up."
OVER = "The call with the patient has ended. Goodbye."
DAY = timedelta(hours=24)
ANSWERED = ("completed", "answered")  # a voicemail is one too: whoever rang hears that
OPEN = ("open", "unanswered")


def problem(line: Line, errand: Errand, call: str) -> str:
    """Return why the patient of a call can't be rung, in words for the telephone; "" when they can."""
    with line.store.read() as conn:
        row = callbacks.patient(conn, call)
    if row is None or not row["caller"]:
        return WITHHELD
    if row["page"] in OPEN and row["state"] == "live" and not row["caller_gone"]:
        return STILL_ON
    return ""


def begun(line: Line, errand: Errand, subject: str, sid: str, number: str = "") -> Errand:
    """Return the errand with a row of its own, about `subject`; one that has such a row keeps it.

    Errors: StoreUnavailable.
    """
    if errand.row and errand.subject == subject and subject != callbacks.KEYED:
        return errand
    data: dict[str, object] = {"who": errand.data["who"]}
    at, key = iso(line.clock.now()), f"callback {sid} {errand.turn}"
    row = line.store.write(
        lambda conn: callbacks.begin(
            conn, key=key, subject=subject, leg=errand.leg, sid=sid, at=at, data=data, number=number
        )
    )
    return replace(errand, row=row, subject=subject)


def patient(line: Line, errand: Errand, call: str, sid: str) -> Said:
    """Take the call's page, if it is open, and ring its patient.

    Who they are is proved by now, so a database that can't be written doesn't keep them from the patient.
    Errors: StoreUnavailable when it can't be read: then nobody knows whom to ring.
    """
    if why := problem(line, errand, call):
        return Said((why,), errand)
    errand = _begun_somehow(line, errand, call, sid)
    result = _take(line, errand, call, sid)
    if result == "other":
        return Said((FASTER,), errand)
    with line.store.read() as conn:
        row = callbacks.patient(conn, call)
    number = str(row["caller"]) if row and row["caller"] else ""
    noted = _noted(line, errand, call, "page" if result != "asked" else "call", _was(result), sid)
    return _ring(errand, number, [noted])


def _begun_somehow(line: Line, errand: Errand, call: str, sid: str) -> Errand:
    """Return the errand about a call with a row of its own; or, when none can be written, with the number of
    a row that isn't there, below 0: it tells this call-back from others in the journal."""
    try:
        return begun(line, errand, call, sid)
    except StoreUnavailable:
        name = sha256(f"{sid} {errand.turn}".encode()).digest()
        return replace(errand, row=-1 - int.from_bytes(name[:6]), subject=call)


def _take(line: Line, errand: Errand, call: str, sid: str) -> str:
    """Take the call's page, if it is open: "taken", "same", "other". "asked": there is none to take.

    "other", too, while somebody else is on the line about it: the patient would be joined to two.
    """
    who = str(errand.data["who"])

    def not_theirs(conn: sqlite3.Connection) -> str:
        page = pages.get(conn, call)
        if page is not None and (page["state"] in OPEN or page["accepted_sid"] == sid):
            return ""
        return "other" if callbacks.talks(conn, call, sid) else "asked"

    def take(conn: sqlite3.Connection) -> str:
        if answer := not_theirs(conn):
            return answer
        at = iso(line.clock.now(), milliseconds=True)
        return outcome.accept(line, conn, call, errand.leg, sid, who, at)

    if not line.store.behind():
        try:
            return line.store.write(take)
        except StoreUnavailable:
            pass
    with line.store.read() as conn:
        if answer := not_theirs(conn):
            return answer
    return "taken" if outcome.take_somehow(line, call, who, errand.leg, sid) else "other"


def keyed(line: Line, errand: Errand, sid: str) -> Said:
    """Ring the number that the errand's row holds. Many in a day are told of, and rung all the same.

    By a clinician, that of a patient who waits for one is rung as their page, or the call-back they were
    promised: or else the others on call would go on about it.
    """
    now, who = line.clock.now(), str(errand.data["who"])
    with line.store.read() as conn:
        row = errands.get(conn, errand.row)
        count = callbacks.keyed_by(conn, who, iso(now - DAY))
        number = row["number"] if row else None
        clinician = role_of(line, conn, who) == "clinician"
        theirs = callbacks.owed(conn, number, sid) if number and clinician else ""
    if not number:
        return Said((GONE,), errand)
    many: list[Entry] = []
    if count > (limit := line.config.callback.alarm_after):
        many = upkeep.alarm(line, "", f"{who} had more than {limit} keyed numbers rung within a day")
    if theirs:
        said = patient(line, errand, theirs, sid)
        return replace(said, entries=[*said.entries, *many])
    return _ring(errand, number, [_noted(line, errand, sid, callbacks.KEYED, "asked", sid), *many])


def over(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """The other phone is done with: were they reached? If not, the page is open again."""
    ended = came.ring if isinstance(came, HungUp) else came
    gone = isinstance(came, HungUp)
    if isinstance(ended, DialEnded) and ended.status in ANSWERED and ended.bridged is not False:
        entries = [record.result(line, errand, callbacks.REACHED)]
        if gone or not (errand.subject.startswith("CA") and _mine(line, errand.subject, sid)):
            return Said(() if gone else (OVER,), errand, entries=entries)
        # How it ended is asked, and the answer taken, as after any other call about a page.
        return ask(line, replace(errand, kind="page"), "how", HOW_IT_ENDED, entries=entries)
    entries = [record.result(line, errand, "not_reached")]
    mine = errand.subject.startswith("CA") and _mine(line, errand.subject, sid)
    if mine:
        entries.append(_noted(line, errand, errand.subject, "page", "given_back", sid))
    if gone:
        return Said((), errand, entries=entries)
    # Asked a second time for the same, the page has been given back already: that is said all the same.
    words = f"{NOBODY} {OPEN_AGAIN} {AGAIN}" if mine or _waits(line, errand) else f"{NOBODY} {AGAIN}"
    return ask(line, errand, "again", words, entries=entries)


def again(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Ring once more, if they want to."""
    if key_of(came) == "1":
        if errand.subject.startswith("CA"):
            return patient(line, errand, errand.subject, sid)
        return keyed(line, errand, sid)
    return missed(line, errand, "again", AGAIN)


def _mine(line: Line, call: str, sid: str) -> bool:
    """Whether the page was taken in this very call; with the record gone, it is said so. Where the row knows
    of nobody yet, that they took it lies in the spill file: or else the patient would not have been rung."""
    try:
        with line.store.read() as conn:
            page = pages.get(conn, call)
    except Exception:
        return True
    if page is not None and page["state"] in OPEN and line.store.behind():
        return True
    return page is not None and page["accepted_sid"] == sid


def _waits(line: Line, errand: Errand) -> bool:
    with line.store.read() as conn:
        page = pages.get(conn, errand.subject)
    return page is not None and page["state"] in OPEN


def _was(result: str) -> str:
    return "taken" if result in ("taken", "same") else result


def _ring(errand: Errand, number: str, entries: list[Entry]) -> Said:
    if not number:
        return Said((WITHHELD,), errand, entries=entries)
    return Said((RINGING,), errand.at("ringing"), Ring("patient", (PATIENT,)), entries, number)


def _noted(line: Line, errand: Errand, call: str, what: str, result: str, sid: str) -> Entry:
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"who": errand.data["who"], "leg": errand.leg, "what": what}
    key = f"callback {errand.row} {errand.turn} {result}"
    return Entry(at, call, "callback", key, data | {"result": result, "sid": sid})
