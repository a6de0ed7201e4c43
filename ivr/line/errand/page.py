"""A call about an open page: the clinician hears who waits, presses 1, and is joined to the patient."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass

from ivr.clock import from_iso, iso
from ivr.flow.turn import DialEnded, HungUp, Input, Keys, Listen, Recorded, Ring, Speech, Start, TakeMessage
from ivr.line import outcome
from ivr.line.answer import Line
from ivr.line.entries import due_words
from ivr.line.errand.errand import PATIENT, Errand, Kind, Said
from ivr.line.errand.record import entry, result
from ivr.line.page import TAKE, talks_on
from ivr.rota.local import wall
from ivr.storage import Entry, StoreUnavailable, messages, pages, promises

log = logging.getLogger(__name__)

MOST_MISSES = 2  # silences and wrong keys at one question
GONE = "Thank you. Goodbye."
HOW_IT_ENDED = (
    "How did it end? Press 1: spoken with. 2: came in, or is coming in. 3: sent to A and E."
    " 4: could not reach. 5: keep it open."
)


@dataclass(frozen=True, slots=True)
class About:
    """What a clinician is told of a page, and the patient's number (E.164; "" when it is hidden)."""

    row: sqlite3.Row
    number: str
    words: str


def turn(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """Return what follows in a call that was placed to have a page taken."""
    about = _about(line, errand.subject)
    if isinstance(came_in, HungUp):
        return Said((), errand.at("gone"), entries=_joined(line, errand, came_in.ring))
    match errand.step:
        case "":
            return _begins(line, errand, about)
        case "asked":
            return _answered(line, errand, about, came_in, sid)
        case "joined":
            return _rung(line, errand, about, came_in)
        case "unreached":
            return _unreached(line, errand, about, came_in)
        case "note":
            return _bye(errand, f"{'Your note is kept. ' if isinstance(came_in, Recorded) else ''}{GONE}")
    return _ended(line, errand, about, came_in)


def asks(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """Return what follows in a call that asks whoever took a page how it ended."""
    about = _about(line, errand.subject)
    if isinstance(came_in, HungUp):
        return Said((), errand.at("gone"))
    if isinstance(came_in, Start):
        if about.row["state"] != "taken":
            return _bye(errand, "It has been dealt with already. " + GONE)
        since = _clock(line, about.row["accepted_at"])
        return _how(line, errand, (_calling(line, errand, ""), f"You took a patient's call at {since}."))
    return _ended(line, errand, about, came_in)


# --- one step after the other -----------------------------------------------------


def _begins(line: Line, errand: Errand, about: About) -> Said:
    if about.row["state"] == "closed":
        return _bye(errand, "It has been dealt with already. " + GONE, [result(line, errand, "other")])
    if about.row["state"] == "taken":
        return _too_late(line, errand)
    return _ask(line, errand, about, 0)


def _ask(line: Line, errand: Errand, about: About, misses: int, speech: bool = True) -> Said:
    offer = "Press 1 and I will connect you" if about.number else "Press 1 to take it"
    prompts = (_calling(line, errand, ", urgent"), f"{about.words} {offer}, 2 to pass it on.")
    listen = Listen(prompts, line.config.line.listen_seconds, speech=speech)
    return Said((), errand.at("asked", misses), listen)


def _answered(line: Line, errand: Errand, about: About, came_in: Input, sid: str) -> Said:
    if came_in == Keys(TAKE):
        return _take(line, errand, about, sid)
    if came_in == Keys("2"):
        words = "Thank you. I will try the next person."
        return _bye(errand, words, [result(line, errand, "passed_on")])
    if isinstance(came_in, Speech) and talks_on(came_in.text):
        return Said((), errand.at("gone"), entries=[result(line, errand, "machine")])
    if errand.misses + 1 >= MOST_MISSES:
        return _bye(errand, GONE, [result(line, errand, "no_key")])
    # Only keys from here on: a word must not cut off the key that comes after it.
    return _ask(line, errand, about, errand.misses + 1, speech=False)


def _take(line: Line, errand: Errand, about: About, sid: str) -> Said:
    person, at = _person(line, errand), iso(line.clock.now(), milliseconds=True)
    try:
        took = outcome.take(line, errand.subject, person, errand.leg, sid)
    except StoreUnavailable:
        log.error("a page was taken while the database can't be written: the key alone decided")
        took = "taken"
    if took == "other":
        return _too_late(line, errand)
    entries = [
        result(line, errand, "taken"),
        outcome.taken(errand.subject, person, errand.leg, sid, at),
    ]
    if not about.number:
        words = "The number is hidden, so I can't connect you. The patient may ring again."
        return _how(line, errand, (words,), entries)
    return _connect(errand, about, "I am connecting you. If you hear a voicemail, press star.", entries)


def _connect(errand: Errand, about: About, words: str, entries: list[Entry]) -> Said:
    ring = Ring("patient", (PATIENT,), star=True)
    return Said((words,), errand.at("joined"), ring, entries, number=about.number)


def _rung(line: Line, errand: Errand, about: About, came_in: Input) -> Said:
    ended = came_in if isinstance(came_in, DialEnded) else DialEnded("failed")
    if ended.status in ("completed", "answered") and ended.bridged is not False:
        return _how(line, errand, (), _joined(line, errand, ended))
    return _offer(line, errand, about, 0)


def _offer(line: Line, errand: Errand, about: About, misses: int) -> Said:
    minutes = int(outcome.wait_after(line, about.row["round"] + 1).total_seconds()) // 60
    words = (
        "The patient doesn't answer. Press 1 to try again now, 2 to record a note, 4 if you could not reach"
        f" them and want it closed. Or hang up: I will ring you again in {minutes} minutes."
    )
    return Said((), errand.at("unreached", misses), Listen((words,), 5, speech=False))


def _unreached(line: Line, errand: Errand, about: About, came_in: Input) -> Said:
    box = next((name for name, box in line.config.boxes.items() if box.urgent), "")
    if came_in == Keys("1"):
        return _connect(errand, about, "I am trying again.", [])
    if came_in == Keys("2") and box:
        record = TakeMessage(box, line.config.boxes[box].max_seconds, prompts=("Speak after the tone.",))
        return Said((), errand.at("note", box=box), record)
    if came_in == Keys("4"):
        return _ended(line, errand, about, came_in)
    if errand.misses + 1 >= MOST_MISSES:
        return _bye(errand, GONE)
    return _offer(line, errand, about, errand.misses + 1)


def _how(line: Line, errand: Errand, says: tuple[str, ...], entries: list[Entry] | None = None) -> Said:
    listen = Listen((*says, HOW_IT_ENDED), line.config.line.listen_seconds, speech=False)
    return Said((), errand.at("how"), listen, entries or [])


def _ended(line: Line, errand: Errand, about: About, came_in: Input) -> Said:
    key = came_in.digits if isinstance(came_in, Keys) else ""
    if key in outcome.OUTCOMES:
        return _bye(errand, "Thank you. It is closed. Goodbye.", _closed(line, errand, outcome.OUTCOMES[key]))
    if key == "5":
        kept = [outcome.released(line, about.row, "kept open")] if about.row["state"] == "taken" else []
        return _bye(errand, "It stays open, and I will ring again. Goodbye.", kept)
    if errand.misses + 1 >= MOST_MISSES:
        return _bye(errand, "I will ask you again later. Goodbye.")
    again = Listen((HOW_IT_ENDED,), line.config.line.listen_seconds, speech=False)
    return Said((), errand.at("how", errand.misses + 1), again)


def _closed(line: Line, errand: Errand, how: str) -> list[Entry]:
    key = f"page closed {errand.row} {errand.turn}"
    with line.store.read() as conn:
        closing = outcome.closing(line, conn, errand.subject, _person(line, errand), how, key)
    return [result(line, errand, how), *closing]


def _too_late(line: Line, errand: Errand) -> Said:
    words = "Somebody else has taken it already. " + GONE
    return _bye(errand, words, [result(line, errand, "other")])


def _bye(errand: Errand, words: str, entries: list[Entry] | None = None) -> Said:
    return Said((words,), errand.at("gone"), entries=entries or [])


# --- what is said ------------------------------------------------------------------


def _calling(line: Line, errand: Errand, how: str) -> str:
    """Who is calling whom, first of all: a call-screening robot shows it to the person."""
    person = line.config.people.get(_person(line, errand))
    return f"{line.config.clinic.name} patient line calling {person.name if person else 'the clinic'}{how}."


def _about(line: Line, page: str) -> About:
    with line.store.read() as conn:
        row = pages.get(conn, page)
        call = conn.execute("SELECT caller, repeat FROM calls WHERE call = ?", (page,)).fetchone()
        missed = [one for one in promises.of_call(conn, page) if one["state"] == "missed"]
        left = any(message["seconds"] for message in messages.of_call(conn, page))
    if row is None or call is None:
        raise LookupError("a call about a page that isn't there")
    since = _clock(line, row["opened_at"])
    wants = "rang before about a sign" if call["repeat"] else "wants a clinician"
    signs = ", ".join(json.loads(row["signs"]) or [wants])
    words = f"Patient waiting since {since}; {signs}."
    if missed:
        due = due_words(line.config, from_iso(missed[-1]["due_at"]), line.clock.now())
        words = f"Call-back promised by {due} was missed; {signs}."
    if row["disposition"] == "emergency":
        words = f"Emergency. {words} Told to call 999."
    if left:
        words += " A message was left; it is on the desk page."
    if not call["caller"]:
        words += " The number is hidden."
    return About(row, call["caller"] or "", words)


def _clock(line: Line, at: str) -> str:
    """A time by the clinic's clocks: "21:04", with the day if that isn't today."""
    zone = line.config.clinic.zone
    then, now = wall(from_iso(at), zone), wall(line.clock.now(), zone)
    return f"{then:%H:%M}" + ("" if then.date() == now.date() else f" on {then:%A}")


def _person(line: Line, errand: Errand) -> str:
    return line.config.person_of(errand.leg) or errand.leg


def _joined(line: Line, errand: Errand, ended: DialEnded | None) -> list[Entry]:
    """The entry of a talk whose end is told: the patient's own phone may never have been heard of."""
    if ended is None or ended.status not in ("completed", "answered") or ended.bridged is False:
        return []
    return [entry(line, errand, "patient_leg", {"status": "completed"}, f" {errand.turn} talk")]


PAGE = Kind(turn)
OUTCOME = Kind(asks)
