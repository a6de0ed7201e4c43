"""What a caller heard, turn by turn: the call played again by the engine, on the revision that it began with.

The journal keeps what came in and which step followed, not the words: those stand in the revision. What a
caller said isn't kept, so a turn that speech led to can't be played; its step's own words are given then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ivr.clock import from_iso
from ivr.flow.engine import Lost, advance
from ivr.flow.telling import spoken
from ivr.flow.turn import (
    CallerKind,
    DialEnded,
    Facts,
    Input,
    Keys,
    Position,
    Recorded,
    Silence,
    Speech,
    Start,
)
from ivr.line.answer import Line
from ivr.line.edition import Edition
from ivr.line.page import JOINED
from ivr.storage import journal

_HOLE = re.compile(r"\{(\w+)\}")
_AS_SPEECH = "?"  # a phrase that no step knows


def heard(line: Line, story: Sequence[journal.Line]) -> Mapping[int, tuple[str, ...]]:
    """Return, by the number (seq) of each turn's line, the sentences that the caller heard then.

    story: the lines of one call, in order. A revision that can't be loaded, or a call without a beginning,
    gives {}.
    """
    began = next((one for one in story if one.kind == "call_started"), None)
    if began is None:
        return {}
    try:
        edition = line.editions.of(began.data["revision"])
    except Lost:
        return {}
    caller, repeat = cast(CallerKind, began.data["caller_kind"]), bool(began.data["repeat"])
    position, found = Position(), dict[int, tuple[str, ...]]()
    for one in story:
        if one.kind != "turn" or one.data["input"] == "hung up":
            continue
        now = int(from_iso(one.at).timestamp())
        facts = _facts(line, edition, position, now, caller, repeat)
        received = _input(one.data["input"], story, one)
        try:
            turn = advance(edition.flows, position, received, facts)
        except Lost:
            turn = None
        if turn is not None and turn.position.step == one.data["next"]:
            position, found[one.seq] = turn.position, spoken(turn)
        else:  # it went another way than it does now: with speech, or by what only that moment knew
            position = replace(position, step=one.data["next"], turn=position.turn + 1, misses=0)
            found[one.seq] = _own_words(edition, one.data["next"], now)
    return found


def _facts(
    line: Line, edition: Edition, position: Position, now: int, caller: CallerKind, repeat: bool
) -> Facts:
    moment, began = edition.moments.at(now), edition.moments.at(position.hunt_at or now)
    return Facts(
        now=now,
        open=moment.open,
        caller=caller,
        repeat=repeat,
        hunts=line.hunts(edition, position.hunt_at or now),
        rounds=began.rounds,
        limits=began.limits,
        words=moment.words,
    )


def _input(name: str, story: Sequence[journal.Line], at: journal.Line) -> Input:
    """Return what came in, as far as its name tells it."""
    what, _, rest = name.partition(" ")
    match what:
        case "start":
            return Start()
        case "key":
            return Keys(rest)
        case "dial":
            pressed = any(
                one.kind == "accept" and one.data["result"] in JOINED for one in story if one.at <= at.at
            )
            return DialEnded(rest, accepted=pressed)
        case "recorded":
            return Recorded(_seconds(story, at))
        case "speech":
            return Speech(_AS_SPEECH)
    return Silence()


def _seconds(story: Sequence[journal.Line], at: journal.Line) -> int:
    left = (one.data for one in story if one.kind == "message" and one.key.startswith(f"{at.key}."))
    return int(next((data["seconds"] for data in left), 0) or 0)


def _own_words(edition: Edition, name: Any, now: int) -> tuple[str, ...]:
    step, words = edition.flows.steps.get(name), edition.moments.at(now).words
    texts = [text for _, text in step.spoken()][:1] if step else []
    return tuple(_HOLE.sub(lambda hole: words.get(hole[1], ""), text) for text in texts)
