"""Every turn that the shipped flows can take, found by doing at each wait all that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from ivr.flow.engine import advance
from ivr.flow.turn import (
    DialEnded,
    Facts,
    HangUp,
    HungUp,
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
from tests.flow.shipped import DAY, FLOWS, NIGHT, NO_ANSWER, NOBODY, TAKEN, VOICEMAIL

ACTS: Mapping[type[Wait], tuple[Input, ...]] = {
    Listen: (*map(Keys, "012349*"), Speech("yes"), Speech("er"), Silence(), HungUp()),
    Ring: (
        TAKEN,
        NO_ANSWER,
        VOICEMAIL,
        DialEnded("busy"),
        DialEnded("failed"),
        DialEnded("canceled"),
        DialEnded("completed", bridged=False, accepted=True),
        DialEnded("canceled", accepted=True),
        DialEnded("completed", bridged=True, accepted=False),
        HungUp(),
    ),
    TakeMessage: (
        *map(Keys, "017#"),
        Recorded(0),
        Recorded(5),
        Recorded(5, "0"),
        Recorded(5, "1"),
        HungUp(5),
        HungUp(),
    ),
    HangUp: (),
}
KNOWN_BEFORE = (
    DAY,
    NIGHT,
    NOBODY,
    replace(DAY, caller="withheld"),
    replace(NIGHT, caller="abroad"),
    replace(DAY, repeat=True),
)


@cache
def every_turn() -> tuple[Turn, ...]:
    """Two positions that differ in their count of turns alone are the same place."""
    return tuple(turn for facts in KNOWN_BEFORE for turn in _from(facts))


def _from(facts: Facts) -> list[Turn]:
    turns = [advance(FLOWS, Position(), Start(), facts)]
    seen: set[Position] = set()
    for turn in turns:  # it grows while it is walked
        place = replace(turn.position, turn=0)
        if place in seen or isinstance(turn.wait, HangUp):
            continue
        seen.add(place)
        turns += [advance(FLOWS, turn.position, act, facts) for act in ACTS[type(turn.wait)]]
    return turns
