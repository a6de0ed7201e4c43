"""Seconds from the answer of a call to a clinician's phone, for each sign of the checklist.

Three callers answer every question clearly and go the direct way:
at_once    presses each key as its prompt begins: knows the line by heart
as_heard   presses each key `think` seconds after the words that settle it: a yes after the last sign
           of the list, a menu's key after the sentence that names it, a no at the end
heard_out  hears every prompt to its end, and presses `think` seconds later
The limits hold for `as_heard`: who hears a sign that fits may press, and the prompts say so.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, noted
from ivr.flow.rules.sentences import keys_named, sentences, up_to_key
from ivr.flow.steps import Gate
from ivr.flow.telling import spoken
from ivr.flow.turn import Listen, Ring, Turn

Caller = Literal["at_once", "as_heard", "heard_out"]
CALLERS: tuple[Caller, ...] = ("at_once", "as_heard", "heard_out")
_ELSEWHERE = re.compile(r"\bA and E\b|\bA&E\b|\b111\b")
_999 = re.compile(r"\b999\b")


@dataclass(frozen=True, slots=True)
class Seconds:
    """From the answer to: the yes; a clinician's phone; the next one; advice, nobody having taken it.

    In an emergency the advice is 999, and comes before anything rings.
    """

    yes: float
    ring: float | None = None
    next_ring: float | None = None
    advice: float | None = None


@dataclass(frozen=True, slots=True)
class SignPace:
    """One gate. means: the dispositions that a clear yes leads to at once, whatever else is true.

    "" among them: sometimes more is asked first. seconds: the slowest of what may be true, per caller.
    """

    gate: str
    sign: str
    means: frozenset[str]
    seconds: Mapping[Caller, Seconds]


def sign_paces(given: Evidence) -> tuple[SignPace, ...]:
    """Return the seconds of every gate that a direct way leads to, in the order of the flows."""
    times = {caller: _answers(given, caller) for caller in CALLERS}
    yeses: dict[str, list[int]] = {}
    for number, edge in enumerate(_clear(given)):
        for sign in noted(edge, "sign"):
            yeses.setdefault(str(sign["gate"]), []).append(number)
    found = []
    edges = _clear(given)
    for gate, step in given.flows.steps.items():
        if isinstance(step, Gate) and (mine := yeses.get(gate)):
            means = frozenset(_means(edges[number]) for number in mine)
            paces = {caller: _slowest(given, caller, edges, mine, times[caller]) for caller in CALLERS}
            found.append(SignPace(gate, step.sign, means, paces))
    return tuple(found)


def _clear(given: Evidence) -> list[Edge]:
    return [
        edge for edge in given.exploration.edges() if edge.turn and edge.acts[0].manner in ("start", "clear")
    ]


def _means(edge: Edge) -> str:
    return next((str(data["disposition"]) for data in noted(edge, "disposition")), "")


def _answers(given: Evidence, caller: Caller) -> dict[int, float]:
    """Clear edge, by its number in _clear() → seconds until its turn is asked for, on the quickest way."""
    edges = _clear(given)
    leaving: dict[int, list[int]] = {}
    for number, edge in enumerate(edges):
        leaving.setdefault(edge.source, []).append(number)
    best: dict[int, float] = {}
    ahead = [(0.0, number) for number in leaving.get(0, ())]
    while ahead:
        at, number = heapq.heappop(ahead)
        if number in best:
            continue
        best[number] = at
        turn, target = edges[number].turn, edges[number].target
        if turn is None or target is None or not isinstance(turn.wait, Listen):
            continue
        begins = at + sum(map(given.seconds, turn.says))
        gate = isinstance(given.flows.steps[turn.position.step], Gate)
        for onward in leaving.get(target, ()):
            if onward not in best:
                waits = _heard(given, caller, turn.wait, edges[onward].acts[0].meant, gate)
                heapq.heappush(ahead, (begins + waits, onward))
    return best


def _heard(given: Evidence, caller: Caller, wait: Listen, key: str, gate: bool) -> float:
    """Seconds from the beginning of the prompts to the key."""
    if caller == "at_once" or not wait.prompts:
        return 0.0
    *before, question = wait.prompts
    if caller == "as_heard" and gate and key == "1":
        signs = [each for each in sentences(question) if keys_named(each) != ["2"]]
        question = " ".join(signs)
    elif caller == "as_heard" and not gate:
        question = up_to_key(question, key)
    return sum(map(given.seconds, (*before, question))) + given.limits.think


def _slowest(
    given: Evidence, caller: Caller, edges: list[Edge], yeses: list[int], times: Mapping[int, float]
) -> Seconds:
    """Of the calls that differ in what was true: each on its quickest way, then the slowest of them."""
    quickest: dict[object, int] = {}
    for number in yeses:
        if number in times:
            known = edges[number].chosen
            if known not in quickest or times[number] < times[quickest[known]]:
                quickest[known] = number
    found = [_after(given, edges[number], times[number]) for number in quickest.values()]
    values = ([value for one in found if (value := getattr(one, name)) is not None] for name in _FIELDS)
    return Seconds(*(max(each, default=None) for each in values))  # type: ignore[arg-type]  # a yes is there


_FIELDS = ("yes", "ring", "next_ring", "advice")


def _after(given: Evidence, edge: Edge, yes: float) -> Seconds:
    """What follows a yes when nobody takes the call."""
    turn, at = edge.turn, yes
    urgent = _means(edge) == "emergency"
    rings: list[float] = []
    advice: float | None = None
    seen: set[int] = set()  # a broken flow may ring for ever
    while turn is not None:
        if advice is None and (rings or urgent):
            told = _said(given, turn, _999 if urgent else _ELSEWHERE)
            advice = None if told is None else at + told
        at += sum(map(given.seconds, turn.says))
        wait, state = turn.wait, edge.target
        if not isinstance(wait, Ring) or not given.rings_clinicians(wait.group):
            break
        rings.append(at)
        if state is None or state in seen or (advice is not None and len(rings) > 1):
            break
        seen.add(state)
        group = given.groups[wait.group]
        at += group.ring_seconds + given.limits.network
        edge = _unanswered(given, state, f"late {wait.group}", at - yes > group.give_up_after)
        turn = edge.turn
    first, second = (*rings[:2], None, None)[:2]
    return Seconds(yes, first, second, advice)


def _unanswered(given: Evidence, state: int, fact: str, late: bool) -> Edge:
    ways = [edge for edge in given.exploration.states[state].edges if edge.acts[0].meant == "no answer"]
    ways = [edge for edge in ways if edge.acts[0].manner == "ring"]
    return next((edge for edge in ways if dict(edge.chosen).get(fact) == late), ways[0])


def _said(given: Evidence, turn: Turn, what: re.Pattern[str]) -> float | None:
    """Seconds from the beginning of a turn until it has said what is looked for."""
    spent = 0.0
    for text in spoken(turn):
        if found := what.search(text):
            return spent + given.seconds(text[: found.end()])
        spent += given.seconds(text)
    return None


def first_999(given: Evidence) -> float | None:
    """Return the seconds from the answer until 999 has been said, at worst; None when it may not be."""
    turns = [edge.turn for edge in given.exploration.states[0].edges]
    told = [_said(given, turn, _999) if turn else None for turn in turns]
    return max((each for each in told if each is not None), default=None) if None not in told else None
