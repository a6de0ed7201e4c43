"""What no caller may meet, whatever they press and whoever picks up.

Each rule is tried on random calls, and on every turn that the shipped flows can take.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import event, given, settings

from ivr.flow.engine import advance
from ivr.flow.steps import Ask, Gate
from ivr.flow.turn import (
    Facts,
    HangUp,
    HungUp,
    Input,
    Keys,
    Listen,
    Position,
    Recorded,
    Ring,
    Silence,
    Start,
    TakeMessage,
)
from tests.flow.any_call import Call, calls, concerns, left_alone, worlds
from tests.flow.every_turn import every_turn
from tests.flow.shipped import DAY, FLOWS, NO_ANSWER, recording, spoken, walk

many = settings(max_examples=120)
NOT_FOR_SYMPTOMS = {"booking", "general"}


def on_symptom_path(call: Call) -> bool:
    return call.last.turn.position.path == "symptom"


def talked(call: Call) -> bool:
    """A clinician pressed 1, and nothing but the end came after it."""
    return call.since("ring_ended").has("ring_ended", group="on_call", outcome="taken")


def advised(call: Call) -> bool:
    """Nobody took it: a page is open, clinicians are told, and the caller heard where to turn now."""
    after = call.since("unanswered")
    withheld = call.last.facts.caller == "withheld"
    return (
        call.has("page_opened")
        and after.has("text", template="not_taken", to="on_call")
        and (withheld or after.has("text", template="safety_net", to="caller"))
        and any(recording(turn.wait) == ("urgent", 90, "0") for turn in after.turns)
        and any("999" in words or "111" in words for words in spoken(after.turns[0]))
        and "999" in after.heard()
    )


def promised(call: Call) -> bool:
    """A call-back was promised, spoken and sent, to a number that can be rung."""
    after = call.since("promised")
    return (
        call.last.facts.caller != "withheld"
        and after.has("text", template="summary", to="on_call")
        and after.has("text", template="safety_net", to="caller")
        and " ring you " in spoken(after.turns[0])[0]
        and recording(after.turns[0].wait) == ("clinical", 90, "0")
    )


@many
@given(concerns)
def test_a_symptom_call_ends_only_after_a_clinician_or_advice_or_a_promise(call: Call) -> None:
    call = left_alone(call)
    assert call.over and on_symptom_path(call)
    ways = [
        name
        for name, way, sign in (
            ("talked", talked, "ring_ended"),
            ("advised", advised, "unanswered"),
            ("promised", promised, "promised"),
        )
        if call.has(sign) and way(call)
    ]
    event(" and ".join(ways) or "none")
    assert ways


@many
@given(calls)
def test_a_caller_with_a_symptom_never_comes_to_the_desk(call: Call) -> None:
    symptom = False
    for turn in call.turns:
        assert not (symptom and turn.position.path != "symptom")
        symptom = symptom or turn.position.path == "symptom"
        if symptom:
            assert not (isinstance(turn.wait, Ring) and turn.wait.group != "on_call")
            assert not (isinstance(turn.wait, TakeMessage) and turn.wait.box in NOT_FOR_SYMPTOMS)


@many
@given(calls)
def test_nobody_on_call_is_rung_before_a_symptom_is_told(call: Call) -> None:
    for turn in call.turns:
        if isinstance(turn.wait, Ring) and turn.position.path != "symptom":
            assert (turn.position.path, turn.wait.group) == ("booking", "reception")
        if turn.position.path != "symptom":
            assert not any(e.kind in ("page_opened", "disposition", "promised", "text") for e in turn.events)


@given(worlds)
def test_999_is_in_the_very_first_words_and_no_key_cuts_them_short(world: Facts) -> None:
    turn = advance(FLOWS, Position(), Start(), world)
    assert "999" in turn.says[0]


@many
@given(calls)
def test_no_call_goes_on_for_ever_by_itself(call: Call) -> None:
    rest = left_alone(call)
    assert rest.over
    assert len(rest.steps) - len(call.steps) <= 24


@many
@given(calls)
def test_every_turn_counts_one_and_asks_no_question_too_often(call: Call) -> None:
    for step in call.steps:
        assert step.turn.position.turn == step.before.turn + 1
        waits = FLOWS.steps[step.turn.position.step]
        if isinstance(waits, Gate | Ask) and isinstance(step.turn.wait, Listen):
            assert step.turn.position.misses < (waits.tries if isinstance(waits, Ask) else 2)
        else:
            assert step.turn.position.misses == 0


@many
@given(calls)
def test_the_same_four_values_give_an_equal_turn(call: Call) -> None:
    for step in call.steps:
        again = advance(FLOWS, replace(step.before), step.received, replace(step.facts))
        assert again == step.turn
        assert hash(again.position) == hash(step.turn.position)


@many
@given(calls)
def test_the_page_is_open_before_a_clinician_rings_and_there_is_only_one(call: Call) -> None:
    kinds = [e.kind for e in call.events if e.kind == "page_opened" or dict(e.data).get("group") == "on_call"]
    assert kinds.count("page_opened") <= 1
    assert not kinds or kinds[0] == "page_opened"
    for turn in call.turns:
        if isinstance(turn.wait, Ring) and turn.wait.group == "on_call":
            assert turn.position.paged
            assert turn.wait.legs and turn.wait.whisper and "ress 1" in turn.wait.whisper


@many
@given(calls)
def test_every_ring_that_begins_also_ends_on_record(call: Call) -> None:
    begun = [(e.get("group"), e.get("legs")) for e in call.events if e.kind == "ringing"]
    ended = [(e.get("group"), e.get("legs")) for e in call.events if e.kind == "ring_ended"]
    still = isinstance(call.last.turn.wait, Ring)
    assert begun[: len(begun) - still] == ended


@many
@given(calls)
def test_what_was_recorded_is_kept_and_nothing_else(call: Call) -> None:
    for step in call.steps:
        waiting = FLOWS.steps.get(step.before.step)
        recorded = step.received if isinstance(step.received, Recorded) else Recorded(0)
        kept = [e.get("seconds") for e in step.turn.events if e.kind == "message"]
        expected = [recorded.seconds] if waiting and waiting.kind == "record" and recorded.seconds else []
        assert kept == expected


@many
@given(concerns)
def test_silence_on_the_symptom_path_always_rings_a_clinician(call: Call) -> None:
    for place, step in enumerate(call.steps, 1):
        if not isinstance(step.turn.wait, Listen) or step.turn.position.path != "symptom":
            continue
        rest = left_alone(Call(call.steps[:place])).steps[place:]
        after = next(step.turn for step in rest if not isinstance(step.turn.wait, Listen))
        assert any(e.kind == "disposition" for e in after.events)
        if step.facts.hunts.get("on_call"):
            assert isinstance(after.wait, Ring) and after.wait.group == "on_call"
        else:
            assert recording(after.wait) == ("urgent", 90, "0")


def test_silence_from_every_question_about_signs_rings_a_clinician_soon() -> None:
    for turn in every_turn():
        if isinstance(turn.wait, Listen) and turn.position.path == "symptom":
            after, silences = turn, 0
            while isinstance(after.wait, Listen):
                after = advance(FLOWS, after.position, Silence(), DAY)
                silences += 1
            assert isinstance(after.wait, Ring) and after.wait.group == "on_call"
            assert silences <= 6


def test_key_0_rings_a_clinician_from_every_question_and_recording_about_signs() -> None:
    for turn in every_turn():
        if turn.position.path == "symptom" and isinstance(turn.wait, Listen | TakeMessage):
            # In a recording it may come before the tone or after it.
            for zero in (Keys("0"), Recorded(0, "0"))[: 1 + isinstance(turn.wait, TakeMessage)]:
                after = advance(FLOWS, turn.position, zero, DAY)
                assert isinstance(after.wait, Ring) and after.wait.group == "on_call"


def test_key_0_in_an_emergency_rings_for_the_emergency_again_and_names_nothing_less_than_999() -> None:
    emergencies = [turn for turn in every_turn() if turn.position.step == "concern.emergency_message"]
    assert emergencies
    for turn in emergencies:
        for zero in (Keys("0"), Recorded(4, "0")):
            after = advance(FLOWS, turn.position, zero, DAY)
            assert after.position.step == "concern.ring_anyway"
            assert isinstance(after.wait, Ring) and "emergency" in (after.wait.whisper or "")


def test_a_caller_who_hangs_up_leaves_the_page_open_and_hears_nothing_more() -> None:
    for turn in every_turn():
        if not isinstance(turn.wait, HangUp):
            after = advance(FLOWS, turn.position, HungUp(), DAY)
            assert after.wait == HangUp() and spoken(after) == ()
            assert after.position == replace(turn.position, turn=turn.position.turn + 1)


def test_no_words_of_the_symptom_path_send_anybody_away() -> None:
    for turn in every_turn():
        if turn.position.path == "symptom" and isinstance(turn.wait, HangUp) and turn.says:
            assert "999" in turn.says[-1] or "ring us again" in turn.says[-1]


def test_an_emergency_is_told_to_ring_999_before_anything_rings_whatever_came_before() -> None:
    for turn in every_turn():
        if any(e.kind == "page_opened" and e.get("disposition") == "emergency" for e in turn.events):
            assert sum("call 999" in words for words in turn.says) >= 2  # and no key cuts them short
            assert any(e.kind == "text" and e.get("template") == "told" for e in turn.events)


def test_a_long_call_of_a_patient_who_tries_again_and_again_still_ends_well() -> None:
    again: list[Input] = [Recorded(3, "0"), *[NO_ANSWER] * 4]
    call = walk("1", "0", *again[1:], *again * 5, Recorded(0))
    assert len(call.all("unanswered")) == 6 and len(call.all("page_opened")) == 1
    assert call.last.wait == HangUp()
