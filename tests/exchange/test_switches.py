"""Each switch of the exchange, in each position: one test a switch, and no switch without one."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ivr.exchange.caller import Caller, Item, Leaves, Presses, Says, Silent, Talks
from ivr.exchange.people import Answers, HangsUp, NoAnswer, Rejects
from ivr.exchange.switches import Switches
from tests.exchange.line_desk import ANA, BEN, CLINIC, Desk, Form, Page, open_line

WHISPER = '<Gather numDigits="1" timeout="8" action="/accept"><Say>Press 1.</Say></Gather><Hangup/>'


def told(path: str, pages: dict[str, Page], *items: Item, phones: Any = (), **switches: Any) -> list[Form]:
    """Play a call with these switches and return what a path was told."""
    return played(pages, *items, phones=phones, **switches).forms(path)


def played(pages: dict[str, Page], *items: Item, phones: Any = (), **switches: Any) -> Desk:
    """Play a call with these switches."""
    with open_line({"/got": "<Hangup/>"} | pages, Switches(**switches), status_callback="/status") as desk:
        for number, person in phones:
            desk.exchange.phone(number, person)
        desk.call(Caller(*items))
        return desk


def ring(*numbers: str, attributes: str = "", hook: str = "") -> dict[str, Page]:
    """Return a line that rings these numbers at once, with a whisper."""
    inside = "".join(f'<Number url="/whisper" {hook}>{number}</Number>' for number in numbers)
    return {
        "/voice": f'<Dial action="/got" callerId="{CLINIC}" {attributes}>{inside}</Dial>',
        "/whisper": WHISPER,
        "/accept": lambda form: "" if form["Digits"] == "1" else "<Hangup/>",
    }


def gather(attributes: str = "") -> dict[str, Page]:
    """Return a line that listens at once."""
    return {"/voice": f'<Gather action="/got" input="dtmf speech" {attributes}/>'}


def test_switch_screened_out_status() -> None:
    for status in ("completed", "no-answer"):
        phones = [(ANA, HangsUp())]
        [form] = told("/got", ring(ANA), phones=phones, screened_out_status=status)
        assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")


def test_switch_dial_bridged_sent() -> None:
    for sent in (True, False):
        [form] = told("/got", ring(ANA), phones=[(ANA, Answers())], dial_bridged_sent=sent)
        assert form.get("DialBridged") == ("true" if sent else None)


def test_switch_dial_action_after_hangup() -> None:
    assert told("/got", ring(ANA), Leaves(3), phones=[(ANA, NoAnswer())]) == []
    [form] = told("/got", ring(ANA), Leaves(3), phones=[(ANA, NoAnswer())], dial_action_after_hangup=True)
    assert form["CallStatus"] == "completed"


def test_switch_number_ends_at() -> None:
    phones = [(ANA, Answers(after=2, press="2")), (BEN, Answers(after=9))]
    desk = played(ring(ANA, BEN), phones=phones)
    assert "   2 Ben     stops ringing" in desk.transcript and "joins" not in desk.transcript
    desk = played(ring(ANA, BEN), phones=phones, number_ends_at="bridge")
    assert "   9 Ben     answers" in desk.transcript and "joins caller and Ben" in desk.transcript


def test_switch_stopped_leg_status() -> None:
    for status in ("canceled", "no-answer"):
        pages = ring(ANA, hook='statusCallback="/leg"')
        [form] = told("/leg", pages, Leaves(3), phones=[(ANA, NoAnswer())], stopped_leg_status=status)
        assert form["CallStatus"] == status


def test_switch_rejected_status() -> None:
    for status in ("busy", "no-answer"):
        [form] = told("/got", ring(ANA), phones=[(ANA, Rejects())], rejected_status=status)
        assert form["DialCallStatus"] == status


def test_switch_dial_timeout_extra() -> None:
    for extra in (0.0, 5.0):
        pages = ring(ANA, attributes='timeout="10"')
        desk = played(pages, phones=[(ANA, NoAnswer())], dial_timeout_extra=extra)
        assert desk.seconds("/got") == [10 + extra]


def test_switch_whisper_error() -> None:
    for what, bridged in (("hang up", "false"), ("join", "true")):
        pages = ring(ANA) | {"/whisper": 500}
        with open_line({"/got": "<Hangup/>"} | pages, Switches(whisper_error=what), unexpected=True) as desk:  # type: ignore[arg-type]
            desk.exchange.phone(ANA, Answers())
            desk.call(Caller())
            assert desk.forms("/got")[0]["DialBridged"] == bridged


def test_switch_finished_on_key_sent() -> None:
    [form] = told("/got", gather(), Presses("1#"))
    assert form["FinishedOnKey"] == "#"
    [form] = told("/got", gather(), Presses("1#"), finished_on_key_sent=False)
    assert "FinishedOnKey" not in form


def test_switch_empty_gather_params() -> None:
    pages = gather('actionOnEmptyResult="true"')
    [form] = told("/got", pages, Silent())
    assert (form["Digits"], form["SpeechResult"]) == ("", "")
    [form] = told("/got", pages, Silent(), empty_gather_params=False)
    assert "Digits" not in form and "SpeechResult" not in form


def test_switch_confidence_sent() -> None:
    for sent in (True, False):
        [form] = told("/got", gather(), Says("yes"), confidence_sent=sent)
        assert ("Confidence" in form) is sent


def test_switch_recording_sid_in_action() -> None:
    for sent in (True, False):
        pages: dict[str, Page] = {"/voice": '<Record action="/got"/>'}
        [form] = told("/got", pages, Talks(5), recording_sid_in_action=sent)
        assert ("RecordingSid" in form) is sent


def test_switch_record_empty_falls_through() -> None:
    hook = 'recordingStatusCallback="/recorded" recordingStatusCallbackEvent="completed absent"'
    pages: dict[str, Page] = {
        "/voice": f'<Record action="/got" {hook}/><Redirect>/next</Redirect>',
        "/next": "<Hangup/>",
    }
    for falls, path, status in ((False, "/got", "completed"), (True, "/next", "absent")):
        desk = played(pages, Silent(), record_empty_falls_through=falls)
        assert [asked.path for asked in desk.asked if asked.path in ("/got", "/next")] == [path]
        assert desk.forms("/recorded")[0]["RecordingStatus"] == status
    desk = played(pages, Leaves(2), record_empty_falls_through=True)
    assert desk.forms("/got") == [] and desk.forms("/status")[0]["CallStatus"] == "completed"


def test_switch_recording_callback_before_action() -> None:
    pages: dict[str, Page] = {"/voice": '<Record action="/got" recordingStatusCallback="/recorded"/>'}
    for before, order in ((False, ["/got", "/recorded"]), (True, ["/recorded", "/got"])):
        desk = played(pages, Talks(5), recording_callback_before_action=before)
        assert [asked.path for asked in desk.asked if asked.path in order] == order


def test_switch_parent_call_sid_sent() -> None:
    for sent in (True, False):
        pages = ring(ANA, hook='statusCallback="/leg"')
        desk = played(pages, phones=[(ANA, Answers())], parent_call_sid_sent=sent)
        for path in ("/whisper", "/accept", "/leg"):
            assert ("ParentCallSid" in desk.forms(path)[0]) is sent


def test_switch_places_sent() -> None:
    for sent in (True, False):
        desk = played(ring(ANA, hook='statusCallback="/leg"'), phones=[(ANA, Answers())], places_sent=sent)
        for path in ("/voice", "/leg", "/status"):
            assert ("FromCity" in desk.forms(path)[0]) is sent


def test_switch_legacy_sent() -> None:
    for sent in (True, False):
        [form] = told("/voice", {"/voice": "<Hangup/>"}, legacy_sent=sent)
        assert ("Caller" in form, "Called" in form) == (sent, sent)


def test_switch_abandoned_status() -> None:
    for status in ("no-answer", "canceled"):
        pages = ring(ANA, attributes='answerOnBridge="true"')
        [form] = told("/status", pages, Leaves(3), phones=[(ANA, NoAnswer())], abandoned_status=status)
        assert form["CallStatus"] == status


def test_switch_status_order() -> None:
    hook = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'
    for order, numbers in (("in order", "0123"), ("reversed", "3210")):
        desk = played(ring(ANA, hook=hook), phones=[(ANA, Answers(talk=10))], status_order=order)
        assert "".join(form["SequenceNumber"] for form in desk.forms("/leg")) == numbers
        last = [asked.path for asked in desk.asked if asked.path in ("/leg", "/got")][-1]
        assert last == ("/got" if order == "in order" else "/leg")


def test_switch_callbacks_lost() -> None:
    hook = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'
    for lost in (False, True):
        desk = played(ring(ANA, hook=hook), phones=[(ANA, Answers(talk=10))], callbacks_lost=lost)
        assert bool(desk.forms("/leg")) == bool(desk.forms("/status")) == (not lost)
        assert len(desk.forms("/got")) == 1  # an action is no callback


def test_switch_duplicates() -> None:
    for which, heard in (("off", "1."), ("first", "1."), ("second", "2.")):
        count: list[Form] = []

        def page(form: Form, count: list[Form] = count) -> str:
            count.append(form)
            return f"<Say>{len(count)}.</Say>"

        desk = played({"/voice": page}, duplicates=which)
        assert f"line    {heard}" in desk.transcript
        assert len(desk.forms("/voice")) == len(desk.forms("/status")) == (1 if which == "off" else 2)


def test_switch_answer_seconds() -> None:
    pages: dict[str, Page] = {"/voice": "<Redirect>/next</Redirect>", "/next": "<Hangup/>"}
    for seconds in (0.0, 3.5):
        assert played(pages, answer_seconds=seconds).seconds("/next") == [seconds]


@pytest.mark.parametrize(
    "wrong",
    [
        {"screened_out_status": "answered"},
        {"status_order": "random"},
        {"duplicates": True},
        {"dial_bridged_sent": "no"},
        {"answer_seconds": -1},
        {"dial_timeout_extra": True},
    ],
)
def test_a_switch_has_no_other_position(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"switch {next(iter(wrong))} can't be"):
        Switches(**wrong)


def test_no_switch_is_without_a_test() -> None:
    tested = {name.removeprefix("test_switch_") for name in globals() if name.startswith("test_switch_")}
    assert tested == {field.name for field in dataclasses.fields(Switches)}
