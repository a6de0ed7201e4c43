"""Phones rung one after the other, until a person has pressed 1."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.dial import OUTCOMES, outcome_of
from ivr.flow.turn import DialEnded, Facts, HangUp, HungUp, Recorded, Ring, TakeMessage
from tests.flow.shipped import DAY, FLOWS, NO_ANSWER, NOBODY, TAKEN, VOICEMAIL, rung, walk

STATUSES = ("completed", "answered", "busy", "no-answer", "failed", "canceled", "", "in-progress")

SKIN = FLOWS.steps["concern.gate_skin"].model_dump()["sign"]


def later(seconds: int) -> Facts:
    return replace(DAY, now=DAY.now + seconds)


def test_the_page_is_open_before_anything_rings() -> None:
    kinds = [event.kind for event in walk("1", "0").last.events]
    assert kinds == ["disposition", "page_opened", "ringing"]


def test_people_are_rung_in_order_and_the_caller_hears_of_it() -> None:
    call = walk("1", "0", NO_ANSWER, VOICEMAIL, NO_ANSWER)
    assert rung(call.turns) == [("on_call", (leg,)) for leg in ("ana", "ben", "ana", "ben")]
    assert [turn.says for turn in call.turns[2:]] == [
        (FLOWS.steps["concern.clinician_now"].model_dump()["say"],),
        ("I am trying another phone now. Please stay on the line.",),
        ("Still calling. If you can't breathe, can't see, or feel faint, hang up and call 999.",),
        ("Still calling. If you can't breathe, can't see, or feel faint, hang up and call 999.",),
    ]
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
    assert "Please go to A and E now, or call 111." in call.last.says[0]
    assert call.texts() == [("not_taken", "on_call"), ("safety_net", "caller")]
    assert call.last.wait == TakeMessage("urgent", 90, "0")


def test_with_nobody_on_call_the_advice_comes_at_once_and_the_page_is_open() -> None:
    call = walk("1", "0", facts=NOBODY)
    assert rung(call.turns) == []
    assert len(call.all("page_opened")) == 1
    assert any("111" in words for words in call.last.says)


def test_everybody_is_rung_once_however_long_it_takes() -> None:
    call = walk("1", "0", later(300), NO_ANSWER)
    assert rung(call.turns)[-1] == ("on_call", ("ben",))


def test_after_the_first_round_the_limit_ends_the_hunt() -> None:
    in_time = walk("1", "0", NO_ANSWER, later(60), NO_ANSWER)
    assert rung(in_time.turns)[-1] == ("on_call", ("ana",)) and in_time.all("unanswered") == []
    late = walk("1", "0", NO_ANSWER, later(61), NO_ANSWER)
    assert len(rung(late.turns)) == 2 and late.all("unanswered") == [{"group": "on_call"}]


def test_a_hunt_that_is_begun_again_has_all_its_time_and_people() -> None:
    again = walk("1", "0", *[NO_ANSWER] * 4, later(500), Recorded(0, "0"), NO_ANSWER, NO_ANSWER)
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
    wait = walk("1", "2", "1").last.wait
    assert isinstance(wait, Ring)
    assert wait.whisper is not None
    assert SKIN[:1].upper() + SKIN[1:] + ". Press 1 to take it, or 2 to pass it on." in wait.whisper


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
