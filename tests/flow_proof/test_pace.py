"""Seconds to a clinician's phone: of made-up callers who answer at once, as heard, or at the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.rules import Limits
from ivr.flow.rules.pace import SignPace, sign_paces
from ivr.flow.rules.sentences import keys_named, of_key, sentences, up_to_key
from ivr.flow.steps import Dial
from tests.flow_proof.clinic import shipped

# A voice that takes a second for a word makes sums that can be done by hand.
WORD_A_SECOND = replace(shipped(), seconds=lambda text: float(len(text.split())))
TEXTS = {name: dict(step.spoken()) for name, step in shipped().flows.steps.items()}


def words(step: str, field: str, up_to: str = "") -> float:
    """The words of a text, up to and with the first `up_to`."""
    text = TEXTS[step][field].replace("{clinic}", "Rose Clinic")
    end = text.index(up_to) + len(up_to)
    return float(len(text[: end if up_to else None].split()))


GREETING, TOPIC = words("main.greeting", "say"), words("main.topic", "ask")
TOPIC_1 = words("main.topic", "ask", "press 1.")
BREATHING, SKIN = words("concern.gate_emergency", "gate"), words("concern.gate_skin", "gate")
SKIN_SIGNS = words("concern.gate_skin", "gate", "Pain growing.")
CONNECTING = words("concern.clinician_now", "say")


def pace(gate: str) -> SignPace:
    return next(each for each in sign_paces(WORD_A_SECOND) if each.gate == f"concern.{gate}")


@pytest.mark.parametrize(
    ("caller", "yes"),
    [
        ("at_once", GREETING),
        ("as_heard", GREETING + TOPIC_1 + 2 + BREATHING + 2 + SKIN_SIGNS + 2),
        ("heard_out", GREETING + TOPIC + 2 + BREATHING + 2 + SKIN + 2),
    ],
)
def test_the_skin_sign_is_answered_and_rung_for(caller: str, yes: float) -> None:
    seconds = {str(name): each for name, each in pace("gate_skin").seconds.items()}[caller]
    assert (seconds.yes, seconds.ring) == (yes, yes + CONNECTING)


def test_the_next_phone_rings_when_the_first_has_rung_out() -> None:
    seconds = pace("gate_skin").seconds["as_heard"]
    assert seconds.ring is not None and seconds.next_ring is not None
    step = shipped().flows.steps["concern.clinician_now"]
    assert isinstance(step, Dial)
    assert seconds.next_ring == seconds.ring + 15 + Limits().network + len(step.between[0].split())


def test_what_a_yes_means_is_known_of_each_gate() -> None:
    means = {each.gate.partition(".")[2]: each.means for each in sign_paces(shipped())}
    assert means == {
        "gate_emergency": {"emergency"},
        "gate_skin": {"clinician_now"},
        "gate_infection": {"", "clinician_now"},  # by day more is asked first
        "gate_worse": {""},
    }


def test_prompts_are_taken_apart_by_sentence_and_key() -> None:
    text = "For filler, press 1. Botox type, press 2! Is it worse? Press 3 for yes, or 4 for no."
    assert len(sentences(text)) == 4
    assert keys_named(text) == ["1", "2", "3", "4"]
    assert of_key(text, "2") == "Botox type, press 2!"
    assert up_to_key(text, "2") == "For filler, press 1. Botox type, press 2!"
    assert up_to_key(text, "9") == text
    assert keys_named("Ring 111 or wait 2 hours.") == []
