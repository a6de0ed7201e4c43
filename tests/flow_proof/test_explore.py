"""The exploration finds what the engine does, all of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.acts import acts_at
from ivr.flow.engine import Lost, advance
from ivr.flow.explore import Edge, explore
from ivr.flow.turn import Event, Facts, HangUp, Listen, Position, Ring, Start, TakeMessage, Turn
from ivr.flow.world import NOBODY, NOW, Asked, Hunt, World
from tests.flow_proof.clinic import shipped
from tests.flow_proof.generated import PER_GATE, generated

FOUND = shipped().exploration
FLOWS, WORLD = FOUND.flows, FOUND.world
PLACES = {
    (
        state.position.step,
        state.position.misses,
        state.position.path,
        state.position.ring,
        state.position.paged,
    )
    for state in FOUND.states
}


def place(turn: Turn) -> tuple[object, ...]:
    position = turn.position
    ring = position.ring if isinstance(turn.wait, Ring) else 0
    return (position.step, position.misses, position.path, ring, position.paged)


def bare(turn: Turn | None) -> object:
    """A turn without the signs, which are words for a clinician's ear."""
    if turn is None:
        return None
    wait = replace(turn.wait, whisper=None) if isinstance(turn.wait, Ring) else turn.wait
    events = tuple(Event(e.kind, tuple(d for d in e.data if d[0] != "signs")) for e in turn.events)
    return place(turn), turn.says, wait, events, turn.heard


BARE = {bare(edge.turn) for edge in FOUND.edges()}


def fixed(**known: object) -> Facts:
    """Facts in which nothing is open: what isn't told is as usual."""
    usual = {"open desk": True, "caller": "home", "repeat": False}
    hunts = {f"hunt {group}": states[0] for group, states in WORLD.hunts.items()}
    late = {f"late {group}": False for group in WORLD.hunts}
    return Asked(WORLD, {**usual, **hunts, **late, **known})


WORLDS = (
    fixed(),
    fixed(**{"open desk": False, "caller": "abroad"}),
    fixed(**{"open desk": False, "caller": "withheld", "hunt on_call": NOBODY, "hunt reception": NOBODY}),
    fixed(**{"repeat": True, "late on_call": True, "late reception": True}),
    fixed(**{"hunt on_call": WORLD.hunts["on_call"][1], "caller": "withheld"}),
)


def every_turn(facts: Facts) -> Iterator[Turn]:
    """All turns of calls in one world, with nothing merged but what compares equal."""
    ahead = [advance(FLOWS, Position(), Start(), facts)]
    seen: set[Position] = set()
    while ahead:
        turn = ahead.pop()
        yield turn
        position = replace(turn.position, turn=0)
        if isinstance(turn.wait, HangUp) or position in seen:
            continue
        seen.add(position)
        for act in acts_at(FLOWS, turn.position, turn.wait):
            if act.received is not None:
                known = facts if position.path != "symptom" else _no_repeat(facts)
                ahead.append(advance(FLOWS, turn.position, act.received, known))


def _no_repeat(facts: Facts) -> Facts:
    assert isinstance(facts, Asked)
    return Asked(WORLD, {**facts._decided, "repeat": False})


@pytest.mark.parametrize("facts", WORLDS)
def test_every_turn_of_a_world_without_merging_was_found(facts: Facts) -> None:
    for turn in every_turn(facts):
        assert bare(turn) in BARE


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_call_in_a_world_that_changes_meets_only_what_was_found(data: st.DataObject) -> None:
    caller, repeat = data.draw(st.sampled_from([("home", False), ("abroad", True), ("withheld", False)]))
    turn = advance(FLOWS, Position(), Start(), fixed(caller=caller, repeat=repeat))
    hunt: dict[str, object] = {}
    for _ in range(data.draw(st.integers(1, 12))):
        assert bare(turn) in BARE
        if isinstance(turn.wait, HangUp):
            return
        acts = [act for act in acts_at(FLOWS, turn.position, turn.wait) if act.received is not None]
        received = data.draw(st.sampled_from(acts)).received
        assert received is not None
        if not isinstance(turn.wait, Ring):
            hunt = {f"hunt {g}": data.draw(st.sampled_from(states)) for g, states in WORLD.hunts.items()}
        late = data.draw(st.booleans())
        known = {"caller": caller, "repeat": repeat and turn.position.path != "symptom", **hunt}
        known |= {"open desk": data.draw(st.booleans()), "late on_call": late, "late reception": late}
        turn = advance(FLOWS, turn.position, received, fixed(**known))


