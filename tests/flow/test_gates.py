"""Gates: only a clear no is no, and key 0 reaches a clinician from each of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.engine import advance
from ivr.flow.steps import Gate
from ivr.flow.turn import Input, Keys, Listen, Ring, Speech
from tests.flow.shipped import DAY, FLOWS, NIGHT, NO_ANSWER, Walk, rung, spoken, walk

GATES = ("gate_emergency", "gate_skin", "gate_infection", "gate_worse")


def at(gate: str, *acts: str | Input) -> Walk:
    """Say no to every gate before `gate`, then do `acts` there."""
    return walk("1", *["2"] * GATES.index(gate), *acts)


def sign_of(gate: str) -> str:
    step = FLOWS.steps[f"concern.{gate}"]
    assert isinstance(step, Gate)
    return step.sign


@pytest.mark.parametrize("gate", GATES)
def test_each_gate_is_asked_after_a_no_to_the_one_before(gate: str) -> None:
    assert at(gate).position.step == f"concern.{gate}"
    assert at(gate).all("sign") == []


YES: tuple[tuple[tuple[str | Input, ...], str, str], ...] = (
    (("1",), "key", ""),
    ((Speech("Yes."),), "speech", ""),
    ((Speech("I'm not sure"),), "speech", ""),
    (("", ""), "silence", "?"),
    (("7", "#"), "wrong", "?"),
    ((Speech("my face is swollen"), Speech("it is swollen")), "wrong", "?"),
    (("", "7"), "wrong", "?"),  # one silence and one wrong key are two misses
    (("7", ""), "silence", "?"),
    (("7", "1"), "key", ""),
)


@pytest.mark.parametrize(("acts", "how", "mark"), YES)
@pytest.mark.parametrize("gate", GATES)
def test_what_counts_as_yes(gate: str, acts: tuple[str | Input, ...], how: str, mark: str) -> None:
    call = at(gate, *acts)
    assert [(sign["gate"], sign["how"]) for sign in call.all("sign")] == [(f"concern.{gate}", how)]
    assert call.position.signs == (f"concern.{gate}{mark}",)
    assert call.position.step != f"concern.{gate}"


@pytest.mark.parametrize("no", ["2", Speech("no"), Speech("None of those."), "22"])
def test_only_a_clear_no_is_no(no: str | Input) -> None:
    assert at("gate_emergency", no).position.step == "concern.gate_skin"
    assert at("gate_emergency", "", no).position.step == "concern.gate_skin"  # and late is not too late


@pytest.mark.parametrize(
    "unclear",
    [
        Speech("no I can't breathe"),
        Speech("I don't think so"),
        Keys("21"),
        Keys("2*"),
        "3",
    ],
)
def test_what_is_not_clear_is_asked_again_and_then_a_yes(unclear: str | Input) -> None:
    call = at("gate_emergency", unclear)
    assert (call.position.step, call.position.misses) == ("concern.gate_emergency", 1)
    assert at("gate_emergency", unclear, unclear).all("disposition") == [{"disposition": "emergency"}]


def test_a_hasty_finger_that_pressed_1_first_is_a_yes() -> None:
    assert at("gate_skin", Keys("12")).all("sign")[0]["how"] == "key"


def test_the_second_try_begins_with_an_apology_and_then_asks_the_whole_question_again() -> None:
    asked, again = spoken(at("gate_skin").last), spoken(at("gate_skin", "").last)
    assert again == ("Sorry, I didn't hear you.", *asked)
    assert at("gate_skin", "").last.says == ()  # a key cuts all of it short


def test_a_star_repeats_the_question_and_costs_no_try() -> None:
    asked = at("gate_skin")
    again = at("gate_skin", "*", Speech("say that again"), "*")
    assert again.last.wait == asked.last.wait
    assert again.position.misses == 0
    after_a_miss = at("gate_skin", "", "*")  # the question itself, not "I didn't hear you"
    assert after_a_miss.last.wait == asked.last.wait
    assert after_a_miss.position.misses == 1


@pytest.mark.parametrize("zero", ["0", Speech("zero"), Speech("press zero"), Speech("I want a doctor")])
@pytest.mark.parametrize("gate", GATES)
def test_key_0_rings_a_clinician_from_every_gate(gate: str, zero: str | Input) -> None:
    call = at(gate, zero)
    assert rung(call.turns) == [("on_call", ("ana",))]
    assert call.all("page_opened") == [{"disposition": "clinician_now", "signs": ()}]
    assert isinstance(call.last.wait, Ring) and call.last.wait.whisper is not None
    assert "Wants a clinician" in call.last.wait.whisper


@pytest.mark.parametrize("zero", ["0", Speech("zero"), Speech("nurse please")])
def test_key_0_rings_a_clinician_from_the_menus_between_gates(zero: str | Input) -> None:
    for before in (("2", "2", "1"), ("2", "2", "1", "1"), ("2", "2", "2", "1")):
        call = walk("1", *before, zero)
        assert isinstance(walk("1", *before).last.wait, Listen)
        assert rung(call.turns) == [("on_call", ("ana",))]


def test_key_0_reaches_nobody_on_the_way_to_a_booking() -> None:
    assert rung(walk("0").turns) == []
    assert walk("0").position.misses == 1
    assert rung(walk("2", "0", facts=NIGHT).turns) == []


def test_an_emergency_tells_999_twice_and_rings_a_clinician_all_the_same() -> None:
    call = at("gate_emergency", "1")
    assert sum("call 999" in words for words in call.last.says) == 2
    assert call.texts() == [("told", "on_call")]
    assert rung(call.turns) == [("on_call", ("ana",))]
    signs = (sign_of("gate_emergency"),)
    assert call.all("page_opened") == [{"disposition": "emergency", "signs": signs}]


def test_skin_signs_ring_a_clinician_now() -> None:
    assert at("gate_skin", "1").all("disposition") == [{"disposition": "clinician_now"}]


def test_infection_signs_wait_for_a_call_back_by_day_but_not_at_night() -> None:
    assert walk("1", "2", "2", "1", "3").all("promised")[0]["promise"] == "two_hours"
    assert rung(walk("1", "2", "2", "1", facts=NIGHT).turns) == [("on_call", ("ana",))]


@pytest.mark.parametrize("treatment", ["1", "4"])
@pytest.mark.parametrize("when", ["1", "2"])
def test_recent_filler_or_an_unknown_treatment_with_infection_signs_rings_now(
    treatment: str, when: str
) -> None:
    assert rung(walk("1", "2", "2", "1", treatment, when).turns) == [("on_call", ("ana",))]
    assert walk("1", "2", "2", "1", treatment, "3").all("promised")[0]["promise"] == "two_hours"


@pytest.mark.parametrize(("when", "promise"), [("1", "two_hours"), ("2", "two_hours"), ("3", "same_day")])
def test_worry_is_a_sign_in_its_own_right(when: str, promise: str) -> None:
    assert at("gate_worse", "1", when).all("promised")[0]["promise"] == promise


def test_four_clear_noes_still_get_a_call_back() -> None:
    assert at("gate_worse", "2").all("promised") == [{"promise": "routine", "disposition": "routine"}]


@pytest.mark.parametrize("menu", [("2", "2", "1"), ("2", "2", "1", "1"), ("2", "2", "2", "1")])
@pytest.mark.parametrize("twice", [("", ""), ("9", "9")])
def test_no_answer_to_a_menu_between_gates_rings_a_clinician(
    menu: tuple[str, ...], twice: tuple[str, ...]
) -> None:
    assert rung(walk("1", *menu, *twice).turns) == [("on_call", ("ana",))]


def test_a_clinician_hears_a_sign_taken_from_silence_as_no_clear_answer() -> None:
    call = at("gate_skin", "", "")
    assert isinstance(call.last.wait, Ring)
    assert call.last.wait.whisper is not None
    assert f"No clear answer about {sign_of('gate_skin')}. Press 1" in call.last.wait.whisper


def test_a_sign_that_is_met_again_is_named_once() -> None:
    before = at("gate_skin").position
    again = advance(FLOWS, replace(before, signs=("concern.gate_skin",)), Keys("1"), DAY)
    assert again.position.signs == ("concern.gate_skin",)
    assert [event.kind for event in again.events][0] == "sign"


def test_signs_add_up_in_the_order_they_were_met() -> None:
    call = walk("1", "2", "2", "1", "1", "1", NO_ANSWER, facts=DAY)
    assert call.position.signs == ("concern.gate_infection",)
    page = call.all("page_opened")[0]
    assert page["signs"] == (sign_of("gate_infection"),)
