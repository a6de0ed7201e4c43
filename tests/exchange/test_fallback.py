"""What happens when the line's answer can't be had or carried out."""

from __future__ import annotations

import pytest

from ivr.exchange.caller import Caller, Leaves, Presses
from ivr.exchange.people import Answers
from tests.exchange.line_desk import ANA, Page, open_line

SAFE = "<Say>Please call 111.</Say>"
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (500, 11200),
        (404, 11200),
        ("<Sya>Hello.</Sya>", 12200),
        ("<say>Hello.</say>", 12200),
        ("<Say>Fish & chips</Say>", 12100),
        ('<Gather numDigit="1"/>', 12200),
        ("<Gather><Record/></Gather>", 13320),
        ("<!--" + "x" * 70000 + "-->", 11750),
    ],
)
def test_a_bad_answer_leads_to_the_fallback(page: str | int, code: int) -> None:
    with open_line({"/voice": page, "/safe": SAFE}, unexpected=True, fallback_url="/safe") as desk:
        heard = desk.call(Caller())
        assert "Please call 111." in heard and "hangs up" in heard and APOLOGY not in heard
        [form] = desk.forms("/safe")
        assert (form["ErrorCode"], form["ErrorUrl"]) == (str(code), desk.base + "/voice")
        assert form["CallStatus"] == "ringing"
        [told] = desk.exchange.unexpected
        assert told.startswith(f"{code}: ") and told.endswith(" at /voice")


def test_an_error_in_mid_call_does_too_and_the_call_goes_on_from_there() -> None:
    pages: dict[str, Page] = {
        "/voice": '<Gather action="/key?s=sealed" numDigits="1"/>',
        "/key": 500,
        "/safe": '<Gather action="/key2" numDigits="1"/>',
        "/key2": "<Hangup/>",
    }
    with open_line(pages, unexpected=True, fallback_url="/safe") as desk:
        heard = desk.call(Caller(Presses("1"), Presses("2")))
        assert "exchange error 11200: " in heard and "exchange asks the fallback" in heard
        assert desk.forms("/safe")[0]["CallStatus"] == "in-progress"
        assert desk.forms("/key2")[0]["Digits"] == "2"
        assert "sealed" not in heard + desk.exchange.unexpected[0]


def test_without_a_fallback_the_caller_hears_an_apology() -> None:
    with open_line({"/voice": 500}, unexpected=True, status_callback="/status") as desk:
        heard = desk.call(Caller())
        assert heard.splitlines()[-2:] == [f"   0 line    {APOLOGY}", "   4 line    hangs up"]
        assert desk.forms("/status")[0]["CallStatus"] == "completed"


def test_a_fallback_that_fails_ends_in_the_apology() -> None:
    with open_line({"/voice": 500, "/safe": 503}, unexpected=True, fallback_url="/safe") as desk:
        assert APOLOGY in desk.call(Caller())
        assert len(desk.exchange.unexpected) == 2


def test_an_answer_that_never_comes_takes_its_time() -> None:
    with open_line({"/voice": "<Hangup/>", "/safe": SAFE}, unexpected=True, fallback_url="/safe") as desk:
        desk.exchange.sender.fail("/voice", kind="timeout")
        desk.call(Caller())
        assert desk.seconds("/safe") == [15.0] and desk.forms("/voice") == []


def test_a_caller_does_not_wait_for_ever_for_an_answer() -> None:
    with open_line({"/voice": "<Hangup/>"}, unexpected=True, status_callback="/status") as desk:
        desk.exchange.sender.fail("/voice", kind="timeout")
        desk.call(Caller(leaves_at=9))
        assert desk.seconds("/status") == [9.0]
        assert desk.forms("/status")[0]["CallStatus"] == "no-answer"


def test_a_lost_connection_is_tried_once_more() -> None:
    with open_line({"/voice": "<Say>Hello.</Say>"}) as desk:
        desk.exchange.sender.fail("/voice", kind="reset")
        assert "Hello." in desk.call(Caller())
        assert [request.attempt for request in desk.exchange.requests] == [1, 2]


def test_a_callback_that_is_refused_changes_nothing() -> None:
    pages: dict[str, Page] = {
        "/voice": f'<Dial action="/after"><Number statusCallback="/leg">{ANA}</Number></Dial>'
    }
    with open_line(pages | {"/after": "<Say>After.</Say>", "/leg": 500}, unexpected=True) as desk:
        desk.exchange.phone(ANA, Answers(talk=5))
        assert "After." in desk.call(Caller())
        assert [what[:6] for what in desk.exchange.unexpected] == ["15003:"]


def test_an_action_after_a_hang_up_may_fail_unheard() -> None:
    pages: dict[str, Page] = {"/voice": '<Record action="/got"/>', "/got": 500, "/safe": SAFE}
    with open_line(pages, unexpected=True, fallback_url="/safe") as desk:
        assert "111" not in desk.call(Caller(Leaves(4)))
        assert desk.forms("/safe") == []


def test_a_hook_sees_each_request_before_it_is_made() -> None:
    seen = []
    with open_line({"/voice": "<Redirect>/next</Redirect>", "/next": "<Hangup/>"}) as desk:
        desk.exchange.before_webhook.append(lambda request: seen.append((request.url, len(desk.asked))))
        desk.call(Caller())
        assert seen == [(desk.base + "/voice", 0), (desk.base + "/next", 1)]
