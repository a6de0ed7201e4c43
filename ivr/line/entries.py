"""A turn as lines of the journal: what came in, and everything that the engine decided on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ivr.clock import iso
from ivr.config import Config
from ivr.flow.turn import (
    DialEnded,
    Event,
    HungUp,
    Input,
    Keys,
    Position,
    Recorded,
    Silence,
    Speech,
    Start,
    Turn,
)
from ivr.rota.dues import spoken_by
from ivr.storage import Entry

NOT_TAKEN, LEFT = "not_taken", "message_left"  # templates: a page waits; so does a message
# template → (urgent, minutes after which it isn't worth sending). Urgent texts are sent at least once.
# Those not named here: not urgent, an hour.
PRESSING = {
    NOT_TAKEN: (True, 60),
    "told": (True, 60),
    LEFT: (True, 120),
    "summary": (True, 120),
    "alarm": (True, 240),
}
_USUAL = (False, 60)

# How each disposition is named in a text to a clinician.
NAMED = {
    "emergency": "emergency",
    "clinician_now": "urgent",
    "two_hours": "2 hours",
    "same_day": "same day",
    "routine": "routine",
}


def of_turn(
    config: Config,
    call: str,
    at: datetime,
    before: Position,
    received: Input,
    turn: Turn,
    on_call: tuple[str, ...],
    recording: str = "",
) -> Iterator[Entry]:
    """Yield the entries of one turn. The same webhook again yields the same keys, so it is kept once.

    on_call: the people to whom texts for "on_call" go. recording: the sid of what was recorded, if known.
    """
    number, when = turn.position.turn, iso(at, milliseconds=True)
    step = {"step": before.step, "input": name_of(received), "next": turn.position.step}
    yield Entry(when, call, "turn", str(number), step)
    words = _words(config, at, turn)
    pressing = False  # an urgent message was left, and nobody is told of it yet
    for place, event in enumerate(turn.events):
        data = dict(event.data)
        if event.kind == "promised":
            data["due"] = iso(config.due(str(data["promise"]), at))
            data["owner"] = (*on_call, config.owner)[0]
        elif event.kind == "text":
            data |= _text(config, event, at, on_call) | {"words": words}
        elif event.kind == "message":
            data["recording"] = recording
            pressing = pressing or config.boxes[str(data["box"])].urgent
        pressing = pressing and data.get("template") != LEFT
        yield Entry(when, call, event.kind, f"{number}.{place}", data)  # type: ignore[arg-type]
    if pressing:  # whoever hangs up after a message never comes to the step that tells of it
        text = Event("text", (("template", LEFT), ("to", "on_call")))
        data = dict(text.data) | _text(config, text, at, on_call) | {"words": words}
        yield Entry(when, call, "text", f"{number}.left", data)  # type: ignore[arg-type]


def name_of(received: Input) -> str:
    """Return what came in as the journal names it. What a caller said is not kept, only that they spoke."""
    match received:
        case Start():
            return "start"
        case Keys(digits):
            return "key " + "".join(key for key in digits[:5] if key in "0123456789*#")
        case Speech():
            return "speech"
        case Silence():
            return "silence"
        case DialEnded(status):
            return f"dial {status}"
        case Recorded():
            return "recorded"
        case HungUp():
            return "hung up"


def _text(config: Config, event: Event, at: datetime, on_call: tuple[str, ...]) -> dict[str, object]:
    to = str(event.get("to"))
    readers = {"on_call": on_call or (config.owner,), "owner": (config.owner,), "caller": ("caller",)}[to]
    urgent, minutes = PRESSING.get(str(event.get("template")), _USUAL)
    return {"readers": readers, "urgent": urgent, "deadline": iso(at + timedelta(minutes=minutes))}


def due_words(config: Config, due: datetime, now: datetime) -> str:
    """Return when a promise is due, for a clinician: "4:10 this afternoon".

    Spoken times are rounded up for the patient; a clinician is told no later a time than is kept.
    """
    due -= timedelta(minutes=due.minute % 5, seconds=due.second, microseconds=due.microsecond)
    return spoken_by(due, now, config.clinic.zone)


def _words(config: Config, at: datetime, turn: Turn) -> dict[str, str]:
    """What texts of this turn may say beside the clinic's name and the reference."""
    words: dict[str, str] = {}
    for event in turn.events:
        if event.kind == "disposition":
            words["disposition"] = NAMED.get(str(event.get("disposition")), "urgent")
        elif event.kind == "promised":
            words["due"] = due_words(config, config.due(str(event.get("promise")), at), at)
        elif event.kind == "message":
            words["box"] = str(event.get("box"))
    return words
