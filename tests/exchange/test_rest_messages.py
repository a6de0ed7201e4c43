"""Texts over REST: what is accepted, what is refused, redaction and deletion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ivr.exchange.rest_messages import segments
from tests.exchange.rest_desk import OTHER, OWN, START, Desk, open_desk, refused


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def send(desk: Desk, **wanted: Any) -> Any:
    return desk.client.messages.create(
        **{"to": OTHER, "from_": OWN, "body": "Ref 4F2. Please ring in.", **wanted}
    )


def test_a_text_is_queued_and_handed_over(desk: Desk) -> None:
    sent = send(desk, validity_period=300, status_callback="https://line.example/text-status")
    assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
    assert sent.date_created == START and sent.date_sent is None and sent.error_code is None
    [message] = desk.messages
    assert message is desk.book.messages[sent.sid]
    assert (message.validity, message.status_callback) == (300, "https://line.example/text-status")


def test_a_service_accepts_first(desk: Desk) -> None:
    sent = desk.client.messages.create(to=OTHER, messaging_service_sid="MG" + "a" * 32, body="Hello")
    assert (sent.status, sent.from_) == ("accepted", None)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"to": "07700900123"}, 21211),
        ({"to": "+0447700900123"}, 21211),
        ({"from_": "+441632960999"}, 21606),
        ({"from_": "Rose Clinic"}, 21212),
        ({"status_callback": "http://our_line/x"}, 21609),
        ({"status_callback": "line.example/x"}, 21609),
        ({"validity_period": 36001}, 21624),
        ({"validity_period": 0}, 21624),
        ({"messaging_service_sid": "MG1"}, 20001),
    ],
)
def test_a_text_that_is_asked_for_wrongly_is_refused(desk: Desk, wanted: dict[str, Any], code: int) -> None:
    error = refused(send, desk=desk, **wanted)
    assert (error.status, error.code) == (400, code)
    assert desk.messages == [] and desk.book.messages == {}


@pytest.mark.parametrize("code", [21211, 21608, 21610, 21612, 21614])
def test_a_marked_number_is_refused_with_its_code(desk: Desk, code: int) -> None:
    desk.book.refuse(OTHER, code)
    assert refused(send, desk=desk).code == code


def test_a_senders_name_counts_when_it_is_registered(desk: Desk) -> None:
    desk.book.verified.add("RoseClinic")
    assert send(desk, from_="RoseClinic").from_ == "RoseClinic"


def test_only_a_text_that_ended_can_be_redacted_or_deleted(desk: Desk) -> None:
    sid = send(desk).sid
    context = desk.client.messages(sid)
    assert refused(context.update, body="").code == 20009
    assert refused(context.delete).status == 409
    desk.book.message_is(sid, "sent")
    desk.book.message_is(sid, "delivered")
    assert refused(context.update, body="something else").code == 20001
    assert refused(context.update, status="canceled").code == 20001
    assert context.update(body="").body == ""
    assert context.delete() is True
    assert refused(context.fetch).code == 20404
    assert desk.book.message_is(sid, "delivered") is None and desk.book.deleted == [sid]


def test_a_scheduled_text_can_be_canceled(desk: Desk) -> None:
    sid = send(desk).sid
    desk.book.message_is(sid, "scheduled")
    assert desk.client.messages(sid).update(status="canceled").status == "canceled"


def test_a_text_that_failed_says_why(desk: Desk) -> None:
    sid = send(desk).sid
    desk.clock.at += timedelta(seconds=3)
    desk.book.message_is(sid, "undelivered", error_code=30005)
    seen = desk.client.messages(sid).fetch()
    assert (seen.status, seen.error_code, seen.date_updated) == (
        "undelivered",
        30005,
        START + timedelta(seconds=3),
    )


def test_texts_are_listed_by_number_and_day(desk: Desk) -> None:
    first = send(desk).sid
    desk.book.message_is(first, "sent")
    second = send(desk, to="+447700900124").sid

    def sids(**wanted: Any) -> list[str]:
        return [message.sid for message in desk.client.messages.list(**wanted)]

    assert sids() == [second, first]
    assert sids(to=OTHER) == [first] and sids(from_=OWN) == [second, first]
    assert sids(date_sent=START) == [first]  # the other hasn't been sent yet
    assert sids(date_sent_after=START + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("🌹" * 35, 1),
        ("🌹" * 36, 2),
    ],
)
def test_segments_are_counted_as_networks_count(body: str, count: int) -> None:
    assert segments(body) == count
