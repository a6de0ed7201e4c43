"""Turns as TwiML: exactly which verbs and attributes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.turn import HangUp, Listen, Ring
from ivr.telephony.compose import hints_of, seconds_of
from tests.telephony.links import NUMBERS, Verb, names, read, spoken
from tests.telephony.turns import LINKS, LISTEN, MESSAGE, RING, SCRIPT, TURN_URL, VOICE, WHISPER, a_turn


def test_a_question_is_asked_inside_the_wait_so_that_a_key_cuts_it_short() -> None:
    [first, second, gather, redirect] = read(SCRIPT.turn(a_turn(LISTEN, "Thank you.", "Call 999."), LINKS))
    assert first == ("Say", VOICE, "Thank you.", [])
    assert second == ("Say", VOICE, "Call 999.", [])
    assert gather == (
        "Gather",
        {
            "input": "dtmf speech",
            "numDigits": "1",
            "finishOnKey": "",
            "timeout": "5",
            "speechTimeout": "2",
            "speechModel": "phone_call",
            "language": "en-GB",
            "hints": "yes, no, not sure",
            "actionOnEmptyResult": "true",
            "action": TURN_URL,
            "method": "POST",
        },
        "",
        [("Say", VOICE, "Press 1 for yes, or 2 for no.", [])],
    )
    assert redirect == ("Redirect", {"method": "POST"}, TURN_URL, [])


def test_a_wait_may_have_no_prompt_and_no_hints() -> None:
    [gather, _] = read(SCRIPT.turn(a_turn(Listen((), 8)), LINKS))
    assert gather[3] == [] and "hints" not in gather[1] and gather[1]["timeout"] == "8"


def test_a_hint_with_a_comma_stays_one_hint() -> None:
    [gather, _] = read(SCRIPT.turn(a_turn(Listen((), 5, ("no, thanks", "yes"))), LINKS))
    assert gather[1]["hints"] == "no  thanks, yes"


def test_only_as_many_hints_are_given_as_twilio_takes() -> None:
    assert hints_of(["", ",", "\x00"]) is None
    assert hints_of(["x" * 120, "", "yes"]) == "x" * 100 + ", yes"
    assert str(hints_of(["yes"] * 501)).count("yes") == 500


def test_a_ring_shows_our_number_and_lets_nobody_in_without_the_whisper() -> None:
    [say, dial] = read(SCRIPT.turn(a_turn(RING, "I am calling your clinician now."), LINKS))
    assert say[2] == "I am calling your clinician now."
    assert dial == (
        "Dial",
        {
            "action": TURN_URL,
            "method": "POST",
            "timeout": "15",
            "callerId": "+441632960000",
            "ringTone": "uk",
        },
        "",
        [
            (
                "Number",
                {
                    "url": "https://line.example/whisper?leg=ana&n=1",
                    "method": "POST",
                    "statusCallback": "https://line.example/leg?leg=ana&p=14",
                    "statusCallbackMethod": "POST",
                    "statusCallbackEvent": "ringing answered completed",
                },
                NUMBERS["ana"],
                [],
            )
        ],
    )


def test_the_desk_is_rung_together_and_without_a_whisper() -> None:
    [dial] = read(SCRIPT.turn(a_turn(Ring("reception", ("desk", "ben"))), LINKS))
    assert [number[2] for number in dial[3]] == [NUMBERS["desk"], NUMBERS["ben"]]
    assert all("url" not in number[1] and "method" not in number[1] for number in dial[3])
    assert [number[1]["statusCallback"] for number in dial[3]] == [
        "https://line.example/leg?leg=desk&p=14",
        "https://line.example/leg?leg=ben&p=14",
    ]


def test_ten_phones_can_be_rung_at_once() -> None:
    legs = tuple(f"leg{n}" for n in range(10))
    [dial] = read(SCRIPT.turn(a_turn(Ring("all", legs, WHISPER)), LINKS))
    assert [number[1]["url"] for number in dial[3]] == [
        f"https://line.example/whisper?leg=leg{n}&n=10" for n in range(10)
    ]


@pytest.mark.parametrize("count", [0, 11])
def test_no_phone_and_eleven_phones_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"group all: a ring has 1 to 10 legs, not {count}"):
        SCRIPT.turn(a_turn(Ring("all", ("ana",) * count)), LINKS)


RECORD: Verb = (
    "Record",
    {
        "action": TURN_URL,
        "method": "POST",
        "timeout": "10",
        "maxLength": "90",
        "finishOnKey": "#1",
        "playBeep": "true",
        "trim": "trim-silence",
        "recordingStatusCallback": "https://line.example/recording?p=14&s=x",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed absent",
    },
    "",
    [],
)
GO_ON: Verb = ("Redirect", {"method": "POST"}, TURN_URL, [])


def test_a_key_is_heard_while_the_words_before_the_tone_are_spoken() -> None:
    [say, gather, record, redirect] = read(SCRIPT.turn(a_turn(MESSAGE, "Our desk is closed."), LINKS))
    assert say == ("Say", VOICE, "Our desk is closed.", [])
    assert gather == (
        "Gather",
        {
            "input": "dtmf",
            "numDigits": "1",
            "finishOnKey": "",
            "timeout": "1",  # whoever presses nothing gets the tone, and no request of ours in between
            "action": TURN_URL,
            "method": "POST",
        },
        "",
        [("Say", VOICE, words, []) for words in MESSAGE.prompts],
    )
    assert (record, redirect) == (RECORD, GO_ON)


def test_a_message_is_recorded_and_goes_on_even_if_it_is_empty() -> None:
    assert read(SCRIPT.turn(a_turn(replace(MESSAGE, prompts=())), LINKS)) == [RECORD, GO_ON]


def test_where_no_key_leads_on_the_words_before_the_tone_are_just_spoken() -> None:
    message = replace(MESSAGE, keys="")
    [first, second, record, _] = read(SCRIPT.turn(a_turn(message), LINKS))
    assert [first, second] == [("Say", VOICE, words, []) for words in MESSAGE.prompts]
    assert record[1]["finishOnKey"] == "#"


def test_the_end() -> None:
    assert read(SCRIPT.turn(a_turn(HangUp(), "Hang up now and call 999."), LINKS)) == [
        ("Say", VOICE, "Hang up now and call 999.", []),
        ("Hangup", {}, "", []),
    ]
    assert names(SCRIPT.decline()) == ["Hangup"]
    assert names(SCRIPT.bridge()) == names(SCRIPT.nothing()) == []


def test_a_whisper_without_an_answer_ends_the_leg() -> None:
    [gather, hangup] = read(SCRIPT.whisper(WHISPER, "https://line.example/accept?t=1&u=2"))
    said: Verb = ("Say", VOICE, WHISPER, [])
    assert gather == (
        "Gather",
        {
            "input": "dtmf",
            "numDigits": "1",
            "finishOnKey": "",
            "timeout": "4",
            "action": "https://line.example/accept?t=1&u=2",
            "method": "POST",
        },
        "",
        [said, ("Pause", {"length": "1"}, "", []), said],
    )
    assert hangup == ("Hangup", {}, "", [])


def test_the_words_of_the_house_are_whispered_twice() -> None:
    assert seconds_of(WHISPER) == pytest.approx(8.2, abs=0.5)
    assert spoken(SCRIPT.whisper(WHISPER, "/x")) == [WHISPER, WHISPER]
