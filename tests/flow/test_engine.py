"""The engine from step to step: what is said, where a call stands, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.engine import MAX_STEPS, Lost, advance
from ivr.flow.model import Flow, Flows, Signed
from ivr.flow.steps import Ask, End, Goto, Say, Step
from ivr.flow.turn import (
    DialEnded,
    HangUp,
    HungUp,
    Keys,
    Listen,
    Position,
    Recorded,
    Ring,
    Silence,
    Start,
)
from tests.flow.shipped import DAY, FLOWS, KNOWN, NIGHT, NO_ANSWER, TAKEN, recording, rung, spoken, walk


def made_of(**steps: Step) -> Flows:
    """Flows of one open flow `f` with these steps; a call begins at `f.a`."""
    named = {f"f.{name}": step for name, step in steps.items()}
    flow = Flow("f", "open", "f.a", None, Signed(), named, "f.yaml", {})
    return Flows({"f": flow}, named, "f.a", "made", KNOWN)


def test_the_first_words_tell_when_to_ring_999_and_no_key_cuts_them_short() -> None:
    turn = walk().last
    assert "999" in turn.says[0]
    assert turn.says[0].startswith("Thank you for calling Rose Clinic.")
    assert isinstance(turn.wait, Listen)
    assert turn.wait.prompts == (
        "If you've had a treatment and something is wrong, press 1. To book, or for anything else, press 2.",
    )
    assert turn.heard == ("main.greeting", "main.topic")


def test_a_position_names_the_revision_and_counts_turns() -> None:
    positions = [turn.position for turn in walk("1", "2", "2").turns]
    assert [position.turn for position in positions] == [1, 2, 3, 4]
    assert {position.revision for position in positions} == {FLOWS.revision}


def test_the_topic_sets_the_path_once() -> None:
    assert walk().position.path == "open"
    assert walk("1").all("path") == [{"path": "symptom"}]
    assert walk("2").all("path") == [{"path": "booking"}]
    assert walk("1", "2", "2", "2", "2").all("path") == [{"path": "symptom"}]


def test_a_booking_caller_who_feels_unwell_changes_to_the_symptom_path() -> None:
    call = walk("2", "1", "1", facts=NIGHT)
    assert [event["path"] for event in call.all("path")] == ["booking", "symptom"]
    assert call.position.step == "concern.gate_emergency"


def test_words_that_may_be_cut_short_lie_inside_the_wait() -> None:
    turn = walk("1", "2", "2").last
    assert turn.says == ()
    assert isinstance(turn.wait, Listen)
    assert turn.wait.prompts[0] == "You can press 0 at any time to reach the clinician on call."
    assert turn.wait.prompts[1].startswith("Press 1 if any is true. Fever")


def test_a_condition_leaves_words_out() -> None:
    abroad = walk("1", "1", facts=replace(DAY, caller="abroad"))
    assert "Not in the UK? Call 112, or the local number for an ambulance." in abroad.heard()
    assert "concern.emergency_abroad" in abroad.last.heard
    at_home = walk("1", "1")
    assert not any("112" in words for words in at_home.heard())
    assert "concern.emergency_abroad" not in at_home.last.heard


def test_a_caller_who_rang_before_goes_straight_to_a_clinician() -> None:
    call = walk("1", facts=replace(DAY, repeat=True))
    assert rung(call.turns) == [("on_call", ("ana",))]
    assert call.all("page_opened") == [{"disposition": "clinician_now", "signs": ()}]
    assert isinstance(call.last.wait, Ring) and call.last.wait.whisper is not None
    assert "Rang before about a sign" in call.last.wait.whisper


def test_the_desk_is_rung_while_it_is_open_and_never_when_it_isnt() -> None:
    assert rung(walk("2", "1").turns) == [("reception", ("reception/0",))]
    shut = walk("2", "1", facts=NIGHT)
    assert rung(shut.turns) == []
    assert "It opens at 8 tomorrow." in spoken(shut.last)[0]


def test_an_opening_hours_table_that_nobody_knows_counts_as_closed() -> None:
    assert rung(walk("2", "1", facts=replace(DAY, open={})).turns) == []


def test_a_booking_caller_is_taken_by_the_desk() -> None:
    call = walk("2", "1", NO_ANSWER, TAKEN)
    assert rung(call.turns) == [("reception", ("reception/0",)), ("reception", ("reception/1",))]
    assert call.last.wait == HangUp()
    assert call.all("ended") == [{"step": "desk.desk_done"}]


def test_total_silence_at_the_topic_rings_nobody_and_is_offered_a_message() -> None:
    call = walk("", "", "", "")
    assert rung(call.turns) == []
    assert recording(call.last.wait) == ("general", 60, "1")
    assert walk("", "", "", "", Recorded(0)).all("ended") == [{"step": "main.heard_nothing"}]


def test_somebody_who_presses_nothing_but_wrong_keys_is_asked_about_signs() -> None:
    assert walk("7").position.step == "main.topic"
    assert walk("7", "#").position.step == "concern.gate_emergency"


@pytest.mark.parametrize("silences", [1, 2, 3])
def test_a_wrong_key_after_silences_shows_that_somebody_is_there(silences: int) -> None:
    assert walk(*[""] * silences, "9").position.step == "concern.gate_emergency"
    assert walk("9", *[""] * silences).position.step == ("main.topic" if silences < 3 else "main.unheard")


def test_a_menu_asked_again_has_counted_the_miss_and_a_new_menu_counts_anew() -> None:
    assert [turn.position.misses for turn in walk("9", "", "", "1").turns] == [0, 1, 2, 3, 0]


def test_without_wrong_tries_a_wrong_key_has_as_many_tries_as_silence() -> None:
    menu = Ask(ask="Which?", keys={"1": "f.b"}, tries=3, silence="f.b", wrong="f.b", again="Sorry.")
    flows = made_of(a=menu, b=End(end="Bye."))
    turns = walk("7", "8", "9", flows=flows).turns
    assert [turn.position.step for turn in turns] == ["f.a", "f.a", "f.a", "f.b"]
    turns = walk("7", flows=made_of(a=menu.model_copy(update={"wrong_tries": 1}), b=End(end="Bye."))).turns
    assert [turn.position.step for turn in turns] == ["f.a", "f.b"]


def test_what_is_said_again_comes_before_the_question_from_the_second_try_on() -> None:
    menu = Ask(ask="Which?", keys={"1": "f.b"}, tries=3, silence="f.b", wrong="f.b", again="Sorry.")
    turns = walk("", "7", "*", flows=made_of(a=menu, b=End(end="Bye."))).turns
    assert [spoken(turn) for turn in turns] == [("Which?",), *[("Sorry.", "Which?")] * 2, ("Which?",)]


@pytest.mark.parametrize(
    "odd", [DialEnded("completed", True, True), Recorded(30), Recorded(0, "1"), Silence()]
)
def test_what_does_not_fit_a_gate_counts_as_silence(odd: DialEnded | Recorded | Silence) -> None:
    assert walk("1", odd).position.misses == 1
    assert walk("1", odd, odd).all("sign")[0]["how"] == "silence"


@pytest.mark.parametrize("odd", [Keys("1"), Recorded(9), Silence()])
def test_what_does_not_fit_a_ring_counts_as_a_leg_that_failed(odd: Keys | Recorded | Silence) -> None:
    call = walk("1", "0", odd)
    assert [ring["outcome"] for ring in call.all("ring_ended")] == ["failed"]
    assert rung(call.turns)[-1] == ("on_call", ("ben",))


def test_what_does_not_fit_a_recording_counts_as_no_message() -> None:
    call = walk("", "", "", "", TAKEN)
    assert call.all("message") == []
    assert call.all("ended") == [{"step": "main.heard_nothing"}]


def test_a_caller_who_has_gone_is_noted_where_they_were() -> None:
    call = walk("1", "0", HungUp())
    assert call.last.wait == HangUp()
    assert call.last.says == ()
    assert call.all("hung_up") == [{"step": "concern.clinician_now"}]
    assert len(call.all("page_opened")) == 1  # it stays open


def test_the_same_four_values_give_an_equal_turn() -> None:
    before = walk("1", "0").position
    assert advance(FLOWS, before, NO_ANSWER, DAY) == advance(FLOWS, before, NO_ANSWER, replace(DAY))


def test_a_position_of_other_flows_is_refused() -> None:
    for step in ("", "concern.no_such_step", "nowhere.at_all", "main.greeting", "main.heard_nothing"):
        with pytest.raises(Lost, match="waits in flows"):
            advance(FLOWS, Position(step=step), Keys("1"), DAY)


def test_flows_that_lead_nowhere_are_refused_while_the_caller_waits() -> None:
    with pytest.raises(Lost, match="no step 'f.b'"):
        advance(made_of(a=Say(say="Hello.", next="f.b")), Position(), Start(), DAY)


def test_a_loop_in_which_nobody_is_waited_for_is_refused() -> None:
    with pytest.raises(Lost, match=f"within {MAX_STEPS} steps"):
        advance(made_of(a=Goto(goto="f.b"), b=Goto(goto="f.a")), Position(), Start(), DAY)


def test_a_menu_may_wait_longer_than_the_line_does_and_tells_the_recogniser_its_words() -> None:
    menu = Ask(ask="Which?", keys={"1": "f.b"}, words={"1": ("filler",)}, silence="f.b", wrong="f.b")
    brief = advance(made_of(a=menu), Position(), Start(), DAY).wait
    assert brief == Listen(("Which?",), KNOWN.listen_seconds, ("filler",))
    long = advance(made_of(a=menu.model_copy(update={"seconds": 20})), Position(), Start(), DAY).wait
    assert long == Listen(("Which?",), 20, ("filler",))


def test_words_in_braces_are_filled_and_a_word_without_a_value_is_left_out() -> None:
    flows = made_of(a=End(end="This is {clinic}. We open at {opens}."))
    turn = advance(flows, Position(), Start(), replace(DAY, words={"clinic": "Rose Clinic"}))
    assert turn.says == ("This is Rose Clinic. We open at .",)
