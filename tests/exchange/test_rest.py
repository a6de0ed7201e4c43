"""The REST API as the real twilio client finds it: calls, numbers, lists, authentication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException

from ivr.exchange.records import Book, CallRecord
from ivr.exchange.rest import RestServer
from tests.exchange.rest_desk import OTHER, OWN, SID, START, TOKEN, Desk, Hand, open_desk, refused


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def test_a_call_is_made_with_what_was_asked(desk: Desk) -> None:
    made = desk.client.calls.create(
        to=OTHER,
        from_=OWN,
        url="https://line.example/turn?x=1",
        timeout=20,
        status_callback="https://line.example/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert (made.status, made.direction, made.to, made._from) == ("queued", "outbound-api", OTHER, OWN)
    assert made.date_created == START and made.start_time is None and made.duration is None
    assert (
        made.subresource_uris["recordings"] == f"/2010-04-01/Accounts/{SID}/Calls/{made.sid}/Recordings.json"
    )
    [call] = desk.calls
    assert call is desk.book.calls[made.sid]
    assert call.orders.events == ("initiated", "ringing", "answered", "completed")  # a key that repeats
    assert (call.orders.url, call.orders.method, call.orders.timeout) == (
        "https://line.example/turn?x=1",
        "POST",
        20,
    )


def test_a_call_that_ended_shows_times_as_text(desk: Desk) -> None:
    call = desk.book.add_call(OTHER, OWN, "inbound")
    desk.book.call_is(call.sid, "ringing")
    desk.book.call_is(call.sid, "in-progress")
    desk.clock.at += timedelta(seconds=42)
    desk.book.call_is(call.sid, "completed")
    seen = desk.client.calls(call.sid).fetch()
    assert (seen.status, seen.duration, seen.queue_time) == ("completed", "42", "0")
    assert seen.start_time == START and seen.end_time == START + timedelta(seconds=42)
    assert seen.phone_number_sid == next(iter(desk.book.numbers))
    raw = requests.get(f"{desk.server.url}{seen.uri}", auth=(SID, TOKEN), timeout=5).json()
    assert raw["end_time"] == "Sat, 14 Mar 2026 02:10:42 +0000"


def test_a_call_that_nobody_answered_has_no_duration(desk: Desk) -> None:
    call = desk.book.add_call(OWN, OTHER, "outbound-dial", parent="CA" + "2" * 32)
    assert desk.book.call_is(call.sid, "no-answer").duration is None
    assert desk.client.calls(call.sid).fetch().parent_call_sid == "CA" + "2" * 32


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": "", "from_": OWN}, 21201),
        ({"to": OTHER, "from_": ""}, 21213),
        ({"to": "07700900123", "from_": OWN}, 21211),
        ({"to": OTHER, "from_": "anonymous"}, 21212),
        ({"to": OTHER, "from_": "+447700900999"}, 21210),
        ({"to": OTHER, "from_": OWN, "url": None}, 21205),
        ({"to": OTHER, "from_": OWN, "url": "/turn"}, 21205),
        ({"to": OTHER, "from_": OWN, "url": "https://my_line.example/turn"}, 21205),
        ({"to": OTHER, "from_": OWN, "timeout": 601}, 21208),
        ({"to": OTHER, "from_": OWN, "method": "PUT"}, 21403),
        ({"to": OTHER, "from_": OWN, "url": None, "twiml": "<Response>" + " " * 4000}, 32018),
        ({"to": OTHER, "from_": OWN, "twiml": "<Response/>"}, 20001),
        ({"to": OTHER, "from_": OWN, "status_callback_event": ["answer"]}, 21626),
    ],
)
def test_a_call_that_is_asked_for_wrongly_is_refused(desk: Desk, wanted: dict[str, Any], code: int) -> None:
    wanted = {"url": "https://line.example/turn", **wanted}
    error = refused(desk.client.calls.create, **{k: v for k, v in wanted.items() if v is not None})
    assert (error.status, error.code) == (400, code)
    assert desk.calls == []


def test_a_number_that_is_marked_is_refused_with_its_code(desk: Desk) -> None:
    desk.book.refuse(OTHER, 21215)
    assert refused(desk.client.calls.create, to=OTHER, from_=OWN, url="https://x.example/").code == 21215


def test_a_verified_number_may_be_shown(desk: Desk) -> None:
    desk.book.verified.add("+447700900999")
    assert (
        desk.client.calls.create(to=OTHER, from_="+447700900999", twiml="<Response/>").sid in desk.book.calls
    )


def test_a_live_call_can_be_redirected_and_ended(desk: Desk) -> None:
    call = desk.book.add_call(OTHER, OWN, "inbound")
    desk.book.call_is(call.sid, "in-progress")
    desk.client.calls(call.sid).update(url="https://line.example/elsewhere", method="GET")
    desk.client.calls(call.sid).update(status="completed")
    desk.client.calls(call.sid).update(status="canceled")  # without effect on a call that was answered
    assert [(orders.url, orders.status) for _, orders in desk.updates] == [
        ("https://line.example/elsewhere", None),
        (None, "completed"),
    ]


def test_only_a_live_call_can_be_changed(desk: Desk) -> None:
    call = desk.book.add_call(OWN, OTHER, "outbound-api")
    assert refused(desk.client.calls(call.sid).update, twiml="<Response/>").code == 21220
    assert refused(desk.client.calls(call.sid).delete).status == 409
    desk.client.calls(call.sid).update(status="canceled")
    desk.book.call_is(call.sid, "canceled")
    assert refused(desk.client.calls(call.sid).update, status="completed").code == 21220
    assert desk.client.calls(call.sid).delete() is True
    assert refused(desk.client.calls(call.sid).fetch).status == 404
    assert desk.book.deleted == [call.sid]


def test_lists_come_newest_first_in_pages(desk: Desk) -> None:
    made = [desk.book.add_call(OTHER, OWN, "inbound").sid for _ in range(7)]
    assert [call.sid for call in desk.client.calls.list(page_size=3)] == made[::-1]
    assert len(desk.client.calls.list(limit=4)) == 4
    base = f"{desk.base}/Calls.json"
    body = requests.get(f"{base}?PageSize=3&Page=1&Status=queued", auth=(SID, TOKEN), timeout=5).json()
    calls = body.pop("calls")
    assert [call["sid"] for call in calls] == made[3:0:-1]
    assert (body["page"], body["page_size"], body["start"], body["end"]) == (1, 3, 3, 5)
    assert body["next_page_uri"].startswith(
        f"/2010-04-01/Accounts/{SID}/Calls.json?Status=queued&PageSize=3&Page=2"
    )
    assert body["previous_page_uri"].endswith("Page=0")
    assert set(body) == {
        "page", "page_size", "start", "end", "uri", "first_page_uri", "next_page_uri", "previous_page_uri"
    }  # fmt: skip


def test_lists_are_filtered(desk: Desk) -> None:
    early = desk.book.add_call(OTHER, OWN, "inbound")
    desk.book.call_is(early.sid, "in-progress")
    desk.clock.at += timedelta(days=2)
    late = desk.book.add_call(OWN, OTHER, "outbound-dial", parent=early.sid)
    desk.book.call_is(late.sid, "in-progress")

    def sids(**wanted: Any) -> list[str]:
        return [call.sid for call in desk.client.calls.list(**wanted)]

    assert sids(to=OWN) == [early.sid] == sids(from_=OTHER)
    assert sids(parent_call_sid=early.sid) == [late.sid]
    assert sids(status="completed") == []
    assert sids(start_time_after=START + timedelta(hours=1)) == [late.sid]
    assert sids(start_time_before=START + timedelta(hours=1)) == [early.sid]
    assert sids(start_time=START) == [early.sid]
    with pytest.raises(TwilioException, match="20001"):  # the client gives lists no finer error
        sids(page_size=5000)


def test_numbers_are_listed_fetched_and_set(desk: Desk) -> None:
    [number] = desk.client.incoming_phone_numbers.list(phone_number=OWN)
    assert number.voice_url == "https://line.example/voice" and number.capabilities["voice"] is True
    changed = number.update(voice_fallback_url="https://else.example/safe.xml", voice_fallback_method="GET")
    assert changed.voice_fallback_url == "https://else.example/safe.xml"
    own = desk.book.number(OWN)
    assert own is not None and own.voice_fallback_method == "GET"
    assert desk.client.incoming_phone_numbers(number.sid).fetch().date_updated == START
    assert refused(number.update, status_callback="https://a_b.example/").code == 21402
    assert refused(number.update, voice_method="PUT").code == 21403
    assert refused(number.update, voice_url="").code == 21405  # no fallback without it
    assert own.voice_url == "https://line.example/voice"
    assert number.update(voice_url="", voice_fallback_url="").voice_url == ""
    assert refused(desk.client.incoming_phone_numbers("PN" + "0" * 32).fetch).code == 20404


@pytest.mark.parametrize("auth", [None, (SID, "wrong"), ("AC" + "2" * 32, TOKEN)])
def test_a_wrong_key_opens_nothing(desk: Desk, auth: tuple[str, str] | None) -> None:
    answer = requests.get(f"{desk.base}/Calls.json", auth=auth, timeout=5)
    assert answer.status_code == 401
    assert answer.json() == {
        "code": 20003,
        "message": "Authentication Error - invalid username",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


@pytest.mark.parametrize("header", ["Basic ???", "Bearer abc", "Basic", "basic é"])
def test_a_malformed_key_is_refused_too(desk: Desk, header: str) -> None:
    url = f"{desk.base}/Calls.json"
    answer = requests.get(url, headers={"Authorization": header.encode("latin-1")}, timeout=5)
    assert answer.status_code == 401


def test_another_account_is_refused(desk: Desk) -> None:
    url = f"{desk.server.url}/2010-04-01/Accounts/AC{'2' * 32}/Calls.json"
    assert requests.get(url, auth=(SID, TOKEN), timeout=5).status_code == 401


@pytest.mark.parametrize(
    "path", ["Call.json", "Calls/CA1.json", "Calls", f"Calls/CA{'0' * 32}.json", "Queues.json"]
)
def test_what_is_not_there_is_404(desk: Desk, path: str) -> None:
    answer = requests.get(f"{desk.base}/{path}", auth=(SID, TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)
    assert path in answer.json()["message"]


def test_a_wrong_method_is_405(desk: Desk) -> None:
    url = f"{desk.base}/Calls.json"
    answer = requests.delete(url, auth=(SID, TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_sids_are_repeatable_with_a_seed_only() -> None:
    assert Book(SID, TOKEN, Hand(), seed=7).new_sid("CA") == Book(SID, TOKEN, Hand(), seed=7).new_sid("CA")
    sid = Book(SID, TOKEN, Hand()).new_sid("RE")
    assert len(sid) == 34 and sid.startswith("RE") and int(sid[2:], 16) >= 0
    assert sid != Book(SID, TOKEN, Hand()).new_sid("RE")


def test_a_bug_of_ours_is_a_500_and_is_remembered() -> None:
    book = Book(SID, TOKEN, Hand(), seed=1)
    book.add_number(OWN)

    def breaks(call: CallRecord) -> None:
        raise LookupError("no such thing")

    server = RestServer(book, breaks, lambda call, orders: None, lambda message: None)
    with pytest.raises(RuntimeError, match="start"):
        _ = server.url
    server.start()
    try:
        answer = requests.post(
            f"{server.url}/2010-04-01/Accounts/{SID}/Calls.json",
            data={"To": OTHER, "From": OWN, "Twiml": "<Response/>"},
            auth=(SID, TOKEN),
            timeout=5,
        )
    finally:
        server.close()
        server.close()
    assert (answer.status_code, answer.json()["code"]) == (500, 20500)
    assert "no such thing" in server.problems[0]
