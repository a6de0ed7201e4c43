"""A call about an open page: the clinician hears who waits, presses 1, and is joined to the patient."""

from __future__ import annotations

from ivr.clock import iso
from ivr.flow.turn import DialEnded, HungUp, Input, Keys, Listen, Recorded, Ring, Speech, Start, TakeMessage
from ivr.line import outcome
from ivr.line.answer import Line
from ivr.line.errand.about import About, calling, clock, of_page, whose
from ivr.line.errand.errand import PATIENT, Errand, Kind, Said
from ivr.line.errand.record import entry, result
from ivr.line.page import TAKE, talks_on
from ivr.storage import Entry

MOST_MISSES = 2  # silences and wrong keys at one question
GONE = "Thank you. Goodbye."
LATER = "I will ask you again later. Goodbye."
HOW_IT_ENDED = (
    "How did it end? Press 1: spoken with. 2: came in, or is coming in. 3: sent to A and E."
    " 4: could not reach. 5: keep it open."
)
HIDDEN = (
    "The number is hidden, so I can't connect you. The patient may ring again. Press 4 to close it as not"
    " reached, 5 to keep it open. Or hang up: it is yours, and I will ask you later how it ended."
)


def turn(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """Return what follows in a call that was placed to have a page taken."""
    about = of_page(line, errand.subject)
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
            return _unreached(line, errand, about, came_in, sid)
        case "hidden" if came_in not in (Keys("4"), Keys("5")):  # the others can't be true yet
            if errand.misses + 1 >= MOST_MISSES:
                return _bye(errand, LATER)
            return _hidden(line, errand, [], errand.misses + 1)
        case "note":
            return _bye(errand, f"{'Your note is kept. ' if isinstance(came_in, Recorded) else ''}{GONE}")
    return _ended(line, errand, about, came_in, sid)


def asks(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """Return what follows in a call that asks whoever took a page how it ended."""
    about = of_page(line, errand.subject)
    if isinstance(came_in, HungUp):
        return Said((), errand.at("gone"))
    if isinstance(came_in, Start):
        if about.row["state"] != "taken":
            return _bye(errand, "It has been dealt with already. " + GONE)
        since = clock(line, about.row["accepted_at"])
        return _how(line, errand, (calling(line, errand, ""), f"You took a patient's call at {since}."))
    return _ended(line, errand, about, came_in, sid)


# --- one step after the other -----------------------------------------------------


def _begins(line: Line, errand: Errand, about: About) -> Said:
    if about.row["state"] == "closed":
        return _bye(errand, "It has been dealt with already. " + GONE, [result(line, errand, "other")])
    if about.row["state"] == "taken" and about.row["accepted_leg"] == errand.leg:
        return _bye(errand, "You have taken it already. " + GONE)  # nobody knew of the call in which they did
    if about.row["state"] == "taken":
        return _too_late(line, errand)
    return _ask(line, errand, about, 0)


def _ask(line: Line, errand: Errand, about: About, misses: int, speech: bool = True) -> Said:
    offer = "Press 1 and I will connect you" if about.number else "Press 1 to take it"
    prompts = (calling(line, errand, ", urgent"), f"{about.words} {offer}, 2 to pass it on.")
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
    person = whose(line, errand)
    if not outcome.take_somehow(line, errand.subject, person, errand.leg, sid):
        return _too_late(line, errand)
    at = iso(line.clock.now(), milliseconds=True)
    entries = [
        result(line, errand, "taken", sid),
        outcome.taken(errand.subject, person, errand.leg, sid, at),
    ]
    if not about.number:
        return _hidden(line, errand, entries)
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


def _unreached(line: Line, errand: Errand, about: About, came_in: Input, sid: str) -> Said:
    box = next((name for name, box in line.config.boxes.items() if box.urgent), "")
    if came_in == Keys("1"):
        return _connect(errand, about, "I am trying again.", [])
    if came_in == Keys("2") and box:
        record = TakeMessage(box, line.config.boxes[box].max_seconds, prompts=("Speak after the tone.",))
        return Said((), errand.at("note", box=box), record)
    if came_in == Keys("4"):
        return _ended(line, errand, about, came_in, sid)
    if errand.misses + 1 >= MOST_MISSES:
        return _bye(errand, GONE)
    return _offer(line, errand, about, errand.misses + 1)


def _hidden(line: Line, errand: Errand, entries: list[Entry], misses: int = 0) -> Said:
    listen = Listen((HIDDEN,), line.config.line.listen_seconds, speech=False)
    return Said((), errand.at("hidden", misses), listen, entries)


def _how(line: Line, errand: Errand, says: tuple[str, ...], entries: list[Entry] | None = None) -> Said:
    listen = Listen((*says, HOW_IT_ENDED), line.config.line.listen_seconds, speech=False)
    return Said((), errand.at("how"), listen, entries or [])


def _ended(line: Line, errand: Errand, about: About, came_in: Input, sid: str) -> Said:
    key = came_in.digits if isinstance(came_in, Keys) else ""
    if key in outcome.OUTCOMES:
        return _bye(errand, "Thank you. It is closed. Goodbye.", _closed(line, errand, outcome.OUTCOMES[key]))
    if key == "5":
        words = "It stays open, and I will ring again. Goodbye."
        return _bye(errand, words, _kept_open(line, errand, about, sid))
    if errand.misses + 1 >= MOST_MISSES:
        return _bye(errand, LATER)
    again = Listen((HOW_IT_ENDED,), line.config.line.listen_seconds, speech=False)
    return Said((), errand.at("how", errand.misses + 1), again)


def _closed(line: Line, errand: Errand, how: str) -> list[Entry]:
    key = f"page closed {errand.row} {errand.turn}"
    with line.store.read() as conn:
        closing = outcome.closing(line, conn, errand.subject, whose(line, errand), how, key)
    return [result(line, errand, how), *closing]


def _kept_open(line: Line, errand: Errand, about: About, sid: str) -> list[Entry]:
    if about.row["state"] == "taken":
        return [outcome.released(line, about.row, "kept open")]
    if about.row["state"] == "closed" or not line.store.behind():
        return []
    return [outcome.released(line, about.row, "kept open", by=(errand.leg, sid))]  # see take_somehow()


def _too_late(line: Line, errand: Errand) -> Said:
    words = "Somebody else has taken it already. " + GONE
    return _bye(errand, words, [result(line, errand, "other")])


def _bye(errand: Errand, words: str, entries: list[Entry] | None = None) -> Said:
    return Said((words,), errand.at("gone"), entries=entries or [])


def _joined(line: Line, errand: Errand, ended: DialEnded | None) -> list[Entry]:
    """The entry of a talk whose end is told: the patient's own phone may never have been heard of."""
    if ended is None or ended.status not in ("completed", "answered") or ended.bridged is False:
        return []
    return [entry(line, errand, "patient_leg", {"status": "completed"}, f" {errand.turn} talk")]


PAGE = Kind(turn)
OUTCOME = Kind(asks)
