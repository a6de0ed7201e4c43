"""What a phone hears between its answer and being joined."""

from __future__ import annotations

from ivr.exchange.caller import Caller
from ivr.exchange.people import Answers, SwitchedOff, Voicemail
from tests.exchange.line_desk import ANA, CLINIC, open_line
from tests.exchange.ringing_line import WHISPER, accept, outcome, pages, ring


def test_the_whisper_is_about_the_phones_own_call() -> None:
    with open_line(pages(ring(ANA))) as desk:
        desk.exchange.phone(ANA, Answers())
        desk.call(Caller())
        [whisper], [accepted], [after] = (desk.forms(path) for path in ("/whisper", "/accept", "/after"))
        [voice] = desk.forms("/voice")
        assert (whisper["From"], whisper["To"], whisper["Direction"]) == (CLINIC, ANA, "outbound-dial")
        assert whisper["CallStatus"] == "in-progress" and whisper["ParentCallSid"] == voice["CallSid"]
        assert accepted["CallSid"] == whisper["CallSid"] == after["DialCallSid"] != voice["CallSid"]
        assert after["CallSid"] == voice["CallSid"] and "ParentCallSid" not in after


def test_a_whisper_that_just_ends_joins_whoever_picked_up() -> None:
    """The classic trap: nothing after the Gather, so a voicemail is joined."""
    with open_line(pages(ring(ANA)) | {"/whisper": WHISPER.replace("<Hangup/>", "")}) as desk:
        desk.exchange.phone(ANA, Voicemail(after=5, talks=30))
        assert "joins caller and Ana" in desk.call(Caller())
        assert outcome(desk) == ("completed", "true", "30")


def test_a_whisper_without_an_action_is_asked_again_with_the_keys() -> None:
    with open_line(pages(ring(ANA))) as desk:
        page = WHISPER.replace('action="/accept"', "")
        desk.pages["/whisper"] = lambda form: accept(form) if "Digits" in form else page
        desk.exchange.phone(ANA, Answers())
        assert "joins caller and Ana" in desk.call(Caller())


def test_without_a_whisper_the_first_to_answer_is_joined() -> None:
    with open_line(pages(ring(ANA, url=False))) as desk:
        desk.exchange.phone(ANA, SwitchedOff())
        assert "joins caller and Ana" in desk.call(Caller())


def test_digits_are_sent_before_the_whisper() -> None:
    page = f'<Dial action="/after"><Number url="/whisper" sendDigits="wwww12">{ANA}</Number></Dial>'
    with open_line(pages(page)) as desk:
        desk.exchange.phone(ANA, Answers(after=5))
        desk.call(Caller())
        assert desk.seconds("/whisper") == [8.0]


def test_answer_on_bridge_answers_the_caller_only_when_joined() -> None:
    with open_line(pages(ring(ANA, attributes='answerOnBridge="true"')), status_callback="/status") as desk:
        desk.exchange.phone(ANA, Answers(after=6, talk=20))
        desk.call(Caller())
        assert desk.forms("/whisper")[0]["CallStatus"] == "in-progress"
        [status] = desk.forms("/status")
        assert 20 <= int(status["CallDuration"]) <= 23  # not from the first ring on
