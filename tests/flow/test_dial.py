"""Phones rung one after the other, until a person has pressed 1."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.dial import OUTCOMES, outcome_of
from ivr.flow.steps import Dial
from ivr.flow.turn import DialEnded, Facts, HangUp, HungUp, Keys, Recorded, Ring
from tests.flow.shipped import (
    DAY,
    FLOWS,
    NO_ANSWER,
    NOBODY,
    TAKEN,
    VOICEMAIL,
    Walk,
    recording,
    rung,
    spoken,
    walk,
)

STATUSES = ("completed", "answered", "busy", "no-answer", "failed", "canceled", "", "in-progress")

SKIN = FLOWS.steps["concern.gate_skin"].model_dump()["sign"]


def later(seconds: int) -> Facts:
    return replace(DAY, now=DAY.now + seconds)


def whispered(call: Walk) -> str:
    """What the person hears whose phone rings now."""
    assert isinstance(call.last.wait, Ring)
    return call.last.wait.whisper or ""


def test_the_page_is_open_before_anything_rings() -> None:
    kinds = [event.kind for event in walk("1", "0").last.events]
    assert kinds == ["disposition", "page_opened", "ringing"]


def test_people_are_rung_in_order_and_the_caller_hears_of_it() -> None:
    call = walk("1", "0", NO_ANSWER, VOICEMAIL, NO_ANSWER)
    assert rung(call.turns) == [("on_call", (leg,)) for leg in ("ana", "ben", "ana", "ben")]
    step = FLOWS.steps["concern.clinician_now"]
    assert isinstance(step, Dial) and len(step.between) == 2
    between = (step.say, *step.between, step.between[-1])
    assert [turn.says for turn in call.turns[2:]] == [(words,) for words in between]
    assert [ring["ring"] for ring in call.all("ringing")] == [0, 1, 2, 3]


def test_each_ring_ends_on_record_with_the_legs_that_rang() -> None:
    call = walk("1", "0", NO_ANSWER, VOICEMAIL, DialEnded("busy"), DialEnded("failed"))
    assert [(ring["legs"], ring["outcome"]) for ring in call.all("ring_ended")] == [
        (("ana",), "no_answer"),
        (("ben",), "passed_on"),
        (("ana",), "busy"),
        (("ben",), "failed"),
    ]


def test_a_person_who_pressed_1_has_taken_it_and_the_call_ends_with_what_to_watch_for() -> None:
    call = walk("1", "0", VOICEMAIL, TAKEN)
    assert call.last.wait == HangUp()
    assert call.all("ended") == [{"step": "concern.finished"}]
    assert "999" in call.last.says[-1]
    assert call.all("unanswered") == []


def test_nobody_takes_it_so_the_caller_gets_advice_texts_go_out_and_a_message_can_be_left() -> None:
    call = walk("1", "0", *[NO_ANSWER] * 4)
    assert call.all("unanswered") == [{"group": "on_call"}]
    assert "Please go to A and E now, or call 111." in spoken(call.last)[0]
    assert call.texts() == [("not_taken", "on_call"), ("safety_net", "caller")]
    assert recording(call.last.wait) == ("urgent", 90, "0")


def test_with_nobody_on_call_the_advice_comes_at_once_and_the_page_is_open() -> None:
    call = walk("1", "0", facts=NOBODY)
    assert rung(call.turns) == []
    assert len(call.all("page_opened")) == 1
    assert any("111" in words for words in spoken(call.last))


def test_the_first_rings_are_tried_however_late_it_is() -> None:
    call = walk("1", "0", later(300), NO_ANSWER)
    assert rung(call.turns)[-1] == ("on_call", ("ben",))
    assert walk("1", "0", later(300), NO_ANSWER, NO_ANSWER).all("unanswered") == [{"group": "on_call"}]


def test_somebody_further_down_the_chain_is_tried_only_while_there_is_time() -> None:
    three = replace(DAY, hunts={"on_call": (("ana",), ("ben",), ("cem",))})
    late = replace(three, now=DAY.now + 61)
    in_time = walk("1", "0", NO_ANSWER, NO_ANSWER, facts=three)
    assert rung(in_time.turns)[-1] == ("on_call", ("cem",))
    too_late = walk("1", "0", NO_ANSWER, late, NO_ANSWER, facts=three)
    assert len(rung(too_late.turns)) == 2 and too_late.all("unanswered") == [{"group": "on_call"}]


def test_after_the_rings_that_are_sure_the_limit_ends_the_hunt() -> None:
    in_time = walk("1", "0", NO_ANSWER, later(60), NO_ANSWER)
    assert rung(in_time.turns)[-1] == ("on_call", ("ana",)) and in_time.all("unanswered") == []
    late = walk("1", "0", NO_ANSWER, later(61), NO_ANSWER)
    assert len(rung(late.turns)) == 2 and late.all("unanswered") == [{"group": "on_call"}]


@pytest.mark.parametrize("zero", [Recorded(0, "0"), Keys("0")])
def test_a_hunt_that_is_begun_again_has_all_its_time_and_people(zero: Recorded | Keys) -> None:
    again = walk("1", "0", *[NO_ANSWER] * 4, later(500), zero, NO_ANSWER, NO_ANSWER)
    assert [legs for _, legs in rung(again.turns)] == [(leg,) for leg in ("ana", "ben") * 3] + [("ana",)]


def test_a_caller_who_hangs_up_while_it_rings_leaves_it_on_record_how_the_ring_ended() -> None:
    gone = walk("1", "0", HungUp(ring=DialEnded("canceled")))
    assert [ring["outcome"] for ring in gone.all("ring_ended")] == ["canceled"]
    talked = walk("1", "0", HungUp(ring=TAKEN))
    assert [ring["outcome"] for ring in talked.all("ring_ended")] == ["taken"]
    for call in (gone, talked):
        assert call.all("hung_up") == [{"step": "concern.clinician_now"}]
        assert call.all("unanswered") == [] and call.last.wait == HangUp()


@pytest.mark.parametrize("bridged", [True, False, None])
@pytest.mark.parametrize("accepted", [True, False, None])
@pytest.mark.parametrize("status", STATUSES)
def test_behind_a_whisper_only_a_key_press_takes_a_call(
    status: str, accepted: bool | None, bridged: bool | None
) -> None:
    outcome = outcome_of(DialEnded(status, bridged, accepted), screened=True)
    assert outcome in OUTCOMES
    talked = status in ("completed", "answered")
    if outcome == "taken":
        assert talked and bridged is not False and accepted is not False
        assert accepted or bridged  # with the record gone, the bridge itself must be sure


@pytest.mark.parametrize(
    ("status", "bridged", "accepted", "outcome"),
    [
        ("completed", True, True, "taken"),
        ("completed", None, True, "taken"),
        ("completed", True, None, "taken"),  # the record can't be read
        ("completed", None, None, "passed_on"),
        ("completed", False, True, "dropped"),
        ("completed", True, False, "unscreened"),
        ("completed", False, False, "passed_on"),
        ("completed", None, False, "passed_on"),
        ("answered", True, True, "taken"),
        ("busy", None, None, "busy"),
        ("canceled", None, True, "dropped"),  # the caller left between the key and the bridge
        ("no-answer", False, True, "dropped"),
        ("failed", False, True, "dropped"),
        ("something-new", None, True, "dropped"),
        ("busy", True, True, "busy"),
        ("canceled", None, False, "canceled"),
        ("no-answer", None, None, "no_answer"),
        ("failed", None, None, "failed"),
        ("canceled", None, None, "canceled"),
        ("something-new", True, True, "failed"),
    ],
)
def test_how_a_ring_behind_a_whisper_ended(
    status: str, bridged: bool | None, accepted: bool | None, outcome: str
) -> None:
    assert outcome_of(DialEnded(status, bridged, accepted), screened=True) == outcome


@pytest.mark.parametrize(("bridged", "outcome"), [(True, "taken"), (None, "taken"), (False, "passed_on")])
def test_without_a_whisper_whoever_answers_has_taken_it(bridged: bool | None, outcome: str) -> None:
    assert outcome_of(DialEnded("completed", bridged, None), screened=False) == outcome


def test_a_bridge_that_nobody_accepted_or_that_fell_through_rings_the_next_person() -> None:
    for ended in (DialEnded("completed", True, False), DialEnded("completed", False, True)):
        assert rung(walk("1", "0", ended).turns)[-1] == ("on_call", ("ben",))


def test_the_whisper_names_the_signs_and_the_key() -> None:
    sign = SKIN[:1].upper() + SKIN[1:]
    assert whispered(walk("1", "2", "1")).endswith(f"{sign}. Press 1 to take it, 2 to pass it on.")


def test_the_whisper_says_of_a_hidden_number_that_it_has_to_be_asked_for() -> None:
    withheld = replace(DAY, caller="withheld")
    assert f"{SKIN[1:]}. Number hidden, ask for it. Press 1" in whispered(walk("1", "2", "1", facts=withheld))
    assert "Wants a clinician. Number hidden, ask for it. Press 1" in whispered(
        walk("1", "0", facts=withheld)
    )
    for caller in ("home", "abroad"):
        assert "umber" not in whispered(walk("1", "0", facts=replace(DAY, caller=caller)))
    page = walk("1", "2", "1", facts=withheld).all("page_opened")
    assert page == [{"disposition": "clinician_now", "signs": (SKIN,)}]  # it is no sign


def test_the_desk_is_rung_without_a_whisper_or_a_page() -> None:
    call = walk("2", "1")
    assert isinstance(call.last.wait, Ring) and call.last.wait.whisper is None
    assert call.all("page_opened") == [] and call.all("disposition") == []


def test_phones_rung_together_are_one_ring() -> None:
    together = replace(DAY, hunts={"on_call": (("ana", "ben"),)}, rounds={"on_call": 1})
    assert rung(walk("1", "0", facts=together).turns) == [("on_call", ("ana", "ben"))]


def test_a_second_hunt_of_a_call_opens_no_second_page() -> None:
    nobody = [NO_ANSWER] * 4
    call = walk("1", "0", *nobody, Recorded(0, "0"), *nobody)
    assert len(rung(call.turns)) == 8
    assert len(call.all("page_opened")) == 1
    assert len(call.all("unanswered")) == 2


def test_every_ring_for_a_page_stands_behind_a_whisper_in_the_shipped_flows() -> None:
    for name, step in FLOWS.steps.items():
        if getattr(step, "disposition", None) and step.kind == "dial":
            assert "ress 1" in (getattr(step, "whisper", None) or ""), name


THREE = (("ana",), ("ben",), ("cem",))


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        (set(), ["ana", "ben", "cem", "ana", "ben", "cem"]),
        ({"ana"}, ["ben", "cem", "ben", "cem"]),
        ({"ben", "cem"}, ["ana", "ana"]),
        ({"ana", "ben", "cem"}, ["ana", "ben", "cem", "ana", "ben", "cem"]),  # better a phone that may fail
        ({"somebody"}, ["ana", "ben", "cem", "ana", "ben", "cem"]),
    ],
)
def test_a_phone_that_is_switched_off_is_passed_over_while_there_are_others(
    off: set[str], expected: list[str]
) -> None:
    facts = replace(DAY, hunts={"on_call": THREE * 2}, off=frozenset(off))
    call = walk("1", "0", *[NO_ANSWER] * len(expected), facts=facts)
    assert [leg for _, (leg,) in rung(call.turns)] == expected
    assert call.all("unanswered") == [{"group": "on_call"}]


def test_what_is_said_between_two_rings_is_not_said_before_the_first() -> None:
    facts = replace(DAY, hunts={"on_call": THREE}, off=frozenset({"ana"}))
    plain = walk("1", "0", NO_ANSWER, facts=replace(facts, off=frozenset()))
    passed = walk("1", "0", NO_ANSWER, facts=facts)
    assert [spoken(turn) for turn in plain.turns] == [spoken(turn) for turn in passed.turns]


def test_the_two_phones_that_are_always_tried_are_two_that_may_answer() -> None:
    facts = replace(DAY, hunts={"on_call": THREE}, off=frozenset({"ana"}))
    call = walk("1", "0", replace(facts, now=DAY.now + 300), NO_ANSWER, facts=facts)
    assert rung(call.turns)[-1] == ("on_call", ("cem",))


def test_a_phone_that_fails_for_good_while_it_rings_does_not_shift_whose_turn_it_is() -> None:
    facts = replace(DAY, hunts={"on_call": THREE})
    call = walk("1", "0", replace(facts, off=frozenset({"ana"})), NO_ANSWER, NO_ANSWER, facts=facts)
    assert [leg for _, (leg,) in rung(call.turns)] == ["ana", "ben", "cem"]


def test_phones_that_ring_together_all_ring_unless_all_of_them_are_off() -> None:
    hunts = {"on_call": (("ana", "ben"), ("cem",))}
    call = walk("1", "0", facts=replace(DAY, hunts=hunts, off=frozenset({"ana"})))
    assert rung(call.turns)[-1] == ("on_call", ("ana", "ben"))
    call = walk("1", "0", facts=replace(DAY, hunts=hunts, off=frozenset({"ana", "ben"})))
    assert rung(call.turns)[-1] == ("on_call", ("cem",))
