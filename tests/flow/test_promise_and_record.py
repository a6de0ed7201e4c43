"""Promises of a call-back, messages, and the texts that go with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.turn import HangUp, HungUp, Input, Recorded
from tests.flow.shipped import DAY, NIGHT, NO_ANSWER, recording, rung, spoken, walk

TWO_HOURS = ("1", "2", "2", "1", "2")
SAME_DAY = ("1", "2", "2", "2", "1", "3")
ROUTINE = ("1", "2", "2", "2", "2")
WITHHELD = replace(DAY, caller="withheld")
NOBODY_TOOK_IT: tuple[str | Input, ...] = ("1", "0", *[NO_ANSWER] * 4)


@pytest.mark.parametrize(
    ("keys", "promise", "words"),
    [
        (TWO_HOURS, "two_hours", "A clinician will ring you within 2 hours."),
        (SAME_DAY, "same_day", "A clinician will ring you by 8 this evening."),
        (ROUTINE, "routine", "We will ring you by 12 tomorrow."),
    ],
)
def test_a_promise_is_noted_spoken_and_sent_to_both(keys: tuple[str, ...], promise: str, words: str) -> None:
    call = walk(*keys)
    assert call.all("promised") == [{"promise": promise, "disposition": promise}]
    assert call.all("disposition") == [{"disposition": promise}]
    assert call.texts() == [("summary", "on_call"), ("safety_net", "caller")]
    assert spoken(call.last)[0].startswith(words)
    assert recording(call.last.wait) == ("clinical", 90, "0")
    assert call.all("page_opened") == [] and rung(call.turns) == []


@pytest.mark.parametrize("keys", [TWO_HOURS, SAME_DAY, ROUTINE])
def test_nobody_can_ring_a_withheld_number_so_that_caller_is_put_through(keys: tuple[str, ...]) -> None:
    call = walk(*keys, facts=WITHHELD)
    assert call.all("promised") == []
    assert rung(call.turns) == [("on_call", ("ana",))]


@pytest.mark.parametrize("keys", [TWO_HOURS, SAME_DAY, ROUTINE])
def test_a_caller_from_abroad_is_rung_back_like_any_other(keys: tuple[str, ...]) -> None:
    assert len(walk(*keys, facts=replace(DAY, caller="abroad")).all("promised")) == 1


def test_a_withheld_number_is_sent_no_text_but_the_clinicians_are() -> None:
    assert walk(*NOBODY_TOOK_IT, facts=WITHHELD).texts() == [("not_taken", "on_call")]


def test_after_a_promise_more_can_be_said_and_the_call_ends_either_way() -> None:
    told = walk(*ROUTINE, Recorded(20))
    assert told.all("message") == [{"box": "clinical", "seconds": 20}]
    untold = walk(*ROUTINE, Recorded(0))
    assert untold.all("message") == []
    for call in (told, untold):
        assert call.last.says == ("If we have not rung you by then, ring us again and press 1.",)
        assert call.last.wait == HangUp()


def test_key_0_after_a_promise_still_rings_a_clinician() -> None:
    call = walk(*ROUTINE, Recorded(4, "0"))
    assert call.all("message") == [{"box": "clinical", "seconds": 4}]
    assert call.all("page_opened") == [{"disposition": "clinician_now", "signs": ()}]
    assert rung(call.turns) == [("on_call", ("ana",))]


def test_an_urgent_message_is_told_to_those_on_call() -> None:
    call = walk(*NOBODY_TOOK_IT, Recorded(31))
    assert call.all("message") == [{"box": "urgent", "seconds": 31}]
    assert call.texts()[-1] == ("message_left", "on_call")
    assert "A and E" in call.last.says[-1] and "999" in call.last.says[-1]


def test_no_urgent_message_tells_nobody_and_the_advice_is_the_same() -> None:
    call = walk(*NOBODY_TOOK_IT, Recorded(0))
    assert ("message_left", "on_call") not in call.texts()
    assert "A and E" in call.last.says[-1]


def test_key_0_in_an_urgent_message_keeps_what_was_said_and_tries_again() -> None:
    call = walk(*NOBODY_TOOK_IT, Recorded(12, "0"))
    assert call.all("message") == [{"box": "urgent", "seconds": 12}]
    assert len(rung(call.turns)) == 5


def test_a_booking_message_is_announced_as_recorded_before_the_tone() -> None:
    call = walk("2", "1", "", facts=NIGHT)
    assert "We record messages so we can help you. We keep them for 30 days." in spoken(call.last)[0]
    assert recording(call.last.wait) == ("booking", 90, "1")
    saved = walk("2", "1", "", Recorded(15), facts=NIGHT)
    assert saved.all("message") == [{"box": "booking", "seconds": 15}]
    assert saved.texts() == [] and rung(saved.turns) == []


def test_a_booking_caller_who_says_nothing_hears_that_nothing_was_kept() -> None:
    call = walk("2", "1", "", Recorded(0), facts=NIGHT)
    assert call.last.says[0].startswith("I heard no message. Please ring us again.")


@pytest.mark.parametrize("seconds", [0, 7])
def test_key_1_in_a_booking_message_leads_to_the_checklist(seconds: int) -> None:
    call = walk("2", "1", "", Recorded(seconds, "1"), facts=NIGHT)
    assert call.position.step == "concern.gate_emergency"
    assert len(call.all("message")) == (1 if seconds else 0)


def test_a_key_that_the_recording_does_not_know_ends_it_like_silence() -> None:
    call = walk("2", "1", "", Recorded(9, "#"), facts=NIGHT)
    assert call.all("ended") == [{"step": "desk.saved"}]
    zero = walk("2", "1", "", Recorded(9, "0"), facts=NIGHT)  # no way to a clinician from a booking
    assert zero.all("ended") == [{"step": "desk.saved"}] and rung(zero.turns) == []


@pytest.mark.parametrize(("seconds", "kept"), [(0, []), (42, [{"box": "urgent", "seconds": 42}])])
def test_what_was_said_before_hanging_up_is_kept(seconds: int, kept: list[dict[str, object]]) -> None:
    call = walk(*NOBODY_TOOK_IT, HungUp(seconds))
    assert call.all("message") == kept
    assert call.all("hung_up") == [{"step": "concern.urgent_message"}]


def test_seconds_of_a_recording_are_no_message_where_nothing_was_recorded() -> None:
    assert walk("1", HungUp(30)).all("message") == []


def test_a_silent_caller_can_leave_a_message_in_the_general_box() -> None:
    call = walk("", "", "", "", Recorded(10))
    assert call.all("message") == [{"box": "general", "seconds": 10}]
    assert "press 1" in call.last.says[-1]
