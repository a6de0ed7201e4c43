"""Each kind of step is looked at by a rule, and every input and end of a wait is among the acts."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ivr.flow.dial import OUTCOMES
from ivr.flow.rules import RULES
from ivr.flow.steps import KINDS
from ivr.flow.turn import Facts
from ivr.flow.world import Asked, World
from tests.flow_proof.clinic import shipped

# kind of step → a rule that refuses what such a step may get wrong. `hours`, `goto`: where they lead.
LOOKED_AT = {
    "say": "emergency: 999 first",
    "ask": "keys named",
    "gate": "a sign is enough",
    "hours": "nights put off nothing",
    "dial": "whispers ask",
    "record": "symptoms for clinicians",
    "text": "texts to their reader",
    "promise": "promises can be kept",
    "goto": "followed",
    "end": "last words",
}


def test_every_kind_of_step_has_a_rule() -> None:
    assert set(LOOKED_AT) == set(KINDS) and set(LOOKED_AT.values()) <= {rule.name for rule in RULES}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_end_of_a_ring_is_explored(outcome: str) -> None:
    ends = {
        event.get("outcome")
        for edge in shipped().exploration.edges()
        if edge.turn
        for event in edge.turn.events
        if event.kind == "ring_ended"
    }
    assert outcome in ends


def test_the_engine_finds_every_fact_in_an_exploration() -> None:
    asked = Asked(World({}), {})
    assert all(hasattr(asked, field.name) for field in fields(Facts))
