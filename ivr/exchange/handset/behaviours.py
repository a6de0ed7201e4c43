"""What a phone on the page may do by itself, for whoever tries what a line does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.exchange.acts import Person
from ivr.exchange.people import (
    Answers,
    Busy,
    NoAnswer,
    Rejects,
    Screening,
    SwitchedOff,
    Unreachable,
    Voicemail,
)

BY_HAND = "you"


@dataclass(frozen=True)
class Behaviour:
    """`words`: what the page calls it. `person` None: whoever sits at the page."""

    words: str
    person: Callable[[], Person] | None = None


BEHAVIOURS: Mapping[str, Behaviour] = {
    BY_HAND: Behaviour("you, on this page"),
    "takes": Behaviour("answers, presses 1", lambda: Answers(after=6, press="1", talk=45, at=7)),
    "passes": Behaviour("answers, presses 2", lambda: Answers(after=6, press="2")),
    "wrong_key": Behaviour("answers, presses 9", lambda: Answers(after=6, press="9")),
    "silent": Behaviour("answers, presses nothing", lambda: Answers(after=6, press="")),
    "no_answer": Behaviour("doesn't answer", NoAnswer),
    "voicemail": Behaviour("voicemail answers", lambda: Voicemail(after=10)),
    "switched_off": Behaviour("is off: voicemail at once", SwitchedOff),
    "screening": Behaviour("a call-screening robot", Screening),
    "busy": Behaviour("is busy", Busy),
    "rejects": Behaviour("rejects the call", Rejects),
    "unreachable": Behaviour("can't be reached", Unreachable),
}
