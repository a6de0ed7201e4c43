"""Every call that can happen, found by having the engine answer all that can happen at every wait.

Exact: the engine that callers meet is driven, with every input and with every answer to each fact
it reads. Two situations are one state when nothing that the engine reads differs between them, so
the cost grows with what there is to explore, not with the number of ways there.

What doesn't count: the number of turns; which signs were met, and why a caller was led on (words
for a clinician's ear); the place in a hunt that is over; the revision. Opening hours and the rota
are decided anew in each turn and hunt, because a call may outlast them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ivr.flow.acts import START, Act, acts_at
from ivr.flow.engine import Lost, advance
from ivr.flow.model import Flows
from ivr.flow.steps import Gate, Step
from ivr.flow.turn import HangUp, Input, Position, Ring, TakeMessage, Turn, Wait
from ivr.flow.world import Asked, World

Kept = tuple[tuple[str, object], ...]  # facts that a call keeps, by name
_FOR_LIFE = ("caller", "repeat")


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on from a state.

    acts     what can be done to take it, the plainest first: all of one manner and meaning
    chosen   the facts that were read in this turn and not known before, as they were
    through  the steps that were entered, in order ("flow.step")
    turn     what the engine answered; None when nothing was heard of the call again, or it got lost
    target   number of the state it leads to; None when the call is over
    lost     why the engine could not go on
    """

    source: int
    acts: tuple[Act, ...]
    chosen: Kept
    through: tuple[str, ...]
    turn: Turn | None
    target: int | None
    lost: str = ""


@dataclass(slots=True)
class State:
    """A wait of a call. `position` is that of the first call that came here; `kept`: facts known by then."""

    number: int
    position: Position
    wait: Wait | None  # None: the call has yet to be answered
    kept: Kept
    edges: list[Edge] = field(default_factory=list)


@dataclass(frozen=True)
class Exploration:
    """All states, in the order of their distance from the start (number 0).

    turns: how often the engine ran.
    """

    flows: Flows
    world: World
    states: tuple[State, ...]
    turns: int

    @cached_property
    def first(self) -> Mapping[int, Edge]:
        """State → the last edge of a shortest way to it."""
        found: dict[int, Edge] = {}
        for state in self.states:  # in breadth-first order, so the first edge to a state is on a shortest way
            for edge in state.edges:
                if edge.target is not None and edge.target not in found and edge.target != 0:
                    found[edge.target] = edge
        return found

    def way(self, state: int) -> tuple[Edge, ...]:
        """Return a shortest way from the start to a state."""
        edges: list[Edge] = []
        while state != 0:
            edges.append(self.first[state])
            state = edges[-1].source
        return tuple(reversed(edges))

    @cached_property
    def entered(self) -> frozenset[str]:
        """The steps that some call comes through."""
        return frozenset(name for state in self.states for edge in state.edges for name in edge.through)

    def edges(self) -> Iterator[Edge]:
        """Yield every edge."""
        for state in self.states:
            yield from state.edges


class _Noted(dict[str, Step]):
    """Steps that note which of them the engine looks up."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        super().__init__(steps)
        self.kept = steps
        self.read: list[str] = []

    def get(self, name: str, default: Step | None = None) -> Step | None:  # type: ignore[override]
        self.read.append(name)
        return super().get(name, default)


def explore(flows: Flows, world: World) -> Exploration:
    """Return all states that calls can come to. Never raises Lost: an edge tells of it."""
    walk = _Walk(flows, world)
    for state in walk.states:  # it grows while it is walked
        state.edges += walk.edges_of(state)
    return Exploration(flows, world, tuple(walk.states), walk.turns)


class _Walk:
    """The states found so far, and how the next ones are found."""

    def __init__(self, flows: Flows, world: World) -> None:
        self.world = world
        self.noted = _Noted(flows.steps)
        self.flows = replace(flows, steps=self.noted)
        self.states = [State(0, Position(), None, ())]
        self.turns = 0
        self._numbers: dict[object, int] = {}
        self._acts: dict[object, tuple[Act, ...]] = {}

    def edges_of(self, state: State) -> Iterator[Edge]:
        """Yield every way on from a state."""
        merged: dict[object, tuple[list[Act], Kept, tuple[str, ...], Turn | None, int | None, str]] = {}
        for act in self._acts_at(state):
            if act.received is None:
                yield Edge(state.number, (act,), (), (), None, None)
                continue
            for turn, lost, facts in self._answers(state, act.received):
                target = None
                if turn is not None and not isinstance(turn.wait, HangUp):
                    target = self._number(turn, {**dict(state.kept), **dict(facts.chosen)})
                who = tuple(fact for fact in facts.chosen if fact[0] in _FOR_LIFE)
                place = (act.manner, act.meant, turn, target, lost, who)
                if place not in merged:
                    through = _through(self.noted, turn, state)
                    merged[place] = ([act], tuple(facts.chosen), through, turn, target, lost)
                elif merged[place][0][-1] is not act:
                    merged[place][0].append(act)
        for acts, chosen, through, turn, target, lost in merged.values():
            yield Edge(state.number, tuple(acts), chosen, through, turn, target, lost)

    def _acts_at(self, state: State) -> tuple[Act, ...]:
        if state.wait is None:
            return (START,)
        place = (state.position.step, state.position.path, state.wait)
        if place not in self._acts:
            self._acts[place] = acts_at(self.flows, state.position, state.wait)
        return self._acts[place]

    def _answers(self, state: State, received: Input) -> Iterator[tuple[Turn | None, str, Asked]]:
        """Yield what the engine answers, or why it can't, and the facts it read: each way they can be."""
        kept = dict(state.kept)
        script: tuple[int, ...] | None = ()
        while script is not None:
            facts = Asked(self.world, kept, script)
            self.noted.read.clear()
            self.turns += 1
            try:
                yield advance(self.flows, state.position, received, facts), "", facts
            except Lost as error:
                yield None, str(error), facts
            script = facts.next_script()

    def _number(self, turn: Turn, known: Mapping[str, object]) -> int:
        """Return the number of the state that a turn comes to."""
        position, wait = turn.position, turn.wait
        kept = {name: known[name] for name in _FOR_LIFE if name in known}
        if position.path == "symptom":
            kept["repeat"] = False  # nobody looks for earlier calls any more (ivr.line.answer)
        ringing = isinstance(wait, Ring)
        if isinstance(wait, Ring):
            kept[f"hunt {wait.group}"] = known[f"hunt {wait.group}"]  # a hunt keeps the order it began with
        held = tuple(sorted(kept.items(), key=lambda item: item[0]))
        ring = position.ring if ringing else 0
        cut_short = isinstance(wait, TakeMessage) and not wait.prompts  # no key can come before the tone
        key = (position.step, position.misses, position.path, ring, position.paged, cut_short, held)
        if key not in self._numbers:
            self._numbers[key] = len(self.states)
            hunt_at = position.hunt_at if ringing else 0
            bare = replace(position, turn=0, revision="", ring=ring, hunt_at=hunt_at)
            self.states.append(State(len(self.states), bare, wait, held))
        return self._numbers[key]


def _through(noted: _Noted, turn: Turn | None, state: State) -> tuple[str, ...]:
    """The steps entered: all that were looked up after the one that waited, but gates named as signs."""
    read = noted.read if state.wait is None else noted.read[1:]
    step = turn.position.step if turn is not None else ""
    return tuple(dict.fromkeys(n for n in read if n == step or not isinstance(noted.kept.get(n), Gate)))