def test_a_way_to_every_state_is_a_call_that_the_engine_answers_so() -> None:
    for state in FOUND.states[1:]:
        position = Position()
        kept: dict[str, object] = {}
        for edge in FOUND.way(state.number):
            kept = {**kept, **dict(FOUND.states[edge.source].kept), **dict(edge.chosen)}
            received = edge.acts[0].received
            assert received is not None and edge.turn is not None
            turn = advance(FLOWS, position, received, Asked(WORLD, kept))
            assert bare(turn) == bare(edge.turn)
            position = turn.position
            kept = {name: value for name, value in kept.items() if name in ("caller", "repeat")}
        assert position.step == state.position.step and position.misses == state.position.misses


def test_ways_are_the_shortest() -> None:
    lengths = [len(FOUND.way(state.number)) for state in FOUND.states]
    assert lengths == sorted(lengths)
    assert all(
        lengths[edge.target] <= lengths[edge.source] + 1 for edge in FOUND.edges() if edge.target is not None
    )


def test_every_act_leads_somewhere_from_every_wait() -> None:
    for state in FOUND.states[1:]:
        assert state.wait is not None
        acts = {act for edge in state.edges for act in edge.acts}
        assert acts == set(acts_at(FLOWS, state.position, state.wait))


def test_edges_of_one_state_differ() -> None:
    for state in FOUND.states:
        keys = [(e.acts[0].manner, e.acts[0].meant, e.turn, e.target) for e in state.edges if e.turn]
        assert len(keys) == len(set(keys))


def test_the_acts_are_all_that_the_issue_names() -> None:
    names = {type(s.wait): {a.name for e in s.edges for a in e.acts} for s in FOUND.states if s.wait}
    assert {f"presses {key}" for key in "0123456789*#"} | {"is silent", "hangs up"} <= names[Listen]
    rings = {"taken", "passed on", "busy", "no answer", "failed", "canceled", "voicemail", "dropped"}
    assert rings | {"bridged without acceptance", "nothing is heard of the call again"} <= names[Ring]
    assert {"says nothing", "talks for 5 s", "presses #", "talks for 5 s, hangs up"} <= names[TakeMessage]
    for fact in ("open desk", "caller", "repeat", "hunt on_call", "hunt reception", "late on_call"):
        values = {dict(edge.chosen)[fact] for edge in FOUND.edges() if fact in dict(edge.chosen)}
        assert len(values) >= 2, fact


def test_facts_are_read_by_the_engine_as_any_others() -> None:
    facts = Asked(World({"on_call": (Hunt("full", (("ana",),), 1), NOBODY)}), {})
    assert (facts.now, facts.caller, facts.repeat, facts.open["desk"]) == (NOW, "home", False, True)
    assert facts.hunts.get("on_call", ()) == (("ana",),) and facts.rounds["on_call"] == 1
    assert facts.next_script() == (0, 0, 0, 1)


def test_who_hides_their_number_is_never_known_from_before() -> None:
    both = [dict(edge.chosen) | dict(FOUND.states[edge.source].kept) for edge in FOUND.edges()]
    assert not any(known.get("repeat") and known.get("caller") == "withheld" for known in both)


def test_a_call_that_gets_lost_is_told_of() -> None:
    steps = {**FLOWS.steps, "desk.age": FLOWS.steps["desk.age"].model_copy(update={"silence": "desk.gone"})}
    found = explore(replace(FLOWS, steps=steps), WORLD)
    lost = [edge for edge in found.edges() if edge.lost]
    assert {edge.acts[0].name for edge in lost} == {"is silent"} and all(edge.turn is None for edge in lost)
    with pytest.raises(Lost):
        source: Edge = lost[0]
        received = source.acts[0].received
        assert received is not None
        advance(replace(FLOWS, steps=steps), found.states[source.source].position, received, fixed())


def test_cost_grows_with_what_there_is_to_explore(tmp_path: Path) -> None:
    sizes = []
    for gates in (4, 8, 12):
        folder = tmp_path / str(gates)
        folder.mkdir()
        flows = generated(folder, gates, FLOWS)
        found = explore(flows, WORLD)
        sizes.append((len(flows.steps), len(found.states), found.turns))
    (steps, states, turns), second, third = sizes
    assert second[1] - states == third[1] - second[1] and second[2] - turns == third[2] - second[2]
    assert third[0] - steps == 8 * PER_GATE
