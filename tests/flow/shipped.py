"""The flows as they are shipped, loaded once, and a way to walk them as a caller would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.flow.engine import advance
from ivr.flow.loader import load
from ivr.flow.model import Flows, Known
from ivr.flow.turn import (
    DialEnded,
    Event,
    Facts,
    Input,
    Keys,
    Listen,
    Position,
    Ring,
    Silence,
    Start,
    TakeMessage,
    Turn,
    Wait,
)

FOLDER = Path(__file__).parents[2] / "flows"
KNOWN = Known(
    groups=frozenset({"on_call", "reception"}),
    boxes={"booking": 90, "general": 60, "urgent": 90, "clinical": 90},
    hours=frozenset({"desk"}),
    promises=frozenset({"two_hours", "same_day", "routine"}),
    texts=frozenset({"not_taken", "told", "summary", "safety_net", "message_left"}),
)
FLOWS = load(FOLDER, "main", KNOWN)

WORDS = {
    "clinic": "Rose Clinic",
    "opens": "8 tomorrow",
    "listened": "8 each morning",
    "keep_days": "30",
    "two_hours_by": "2 this afternoon",
    "same_day_by": "8 this evening",
    "routine_by": "12 tomorrow",
}
# Two people in turn, tried twice; then a desk with two phones, tried once.
DAY = Facts(
    now=1_795_521_600,
    open={"desk": True},
    hunts={"on_call": (("ana",), ("ben",)) * 2, "reception": (("reception/0",), ("reception/1",))},
    rounds={"on_call": 2, "reception": 2},
    limits={"on_call": 60, "reception": 60},
    words=WORDS,
)
NIGHT = replace(DAY, open={"desk": False})
NOBODY = replace(DAY, hunts={})  # no phone can be rung, whoever is asked for

NO_ANSWER = DialEnded("no-answer", bridged=False, accepted=False)
VOICEMAIL = DialEnded("completed", bridged=False, accepted=False)  # it answers, and presses nothing
TAKEN = DialEnded("completed", bridged=True, accepted=True)


@dataclass(frozen=True)
class Walk:
    """The turns of one call so far, in order; the first is the one that answered it."""

    turns: tuple[Turn, ...]

    @property
    def last(self) -> Turn:
        return self.turns[-1]

    @property
    def position(self) -> Position:
        return self.last.position

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(event for turn in self.turns for event in turn.events)

    def all(self, kind: str) -> list[dict[str, object]]:
        """The data of every event of one kind."""
        return [dict(event.data) for event in self.events if event.kind == kind]

    def texts(self) -> list[tuple[object, object]]:
        """(template, reader) of every text, in order."""
        return [(text["template"], text["to"]) for text in self.all("text")]

    def heard(self) -> list[str]:
        """All that was spoken to the caller, in order."""
        return [words for turn in self.turns for words in spoken(turn)]


def spoken(turn: Turn) -> tuple[str, ...]:
    """All that a caller hears in one turn, whether a key may cut it short or not."""
    return turn.says + (turn.wait.prompts if isinstance(turn.wait, Listen | TakeMessage) else ())


def recording(wait: Wait) -> tuple[str, int, str] | None:
    """(box, longest in seconds, keys that leave it) of a recording, whatever is said before its tone."""
    return (wait.box, wait.seconds, wait.keys) if isinstance(wait, TakeMessage) else None


def walk(*acts: str | Input | Facts, facts: Facts = DAY, flows: Flows = FLOWS) -> Walk:
    """Call, then do `acts` one after the other: "1" is a key, "" silence, Facts are known from there on."""
    turns = [advance(flows, Position(), Start(), facts)]
    for act in acts:
        if isinstance(act, Facts):
            facts = act
        else:
            turns.append(advance(flows, turns[-1].position, _input(act), facts))
    return Walk(tuple(turns))


def _input(act: str | Input) -> Input:
    if isinstance(act, str):
        return Keys(act) if act else Silence()
    return act


def rung(turns: Iterable[Turn]) -> list[tuple[str, tuple[str, ...]]]:
    """(group, legs) of every ring, in order."""
    return [(turn.wait.group, turn.wait.legs) for turn in turns if isinstance(turn.wait, Ring)]
