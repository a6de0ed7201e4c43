"""The words before a recording: a key that is pressed while they are spoken counts at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.flow.loader import load
from ivr.flow.turn import Input, Recorded, Silence, Speech, TakeMessage
from tests.flow.shipped import DAY, KNOWN, NIGHT, NO_ANSWER, rung, walk
from tests.flow.sound import CONCERN, MAIN

VOICEMAIL: tuple[str, ...] = ("2", "1", "")  # by night: the topic, the age, no sign
URGENT: tuple[str | Input, ...] = ("1", "0", *[NO_ANSWER] * 4)


def test_all_words_before_the_tone_lie_inside_the_wait() -> None:
    turn = walk(*VOICEMAIL, facts=NIGHT).last
    assert isinstance(turn.wait, TakeMessage) and turn.says == ()
    assert [words[:15] for words in turn.wait.prompts] == ["We record messa", "To ask about a "]
    assert turn.heard == ("desk.notice", "desk.voicemail")


def test_a_key_of_the_step_leaves_before_anything_is_recorded() -> None:
    call = walk(*VOICEMAIL, "1", facts=NIGHT)
    assert call.position.step == "concern.gate_emergency"
    assert call.all("message") == []


def test_key_0_rings_a_clinician_before_the_tone_but_not_for_a_booking() -> None:
    assert len(rung(walk(*URGENT, "0").turns)) == 5
    booking = walk(*VOICEMAIL, "0", facts=NIGHT)
    assert rung(booking.turns) == [] and booking.position.step == "desk.voicemail"


@pytest.mark.parametrize("key", ["7", "#", "*", "70"])
def test_any_other_key_brings_the_tone_at_once(key: str) -> None:
    before = walk(*URGENT).last
    call = walk(*URGENT, key)
    assert isinstance(before.wait, TakeMessage)
    assert call.last.wait == replace(before.wait, prompts=())
    assert call.last.says == () and call.last.heard == () and call.last.events == ()
    assert call.position == replace(before.position, turn=before.position.turn + 1)


def test_a_message_after_a_key_is_kept_and_its_keys_still_lead_on() -> None:
    assert walk(*VOICEMAIL, "7", Recorded(12), facts=NIGHT).all("message") == [
        {"box": "booking", "seconds": 12}
    ]
    again = walk(*VOICEMAIL, "7", Recorded(3, "1"), facts=NIGHT)
    assert again.position.step == "concern.gate_emergency" and len(again.all("message")) == 1


@pytest.mark.parametrize("odd", [Silence(), Speech("one"), Recorded(0)])
def test_what_is_no_key_and_no_message_is_nothing_said(odd: Input) -> None:
    assert walk(*VOICEMAIL, odd, facts=NIGHT).all("ended") == [{"step": "desk.not_saved"}]


def test_in_an_emergency_key_0_rings_for_the_emergency_again() -> None:
    call = walk("1", "1", *[NO_ANSWER] * 4, "0")
    assert call.position.step == "concern.ring_anyway"
    assert call.all("disposition") == [{"disposition": "emergency"}] * 2
    assert len(call.all("page_opened")) == 1


def test_words_that_no_key_may_cut_short_stand_before_the_wait(tmp_path: Path) -> None:
    steps = CONCERN.replace(
        "next: more}", 'next: words}\n  words: {say: "We ring you.", interrupt: false, next: more}'
    ).replace("record: clinical", 'record: clinical\n    say: "Speak now."')
    (tmp_path / "main.yaml").write_text(MAIN, "utf-8")
    (tmp_path / "concern.yaml").write_text(steps, "utf-8")
    turn = walk("1", "2", facts=DAY, flows=load(tmp_path, "main", KNOWN)).last
    assert turn.says == ("We ring you.",)
    assert turn.wait == TakeMessage("clinical", 90, "0", ("Speak now.",))
