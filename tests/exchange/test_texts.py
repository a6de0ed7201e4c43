"""Texts that the line sends over REST: which statuses they go through, and how they look in a transcript."""

from __future__ import annotations

from ivr.exchange.caller import Caller
from ivr.exchange.switches import Switches
from tests.exchange.line_desk import BEN, CALLER, CLINIC, open_client


def test_a_text_is_sent_and_delivered() -> None:
    with open_client({}) as (desk, client):
        made = client.messages.create(
            to=BEN, from_=CLINIC, body="Ref 4F2.", status_callback=desk.base + "/text"
        )
        desk.exchange.run()
        assert [form["MessageStatus"] for form in desk.forms("/text")] == ["sent", "delivered"]
        assert client.messages(made.sid).fetch().status == "delivered"
        assert [(text.to, text.body) for text in desk.exchange.texts] == [(BEN, "Ref 4F2.")]


def test_a_text_to_the_caller_is_told_as_such() -> None:
    with open_client({"/voice": "<Hangup/>"}) as (desk, client):
        desk.call(Caller())
        client.messages.create(to=CALLER, from_=CLINIC, body="Please call 111.")
        desk.exchange.run()
        assert desk.transcript.endswith("   0 text    to caller: Please call 111.")


def test_a_text_that_does_not_arrive() -> None:
    with open_client({}) as (desk, client):
        desk.exchange.book.undelivered[BEN] = 30005
        made = client.messages.create(
            to=BEN, from_=CLINIC, body="Ref 4F2.", status_callback=desk.base + "/text"
        )
        desk.exchange.run()
        told = desk.forms("/text")
        assert [form["MessageStatus"] for form in told] == ["sent", "undelivered"]
        assert told[1]["ErrorCode"] == "30005"
        assert client.messages(made.sid).fetch().error_code == 30005


def test_statuses_may_come_in_the_wrong_order_and_what_is_final_stays() -> None:
    with open_client({}, switches=Switches(status_order="reversed")) as (desk, client):
        made = client.messages.create(to=BEN, from_=CLINIC, body="Ref.", status_callback=desk.base + "/text")
        desk.exchange.run()
        assert [form["MessageStatus"] for form in desk.forms("/text")] == ["delivered", "sent"]
        assert client.messages(made.sid).fetch().status == "delivered"


def test_a_text_that_is_deleted_is_not_told_of_any_more() -> None:
    with open_client({}) as (desk, client):
        made = client.messages.create(to=BEN, from_=CLINIC, body="Ref.", status_callback=desk.base + "/text")
        desk.exchange.run(1)
        del desk.exchange.book.messages[made.sid]
        desk.exchange.run()
        assert [form["MessageStatus"] for form in desk.forms("/text")] == ["sent"]


def test_a_text_without_a_callback_arrives_all_the_same() -> None:
    with open_client({}) as (desk, client):
        made = client.messages.create(to=BEN, from_=CLINIC, body="Ref.")
        desk.exchange.run()
        assert client.messages(made.sid).fetch().status == "delivered" and desk.asked == []
