"""Whole calls: what is asked for first, which verb does what, how a call ends."""

from __future__ import annotations

import pytest

from ivr.exchange.caller import Caller, Presses, Silent
from ivr.exchange.signing import signature
from tests.exchange.line_desk import CALLER, CLINIC, SID, TOKEN, open_line


def test_a_call_is_heard_from_the_first_word_to_the_end() -> None:
    pages = {"/voice": "<Say>Thank you for calling.</Say><Pause length='2'/><Say>Goodbye.</Say>"}
    with open_line(pages) as desk:
        assert desk.call(Caller()).splitlines() == [
            "   0 line    Thank you for calling.",
            "   4 line    Goodbye.",
            "   6 line    hangs up",
        ]


def test_the_first_request_says_who_rings_and_is_signed() -> None:
    with open_line({"/voice": "<Hangup/>"}) as desk:
        desk.call(Caller())
        [form] = desk.forms("/voice")
        [sent] = desk.exchange.requests
        assert (form["From"], form["To"], form["AccountSid"]) == (CALLER, CLINIC, SID)
        assert (form["CallStatus"], form["Direction"]) == ("ringing", "inbound")
        assert sent.headers["X-Twilio-Signature"] == signature(TOKEN, desk.base + "/voice", form.items())


@pytest.mark.parametrize("from_", ["anonymous", "", "+266696687", "Restricted"])
def test_whatever_a_network_sends_as_the_caller_comes_through(from_: str) -> None:
    with open_line({"/voice": "<Hangup/>"}) as desk:
        desk.call(Caller(), from_)
        assert desk.forms("/voice")[0]["From"] == from_


def test_a_number_that_is_not_ours_cannot_be_rung() -> None:
    with open_line({}) as desk, pytest.raises(ValueError, match="add_number"):
        desk.exchange.dial(CALLER, "+441632960099", Caller())


def test_a_redirect_leaves_the_rest_out_and_may_be_relative() -> None:
    page = "<Say>One.</Say><Redirect>next/step?x=1</Redirect><Say>Never.</Say>"
    with open_line({"/voice": page, "/next/step": "<Say>Two.</Say>"}) as desk:
        heard = desk.call(Caller())
        assert "Two." in heard and "Never." not in heard
        assert desk.forms("/next/step")[0]["CallStatus"] == "in-progress"
        assert desk.exchange.requests[1].url == f"{desk.base}/next/step?x=1"


def test_a_redirect_by_get_carries_its_parameters_in_the_query() -> None:
    with open_line({"/voice": '<Redirect method="GET">/next</Redirect>', "/next": "<Hangup/>"}) as desk:
        desk.call(Caller())
        assert desk.forms("/next")[0]["From"] == CALLER
        assert desk.exchange.requests[1].method == "GET"


def test_an_empty_redirect_asks_for_the_same_document_again() -> None:
    with open_line({}) as desk:
        desk.pages["/voice"] = lambda form: "<Redirect/>" if len(desk.asked) == 1 else "<Say>Again.</Say>"
        assert "Again." in desk.call(Caller())


@pytest.mark.parametrize(("reason", "status"), [("", "no-answer"), ('reason="busy"', "busy")])
def test_a_call_that_is_refused_was_never_answered(reason: str, status: str) -> None:
    with open_line({"/voice": f"<Reject {reason}/>"}, status_callback="/status") as desk:
        assert desk.call(Caller()) == "   0 line    refuses the call"
        [form] = desk.forms("/status")
        assert form["CallStatus"] == status
        assert next(iter(desk.exchange.book.calls.values())).start_time is None


def test_a_call_that_was_answered_can_only_be_ended_by_reject() -> None:
    with open_line({"/voice": "<Say>Hello.</Say><Reject/>"}, status_callback="/status") as desk:
        desk.call(Caller())
        assert desk.forms("/status")[0]["CallStatus"] == "completed"


def test_the_number_hears_once_that_the_call_is_over() -> None:
    pages = {"/voice": "<Pause length='3'/><Say>Hello.</Say><Pause length='30'/>"}
    with open_line(pages, status_callback="/status") as desk:
        desk.call(Caller())
        [form] = desk.forms("/status")
        assert (form["CallStatus"], form["CallDuration"]) == (
            "completed",
            "32",
        )  # a Pause alone doesn't answer
        call = next(iter(desk.exchange.book.calls.values()))
        assert (call.status, call.duration) == ("completed", 32)


def test_a_caller_may_hang_up_at_any_moment() -> None:
    pages = {"/voice": "<Say>" + "A long text is read. " * 20 + "</Say><Redirect>/next</Redirect>"}
    with open_line(pages, status_callback="/status") as desk:
        desk.exchange.dial(CALLER, CLINIC, Caller(leaves_at=7))
        desk.exchange.run()
        assert desk.transcript.endswith("   7 caller  hangs up")
        assert desk.seconds("/status") == [7.0] and not desk.forms("/next")


def test_prompts_take_as_long_as_they_are_and_a_loop_repeats_them() -> None:
    page = "<Say loop='3'>Please wait.</Say><Play digits='ww1'/><Redirect>/next</Redirect>"
    with open_line({"/voice": page, "/next": "<Hangup/>"}) as desk:
        assert "Please wait. [3 times]" in desk.call(Caller())
        [at] = desk.seconds("/next")
        assert at == pytest.approx(3 * (0.0495 * 12 + 0.42 + 0.93) + 1.5, abs=0.01)


def test_a_sound_is_played() -> None:
    with open_line({"/voice": "<Play>https://line.example/sounds/wait.wav</Play>"}) as desk:
        assert "line    [plays wait.wav]" in desk.call(Caller())


def test_two_calls_at_once_do_not_mix() -> None:
    menu = '<Gather numDigits="1" action="/key"><Say>Press a key.</Say></Gather>'
    with open_line({"/voice": menu, "/key": "<Hangup/>"}) as desk:
        first = desk.exchange.dial(CALLER, CLINIC, Caller(Presses("1")))
        second = desk.exchange.dial("+447700900124", CLINIC, Caller(Presses("2", at=1)))
        desk.exchange.run()
        assert [(form["CallSid"], form["Digits"]) for form in desk.forms("/key")] == [
            (second.sid, "2"),
            (first.sid, "1"),
        ]


def test_an_endless_loop_is_noticed() -> None:
    with open_line({"/voice": "<Redirect>/voice</Redirect>"}, unexpected=True) as desk:
        desk.call(Caller())
        assert "endless loop" in desk.exchange.unexpected[0]
        assert len(desk.asked) == 100


def test_no_call_lasts_longer_than_four_hours() -> None:
    pages = {"/voice": '<Gather timeout="600" input="speech"/><Redirect>/voice</Redirect>'}
    with open_line(pages, status_callback="/status") as desk:
        desk.call(Caller(Silent()))
        assert desk.seconds("/status") == [14400.0]
