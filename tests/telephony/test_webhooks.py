"""The webhooks, one request at a time: who is let in, and what is answered when something is wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client

from ivr import app
from ivr.line.edition import Edition, Editions
from ivr.storage import StoreUnavailable
from ivr.telephony.signature import LONGEST_BODY
from ivr.telephony.webhooks import REFUSED
from ivr.telephony.wsgi import before
from tests.line.house import ACCOUNT, CALL, LEG, OTHER_LEG, PUBLIC, TOKEN, House, house, url_in

CLINICIANS = ("+447700900002", "+447700900003", "+447700900001", "+441632960001")  # at night, in order


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


# --- who is let in ---------------------------------------------------------------------


def test_a_request_without_a_right_signature_gets_the_same_bare_403_whatever_is_wrong(line: House) -> None:
    answers = {
        line.post("/voice", sign="another-token-of-another-account"),
        line.post("/voice", AccountSid="AC" + "8" * 32),
        line.post("/turn?p=x", sign=""),
        line.post("/safe", sign="wrong"),
    }
    assert answers == {(403, REFUSED.decode())}
    assert line.rows("SELECT * FROM journal") == []


def test_every_route_that_answers_twilio_asks_for_the_signature(line: House) -> None:
    for path in [*line.webhooks.routes, "/safe", "/safe/1", "/safe/accept"]:
        assert line.post(path, sign="wrong")[0] == 403, path


def test_what_is_not_a_post_to_our_routes_is_left_to_flask(line: House) -> None:
    client = Client(before(line.webhooks, app.pages(line.line).wsgi_app))
    assert client.get("/voice").status_code == 404
    assert client.post("/elsewhere").status_code == 404
    assert client.get("/health").status_code == 200
    assert client.post("/voice", data={"From": "x"}).status_code == 403
    too_long = client.post("/voice", data=b"a" * (LONGEST_BODY + 1))
    assert (too_long.status_code, too_long.data) == (403, REFUSED)


def test_a_signature_by_the_next_token_counts_while_it_is_being_changed(tmp_path: Path) -> None:
    with house(tmp_path) as line:
        line.webhooks._signatures._tokens += (b"the-token-that-comes-next",)
        assert line.post("/voice", sign="the-token-that-comes-next")[0] == 200
        assert line.post("/voice", sign=TOKEN)[0] == 200


# --- what is answered ---------------------------------------------------------------------


def test_a_call_begins_with_the_999_sentence_and_can_be_barged_into_after_it(line: House) -> None:
    document = line.goes_on(CallStatus="ringing")
    assert document.index("call 999 now") < document.index("<Gather")
    assert 'input="dtmf speech"' in document and 'language="en-GB"' in document


def test_the_same_webhook_twice_gives_the_same_answer_and_one_record(line: House) -> None:
    line.goes_on()
    before = line.next
    first = line.post(before, Digits="1")
    assert line.post(before, Digits="1") == first
    kinds = [row["kind"] for row in line.rows("SELECT kind FROM journal ORDER BY seq")]
    assert kinds == ["call_started", "turn", "turn", "path"]


def test_one_number_is_rung_at_a_time_from_the_clinics_number_with_a_whisper(line: House) -> None:
    document = line.rings_a_clinician()
    assert document.count("<Number") == 1 and CLINICIANS[0] in document
    assert 'callerId="+442079460000"' in document
    assert url_in(document, "url").startswith(f"{PUBLIC}/whisper?p=")


def test_the_whisper_names_the_signs_and_ends_the_leg_without_a_key(line: House) -> None:
    whisper = url_in(line.rings_a_clinician(), "url")
    status, document = line.post(whisper, CallSid=LEG)
    assert status == 200
    assert "Skin colour" in document and "Press 1 to take it" in document
    assert document.endswith("<Hangup /></Response>")


def test_only_key_1_joins_the_leg_and_nobody_takes_a_page_twice(line: House) -> None:
    whisper = url_in(line.rings_a_clinician(), "url")
    accept = url_in(line.post(whisper, CallSid=LEG)[1], "action")
    for wrong in ("2", "3", "*", ""):
        assert "<Hangup" in line.post(accept, CallSid=LEG, Digits=wrong)[1]
    assert "<Hangup" not in line.post(accept, CallSid=LEG, Digits="1")[1]
    assert "<Hangup" not in line.post(accept, CallSid=LEG, Digits="1")[1]  # the webhook came twice
    assert "<Hangup" in line.post(accept, CallSid=OTHER_LEG, Digits="1")[1]  # somebody else was slower
    [page] = line.rows("SELECT state, accepted_by, accepted_sid FROM pages")
    assert page == {"state": "taken", "accepted_by": "ben", "accepted_sid": LEG}


def test_the_page_exists_before_anything_rings(line: House) -> None:
    line.rings_a_clinician()
    kinds = [row["kind"] for row in line.rows("SELECT kind FROM journal ORDER BY seq")]
    assert kinds.index("page_opened") < kinds.index("ringing")


def test_a_leg_that_was_accepted_but_never_joined_frees_the_page_for_the_next(line: House) -> None:
    whisper = url_in(line.rings_a_clinician(), "url")
    accept = url_in(line.post(whisper, CallSid=LEG)[1], "action")
    line.post(accept, CallSid=LEG, Digits="1")
    document = line.goes_on(DialCallStatus="completed", DialBridged="false")
    assert CLINICIANS[1] in document
    assert line.rows("SELECT state, accepted_by FROM pages") == [{"state": "open", "accepted_by": None}]
    accept = url_in(line.post(url_in(document, "url"), CallSid=OTHER_LEG)[1], "action")
    assert "<Hangup" not in line.post(accept, CallSid=OTHER_LEG, Digits="1")[1]


def test_a_dial_that_is_bridged_without_a_key_press_rings_the_next_clinician(line: House) -> None:
    line.rings_a_clinician()
    document = line.goes_on(DialCallStatus="completed", DialBridged="true")
    assert CLINICIANS[1] in document
    [ring] = line.rows("SELECT data FROM journal WHERE kind = 'ring_ended'")
    assert '"outcome":"unscreened"' in str(ring["data"])


def test_a_caller_who_hung_up_while_it_rang_does_not_make_the_next_phone_ring(line: House) -> None:
    line.rings_a_clinician()
    document = line.goes_on(DialCallStatus="no-answer", CallStatus="completed")
    assert "<Dial" not in document
    assert line.rows("SELECT caller_gone, state FROM pages") == [{"caller_gone": 1, "state": "open"}]


def test_statuses_that_nobody_published_and_fields_that_are_missing_do_no_harm(line: House) -> None:
    line.rings_a_clinician()
    assert CLINICIANS[1] in line.goes_on(DialCallStatus="on-the-moon", DialBridged="perhaps")
    assert 200 == line.post("/status", CallStatus="on-the-moon")[0]
    assert 200 == line.post("/status", CallStatus="completed", CallDuration="x")[0]
    assert line.rows("SELECT state, duration FROM calls") == [{"state": "ended", "duration": None}]


# --- what is answered when something is wrong ------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "AAAA", "%00"])
def test_a_position_that_cannot_be_opened_gets_the_safe_answer_and_an_alarm(
    line: House, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    status, document = line.post(f"/turn?p={token}", Digits="1")
    assert status == 200
    assert document.index("999") < document.index("<Dial") and CLINICIANS[0] in document
    assert [record.levelno for record in caplog.records if record.levelno >= logging.ERROR] != []
    assert line.rows("SELECT reader, template FROM outbox") == [{"reader": "ana", "template": "alarm"}]


def test_a_position_of_one_call_is_worthless_in_another(line: House) -> None:
    line.goes_on()
    document = line.post(line.next, CallSid="CA" + "9" * 32, Digits="1")[1]
    assert "calling a clinician now" in document


def test_the_safe_answer_goes_through_the_chain_and_ends_with_advice(line: House) -> None:
    document = line.post("/turn?p=x")[1]
    rung = []
    while "<Dial" in document:
        rung.append(next(number for number in CLINICIANS if number in document))
        assert "999" in document and url_in(document, "url") == f"{PUBLIC}/safe/whisper"
        document = line.post(url_in(document, "action"), DialCallStatus="no-answer")[1]
    assert rung == [*CLINICIANS, *CLINICIANS]
    assert "go to A and E now, or call 111" in document


def test_behind_the_safe_answer_too_only_key_1_joins(line: House) -> None:
    whisper = line.post("/safe/whisper", CallSid=LEG)[1]
    assert whisper.endswith("<Hangup /></Response>")
    accept = url_in(whisper, "action")
    assert "<Hangup" in line.post(accept, CallSid=LEG, Digits="2")[1]
    assert "<Hangup" not in line.post(accept, CallSid=LEG, Digits="1")[1]


def test_a_whisper_that_fails_still_asks_for_the_key(line: House) -> None:
    assert "Press 1 to take it" in line.post("/whisper?p=x", CallSid=LEG)[1]
    assert "<Hangup" in line.post("/accept?p=x", CallSid=LEG, Digits="5")[1]
    assert "<Hangup" not in line.post("/accept?p=x", CallSid=LEG, Digits="1")[1]


def test_a_bug_anywhere_in_a_turn_is_heard_as_the_safe_answer(
    line: House, caplog: pytest.LogCaptureFixture
) -> None:
    line.goes_on()
    empty = replace(line.line.flows, steps={})
    line.line.editions = Editions(Edition(line.line.config, empty), line.line.store, line.clock)
    status, document = line.post(line.next, Digits="1")
    assert (status, "calling a clinician now" in document) == (200, True)


def test_with_the_database_gone_the_call_goes_on_and_is_taken_in_later(line: House) -> None:
    line.goes_on()
    line.line.store.cut()
    for digits in ("1", "2"):
        line.goes_on(Digits=digits)
    document = line.goes_on(Digits="1")
    accept = url_in(line.post(url_in(document, "url"), CallSid=LEG)[1], "action")
    assert "<Hangup" not in line.post(accept, CallSid=LEG, Digits="1")[1]
    ended = line.goes_on(DialCallStatus="completed", DialBridged="true")
    assert "Your call with the clinician has ended" in ended
    with pytest.raises(StoreUnavailable):
        line.line.store.write(lambda conn: None)
    assert line.line.store.mend()
    assert line.rows("SELECT state, accepted_by FROM pages") == [{"state": "taken", "accepted_by": "ben"}]


def test_health_says_what_is_wrong(line: House) -> None:
    client = app.pages(line.line).test_client()
    assert client.get("/health").get_json()["ok"] is True
    line.line.store.cut()
    ill = client.get("/health")
    assert ill.status_code == 503
    assert any("database" in problem for problem in ill.get_json()["problems"])
    for private in (ACCOUNT, CALL, *CLINICIANS):
        assert private not in ill.text


def test_health_warns_of_what_is_switched_off_and_names_nobody(line: House) -> None:
    client = app.pages(line.line).test_client()
    assert client.get("/health").get_json()["warnings"] == []
    at = "2026-11-24T02:10:00Z"
    line.line.store.record([line.line.contacts.failed(at, "", "ana phone 2", "call", 1, "a")])
    warned = client.get("/health")
    assert warned.status_code == 200
    assert warned.get_json()["warnings"] == [
        f"a phone or address is switched off, since {at}: `ivr contacts` names them, with the cure"
    ]
    assert "ana" not in warned.text
