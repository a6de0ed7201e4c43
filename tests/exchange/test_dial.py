"""Dial and Number, rule by rule as https://www.twilio.com/docs/voice/twiml/dial and …/number have them."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.exchange.acts import Person
from ivr.exchange.caller import Caller, Leaves, Presses, Waits
from ivr.exchange.people import (
    Answers,
    Busy,
    HangsUp,
    NoAnswer,
    Rejects,
    Screening,
    SwitchedOff,
    Unreachable,
    Voicemail,
)
from tests.exchange.line_desk import ANA, CALLER, CLINIC, open_line
from tests.exchange.ringing_line import outcome, pages, ring


def test_a_phone_that_takes_the_call_is_joined_after_its_whisper() -> None:
    with open_line(pages(ring(ANA))) as desk:
        desk.exchange.phone(ANA, Answers(after=6, press="1", talk=60))
        assert desk.call(Caller()).splitlines() == [
            "   0 Ana     rings",
            "   6 Ana     answers",
            "   6 Ana     hears: Press 1 to take it.",
            "  10 Ana     presses 1",
            "  10 line    joins caller and Ana",
            "  70 Ana     hangs up",
            "  70 line    After.",
            "  72 line    hangs up",
        ]
        assert outcome(desk) == ("completed", "true", "64")


@pytest.mark.parametrize(
    ("person", "expected", "seconds"),
    [
        (NoAnswer(), ("no-answer", "false", "0"), 20),  # timeout 15, and the 5 that Twilio adds
        (Busy(), ("busy", "false", "0"), 1),
        (Rejects(4), ("busy", "false", "0"), 4),
        (Unreachable(), ("failed", "false", "0"), 1),
        (Voicemail(after=30), ("no-answer", "false", "0"), 20),
        (Voicemail(after=18, talks=9), ("completed", "false", "9"), 27),
        (Answers(after=3, press="2"), ("completed", "false", "4"), 7),
        (Answers(after=3, press=""), ("completed", "false", "10"), 13),
        (HangsUp(after=3, into=2), ("completed", "false", "2"), 5),
        (Screening(after=4), ("completed", "false", "10"), 14),
        (SwitchedOff(), ("completed", "false", "10"), 11),
    ],
)
def test_who_does_not_take_the_call(person: Person, expected: tuple[str, ...], seconds: int) -> None:
    with open_line(pages(ring(ANA, attributes='timeout="15"'))) as desk:
        desk.exchange.phone(ANA, person)
        transcript = desk.call(Caller())
        assert outcome(desk) == expected and "joins" not in transcript
        [at] = desk.seconds("/after")
        assert int(at) == seconds


def test_without_an_action_the_next_verb_follows() -> None:
    page = f"<Dial><Number>{ANA}</Number></Dial><Say>Nobody came.</Say>"
    with open_line({"/voice": page}) as desk:
        desk.exchange.phone(ANA, Busy())
        assert "Nobody came." in desk.call(Caller())


def test_a_legs_progress_is_numbered() -> None:
    with open_line(pages(ring(ANA))) as desk:
        desk.exchange.phone(ANA, Answers(after=6, talk=60))
        desk.call(Caller())
        told = [(form["SequenceNumber"], form["CallStatus"]) for form in desk.forms("/leg")]
        assert told == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
        assert desk.forms("/leg")[3]["CallDuration"] == "64"
        assert [int(at) for at in desk.seconds("/leg")] == [0, 0, 6, 70]


def test_only_the_events_asked_for_are_told() -> None:
    page = f'<Dial><Number statusCallback="/leg">{ANA}</Number></Dial>'
    with open_line({"/voice": page}) as desk:
        desk.exchange.phone(ANA, Busy())
        desk.call(Caller())
        assert [(form["CallStatus"], form["SequenceNumber"]) for form in desk.forms("/leg")] == [
            ("busy", "2")
        ]


def test_the_caller_hangs_up_while_it_rings() -> None:
    with open_line(pages(ring(ANA)), status_callback="/status") as desk:
        desk.exchange.phone(ANA, NoAnswer())
        transcript = desk.call(Caller(Leaves(12)))
        assert transcript.splitlines()[1:] == ["  12 caller  hangs up", "  12 Ana     stops ringing"]
        assert desk.forms("/after") == [] and desk.seconds("/status") == [12.0]
        assert desk.forms("/leg")[-1]["CallStatus"] == "canceled"


def test_the_caller_hangs_up_once_joined_though_asked_to_wait() -> None:
    dial = '<Gather action="/key" numDigits="1"/>'
    with open_line(pages(dial) | {"/key": ring(ANA)}) as desk:
        desk.exchange.phone(ANA, Answers(after=5, talk=None))
        transcript = desk.call(Caller(Presses("1"), Leaves(40)))
        assert transcript.splitlines()[-2:] == ["  11 line    joins caller and Ana", "  42 caller  hangs up"]
        assert desk.forms("/leg")[-1]["CallStatus"] == "completed"


def test_a_wait_item_is_taken_by_a_dial_and_others_are_not() -> None:
    with open_line(
        pages(ring(ANA)) | {"/after": '<Gather action="/key" numDigits="1"/>', "/key": "<Hangup/>"}
    ) as desk:
        desk.exchange.phone(ANA, Busy())
        desk.call(Caller(Waits(), Presses("4")))
        desk.call(Caller(Presses("5")))
        assert [form["Digits"] for form in desk.forms("/key")] == ["4", "5"]


def test_a_phone_that_nobody_set_up_is_unexpected() -> None:
    with open_line(pages(ring(ANA)), unexpected=True) as desk:
        desk.call(Caller())
        assert desk.exchange.unexpected == [f"a phone that nobody set up was rung: {ANA}"]
        assert outcome(desk)[0] == "no-answer"
    with open_line(pages(ring(ANA))) as desk:
        desk.exchange.others(Busy())
        desk.call(Caller())
        assert outcome(desk)[0] == "busy"


@pytest.mark.parametrize(
    ("caller_id", "from_", "works"),
    [
        ("", CALLER, True),  # the caller's own: the default
        (f'callerId="{CLINIC}"', "anonymous", True),
        (f'callerId="{CALLER}"', CALLER, True),
        ("", "anonymous", False),
        ("", "+266696687", True),  # looks like a number: networks let it through
        ('callerId="+447700900999"', CALLER, False),
    ],
)
def test_the_number_shown_must_be_ours_or_the_callers(caller_id: str, from_: str, works: bool) -> None:
    page = f'<Dial action="/after" {caller_id}><Number>{ANA}</Number></Dial>'
    with open_line(pages(page), unexpected=True) as desk:
        desk.exchange.phone(ANA, Busy())
        desk.call(Caller(), from_)
        assert outcome(desk)[0] == ("busy" if works else "failed")
        assert [what[:6] for what in desk.exchange.unexpected] == ([] if works else ["13214:"])


def test_a_number_that_the_network_refuses_fails() -> None:
    with open_line(pages(ring(ANA))) as desk:
        desk.exchange.book.refuse(ANA)
        desk.exchange.phone(ANA, Answers())
        desk.call(Caller())
        assert outcome(desk) == ("failed", "false", "0")


def test_a_star_ends_the_call_of_the_phone_only_if_wished() -> None:
    for attributes, expected in (('hangupOnStar="true"', "12"), ("", "60")):
        with open_line(pages(ring(ANA, attributes=attributes, url=False))) as desk:
            desk.exchange.phone(ANA, Answers(after=3, talk=60))
            desk.exchange.dial(CALLER, CLINIC, _Stars(at=12.0))
            desk.exchange.run()
            assert outcome(desk) == ("completed", "true", expected)


class _Stars:
    """A caller who presses 5, then a star, after being joined."""

    def __init__(self, at: float) -> None:
        self.at = at

    def does(self, moment: Any) -> Any:
        from ivr.exchange.acts import Press

        return [(self.at - 1, Press("5")), (self.at, Press("*"))] if moment.kind == "joined" else []


def test_a_time_limit_ends_the_talk() -> None:
    with open_line(pages(ring(ANA, attributes='timeLimit="30"', url=False))) as desk:
        desk.exchange.phone(ANA, Answers(after=3, talk=None))
        desk.call(Caller())
        assert outcome(desk) == ("completed", "true", "30")


def test_a_dial_may_be_recorded() -> None:
    attributes = 'record="record-from-answer" recordingStatusCallback="/recorded"'
    with open_line(pages(ring(ANA, attributes=attributes))) as desk:
        desk.exchange.phone(ANA, Answers(talk=30))
        desk.call(Caller())
        [after], [told] = desk.forms("/after"), desk.forms("/recorded")
        assert after["RecordingUrl"] == told["RecordingUrl"]
        assert (told["RecordingStatus"], told["RecordingSource"]) == ("completed", "DialVerb")


@pytest.mark.parametrize(("number", "code"), [("07700900101", 13223), ("+44", 13224)])
def test_a_number_is_written_in_full(number: str, code: int) -> None:
    with open_line(pages(ring(number)), unexpected=True) as desk:
        desk.call(Caller())
        assert desk.exchange.unexpected[0].startswith(f"{code}: ") and desk.forms("/after") == []


def test_what_this_exchange_does_not_play_is_said() -> None:
    page = f'<Dial><Number machineDetection="Enable" amdStatusCallback="/amd">{ANA}</Number></Dial>'
    with open_line({"/voice": page}, unexpected=True) as desk:
        desk.exchange.phone(ANA, Busy())
        desk.call(Caller())
        assert desk.exchange.unexpected == ["machineDetection: this exchange detects none"]
