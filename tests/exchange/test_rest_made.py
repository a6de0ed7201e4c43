"""Calls and texts that the line makes over REST, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.exchange.caller import Caller
from ivr.exchange.people import Answers, Busy, HangsUp, NoAnswer
from tests.exchange.line_desk import ANA, BEN, CALLER, CLINIC, Page, open_client

ALL = ["initiated", "ringing", "answered", "completed"]


def test_a_call_is_made_answered_and_follows_its_document() -> None:
    page = '<Gather action="/key" numDigits="1"><Say>Press 1.</Say></Gather>'
    with open_client({"/out": page, "/key": "<Say>Thank you.</Say>"}) as (desk, client):
        desk.exchange.phone(ANA, Answers(after=4, press="1"))
        made = client.calls.create(
            to=ANA,
            from_=CLINIC,
            url=desk.base + "/out",
            status_callback=desk.base + "/leg",
            status_callback_event=ALL,
        )
        desk.exchange.run()
        assert desk.transcript.splitlines() == [
            "   0 Ana     rings",
            "   4 Ana     answers",
            "   4 Ana     hears: Press 1.",
            "   7 Ana     presses 1",
            "   7 Ana     hears: Thank you.",
            "   9 line    ends the call to Ana",
        ]
        [first] = desk.forms("/out")
        assert (first["CallSid"], first["Direction"], first["CallStatus"]) == (
            made.sid,
            "outbound-api",
            "in-progress",
        )
        assert [form["CallStatus"] for form in desk.forms("/leg")] == [
            "initiated",
            "ringing",
            "in-progress",
            "completed",
        ]
        assert client.calls(made.sid).fetch().status == "completed"


@pytest.mark.parametrize(("person", "status", "at"), [(Busy(), "busy", 1), (NoAnswer(), "no-answer", 20)])
def test_a_call_that_nobody_takes(person: Any, status: str, at: int) -> None:
    with open_client({}) as (desk, client):
        desk.exchange.phone(ANA, person)
        client.calls.create(
            to=ANA,
            from_=CLINIC,
            twiml="<Response><Say>Hi.</Say></Response>",
            timeout=20,
            status_callback=desk.base + "/leg",
        )
        desk.exchange.run()
        assert [form["CallStatus"] for form in desk.forms("/leg")] == [status]
        assert desk.seconds("/leg") == [at]


def test_a_document_given_with_the_call_is_carried_out() -> None:
    with open_client({}) as (desk, client):
        desk.exchange.phone(ANA, HangsUp(after=2, into=1))
        client.calls.create(to=ANA, from_=CLINIC, twiml="<Response><Say>The line is down.</Say></Response>")
        desk.exchange.run()
        assert "Ana     hears: The line is down." in desk.transcript and desk.transcript.endswith("hangs up")


def test_such_a_document_needs_absolute_urls() -> None:
    with open_client({}, unexpected=True) as (desk, client):
        desk.exchange.phone(ANA, Answers())
        client.calls.create(to=ANA, from_=CLINIC, twiml='<Response><Gather action="/key"/></Response>')
        desk.exchange.run()
        assert desk.exchange.unexpected[0].startswith("15004: ")


def test_a_live_call_is_sent_elsewhere() -> None:
    pages: dict[str, Page] = {
        "/voice": f'<Dial action="/after"><Number>{ANA}</Number></Dial>',
        "/new": "<Say>New.</Say>",
    }
    with open_client(pages) as (desk, client):
        desk.exchange.phone(ANA, NoAnswer())
        call = desk.exchange.dial(CALLER, CLINIC, Caller())
        desk.exchange.run(8)
        client.calls(call.sid).update(url=desk.base + "/new")
        desk.exchange.run()
        assert desk.transcript.splitlines()[1:3] == ["   8 Ana     stops ringing", "   8 line    New."]
        assert desk.forms("/after") == []


def test_a_live_call_is_ended() -> None:
    pages: dict[str, Page] = {"/voice": f"<Dial><Number>{ANA}</Number></Dial>"}
    with open_client(pages, status_callback="/status") as (desk, client):
        desk.exchange.phone(ANA, Answers(after=3, talk=None))
        call = desk.exchange.dial(CALLER, CLINIC, Caller())
        desk.exchange.run(30)
        client.calls(call.sid).update(status="completed")
        desk.exchange.run()
        assert desk.seconds("/status") == [30.0] and desk.transcript.endswith("  30 line    hangs up")
        assert {call.status for call in client.calls.list()} == {"completed"}


def test_a_joined_phone_is_hung_up_on() -> None:
    page = f'<Dial action="/after"><Number>{ANA}</Number></Dial>'
    with open_client({"/voice": page, "/after": "<Hangup/>"}) as (desk, client):
        desk.exchange.phone(ANA, Answers(after=3, talk=None))
        desk.exchange.dial(CALLER, CLINIC, Caller())
        desk.exchange.run(30)
        [child] = client.calls.list(to=ANA)
        client.calls(child.sid).update(status="completed")
        desk.exchange.run()
        assert desk.forms("/after")[0]["DialCallDuration"] == "27"


def test_a_call_is_canceled_before_anybody_answers() -> None:
    with open_client({}) as (desk, client):
        desk.exchange.phone(ANA, Answers(after=10))
        made = client.calls.create(to=ANA, from_=CLINIC, url=desk.base + "/out")
        desk.exchange.run(5)
        client.calls(made.sid).update(status="canceled")
        desk.exchange.run()
        assert client.calls(made.sid).fetch().status == "canceled" and desk.forms("/out") == []


def test_a_call_made_while_a_webhook_is_answered() -> None:
    """The line waits for the REST API while the exchange waits for the line: nothing may stand still."""
    with open_client({}) as (desk, client):
        desk.exchange.phone(ANA, Busy())

        def page(form: dict[str, str]) -> str:
            client.calls.create(to=ANA, from_=CLINIC, twiml="<Response/>")
            client.messages.create(to=BEN, from_=CLINIC, body="Please ring in.")
            return "<Hangup/>"

        desk.pages["/voice"] = page
        transcript = desk.call(Caller())
        assert "   0 Ana     rings" in transcript and "   0 text    to Ben: Please ring in." in transcript


def test_a_joined_phone_cannot_be_sent_elsewhere() -> None:
    page = f'<Dial action="/after"><Number>{ANA}</Number></Dial>'
    with open_client({"/voice": page, "/after": "<Hangup/>"}, unexpected=True) as (desk, client):
        desk.exchange.phone(ANA, Answers(after=3))
        desk.exchange.dial(CALLER, CLINIC, Caller())
        desk.exchange.run(30)
        [child] = client.calls.list(to=ANA)
        client.calls(child.sid).update(url=desk.base + "/new")
        desk.exchange.run()
        assert desk.exchange.unexpected == ["redirecting a phone that was rung: this exchange can't"]
