"""Any call at all: what Hypothesis may have a caller, the phones and the world do, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from ivr.flow.engine import advance
from ivr.flow.turn import (
    DialEnded,
    Event,
    Facts,
    HangUp,
    Input,
    Keys,
    Listen,
    Position,
    Recorded,
    Ring,
    Silence,
    Speech,
    Start,
    TakeMessage,
    Turn,
    Wait,
)
from tests.flow.shipped import DAY, FLOWS, TAKEN, WORDS, spoken

LONGEST = 60  # acts; the longest call that ends by itself takes far fewer

_SAID = (
    "yes",
    "no",
    "not sure",
    "none of those",
    "er",
    "nurse",
    "repeat",
    "two",
    "booking",
    "unwell",
    "",
    "no no no yes",
)
_STATUSES = ("completed", "answered", "busy", "no-answer", "failed", "canceled", "unheard-of")

keys = st.one_of(st.sampled_from("0123456789*#"), st.text("0123456789*#", max_size=4)).map(Keys)
speech = st.one_of(st.sampled_from(_SAID), st.text(max_size=12)).map(Speech)
ended = st.builds(
    DialEnded,
    st.sampled_from(_STATUSES),
    bridged=st.sampled_from((None, True, False)),
    accepted=st.sampled_from((None, True, False)),
)
recorded = st.builds(Recorded, st.integers(0, 90), st.sampled_from(("", "#", "0", "1", "9", "hangup")))
anything = st.one_of(keys, speech, st.just(Silence()), ended, recorded)


def mostly(usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nine times of ten the one. (`one_of` would count the branches of both.)"""
    return st.integers(0, 9).flatmap(lambda tenth: usual if tenth else other)


# Mostly noes, so that calls get past the gates and to the promises.
answers = mostly(st.sampled_from("2222213").map(Keys), st.one_of(keys, speech, st.just(Silence())))


@dataclass(frozen=True)
class Act:
    """What comes next, for each thing that the call may wait for; `odd` comes in place of whatever fits."""

    listen: Input
    ring: Input
    record: Input
    odd: Input | None
    seconds: int
    desk_open: bool

    def at(self, wait: Wait) -> Input:
        fitting: Mapping[type[Wait], Input] = {
            Listen: self.listen,
            Ring: self.ring,
            TakeMessage: self.record,
        }
        return self.odd or fitting[type(wait)]


acts = st.builds(
    Act,
    listen=answers,
    ring=mostly(ended, st.just(TAKEN)),
    record=mostly(recorded, keys),  # a key while the words before the tone are spoken
    odd=mostly(st.none(), anything),
    seconds=st.integers(0, 40),
    desk_open=st.booleans(),
)
_PEOPLE = (("ana",), ("ben",), ("ana/1",))
_hunts = st.sampled_from(
    (
        {},
        {"on_call": (("ana",),), "reception": (("reception/0",),)},
        {"on_call": _PEOPLE * 2, "reception": (("reception/0",), ("reception/1",))},
        {"on_call": (("ana", "ben"),) * 3},
    )
)
worlds = st.builds(
    Facts,
    now=st.just(DAY.now),
    open=st.booleans().map(lambda is_open: {"desk": is_open}),
    caller=st.sampled_from(("home", "abroad", "withheld")),
    repeat=st.sampled_from((False, False, False, True)),
    hunts=_hunts,
    rounds=st.sampled_from(({}, {"on_call": 1}, {"on_call": 3, "reception": 2})),
    limits=st.sampled_from(({}, {"on_call": 60, "reception": 30})),
    words=st.just(WORDS),
)


@dataclass(frozen=True)
class Step:
    """One turn, and the three values it came of (the fourth, the flows, never changes)."""

    before: Position
    received: Input
    facts: Facts
    turn: Turn


@dataclass(frozen=True)
class Call:
    """A call as far as it went. `over`: it ended by itself."""

    steps: tuple[Step, ...]

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(step.turn for step in self.steps)

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def over(self) -> bool:
        return isinstance(self.last.turn.wait, HangUp)

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(event for turn in self.turns for event in turn.events)

    def has(self, kind: str, **data: object) -> bool:
        """Whether an event of this kind was noted that holds at least `data`."""
        return any(event.kind == kind and data.items() <= dict(event.data).items() for event in self.events)

    def since(self, kind: str) -> Call:
        """The call from the last turn that noted an event of this kind."""
        last = max(i for i, turn in enumerate(self.turns) if any(event.kind == kind for event in turn.events))
        return Call(self.steps[last:])

    def heard(self) -> str:
        return " ".join(words for turn in self.turns for words in spoken(turn))


def go_on(call: Call, story: list[Act]) -> Call:
    """Have the call go on, until it ends or the story does."""
    steps, facts = list(call.steps), call.last.facts
    for act in story:
        before = steps[-1].turn
        if isinstance(before.wait, HangUp):
            break
        facts = replace(facts, now=facts.now + act.seconds, open={"desk": act.desk_open})
        received = act.at(before.wait)
        turn = advance(FLOWS, before.position, received, facts)
        steps.append(Step(before.position, received, facts, turn))
    return Call(tuple(steps))


def play(world: Facts, story: list[Act]) -> Call:
    """Have a call take place."""
    first = Step(Position(), Start(), world, advance(FLOWS, Position(), Start(), world))
    return go_on(Call((first,)), story)


def left_alone(call: Call) -> Call:
    """The same call with nobody doing anything more: no key, no word, no phone picked up."""
    return go_on(
        call, [Act(Silence(), DialEnded("no-answer", False, False), Recorded(0), None, 20, False)] * LONGEST
    )


stories = st.one_of(st.lists(acts, max_size=8), st.lists(acts, min_size=12, max_size=LONGEST))
calls = st.builds(play, worlds, stories)
# Calls that begin with "something is wrong after a treatment".
_WRONG = Act(Keys("1"), TAKEN, Recorded(0), None, 3, True)
concerns = st.builds(lambda world, story: play(world, [_WRONG, *story]), worlds, stories)
