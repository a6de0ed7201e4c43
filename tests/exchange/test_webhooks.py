"""How the exchange asks for a document: headers, signatures, methods, redirects, cookies, what it accepts."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from twilio.request_validator import RequestValidator

from ivr.exchange.signing import signature
from ivr.exchange.verbs import Document, Hangup
from ivr.exchange.webhooks import Request, Sender, resolve
from tests.exchange.webhook_app import App, Asked, Told, running

TOKEN, CALL = "token-of-a-test", "CA" + "2" * 32
FORM = {"CallSid": CALL, "From": "+447700900123", "ToZip": "", "SpeechResult": "not sure & né"}
HANGUP = Told(body=b"<Response><Hangup/></Response>")


@pytest.fixture
def app() -> Iterator[App]:
    with running() as app:
        yield app


@pytest.fixture
def sender() -> Sender:
    return Sender(TOKEN)


def genuine(url: str, asked: Asked, token: str = TOKEN) -> bool:
    return bool(RequestValidator(token).validate(url, asked.form, asked.headers["X-Twilio-Signature"]))


def test_a_document_is_asked_for_with_a_signed_form(app: App, sender: Sender) -> None:
    app.says(HANGUP)
    answer = sender.fetch(f"{app.url}/voice?a=%2B1&b", FORM)
    (asked,) = app.asked
    assert (answer.document, answer.error, answer.status) == (Document((Hangup(),)), None, 200)
    assert (asked.method, asked.path, asked.form) == ("POST", "/voice?a=%2B1&b", FORM)
    assert genuine(f"{app.url}/voice?a=%2B1&b", asked)


def test_headers_are_twilios(app: App, sender: Sender) -> None:
    sender.fetch(f"{app.url}/voice", FORM)
    headers = app.asked[0].headers
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert (headers["Accept"], headers["Accept-Encoding"]) == ("*/*", "gzip")
    assert headers["X-Home-Region"] == "us1" and headers["I-Twilio-Idempotency-Token"]


def test_with_get_the_parameters_join_the_query_and_are_signed_there(app: App, sender: Sender) -> None:
    answer = sender.fetch(f"{app.url}/voice?a=1", {"Digits": "1 2"}, method="GET")
    (asked,) = app.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/voice?a=1&Digits=1+2", b"")
    assert genuine(app.url + asked.path, asked)
    assert answer.url == f"{app.url}/voice?a=1", "the document's own URL is without them"


def test_the_fragment_is_neither_sent_nor_signed(app: App, sender: Sender) -> None:
    sender.fetch(f"{app.url}/voice#rc=2&rp=5xx", FORM)
    assert app.asked[0].path == "/voice"
    assert genuine(f"{app.url}/voice", app.asked[0])


def test_a_public_address_is_signed_and_a_loopback_one_is_called(app: App) -> None:
    sender = Sender(TOKEN, via={"https://line.example:8443": app.url})
    assert sender.fetch("https://line.example:8443/voice?a=1", FORM).error is None
    (asked,) = app.asked
    assert asked.headers["Host"] == "line.example:8443"
    assert genuine("https://line.example/voice?a=1", asked), "over HTTPS the port isn't signed"


def test_the_callback_of_a_text_is_signed_with_its_port(app: App) -> None:
    sender = Sender(TOKEN, via={"https://line.example:8443": app.url})
    sender.notify("https://line.example:8443/text", FORM, messaging=True)
    wanted = signature(TOKEN, "https://line.example:8443/text", FORM.items())
    assert app.asked[0].headers["X-Twilio-Signature"] == wanted


def test_the_auth_token_can_be_rotated(app: App, sender: Sender) -> None:
    sender.fetch(f"{app.url}/voice", FORM, token="the-next-one")
    sender.auth_token = "the-promoted-one"
    sender.fetch(f"{app.url}/voice", FORM)
    assert genuine(f"{app.url}/voice", app.asked[0], "the-next-one")
    assert genuine(f"{app.url}/voice", app.asked[1], "the-promoted-one")


def test_every_request_is_kept_and_announced(app: App) -> None:
    class Clock:
        def now(self) -> datetime:
            return datetime(2026, 3, 14, 2, 10, tzinfo=UTC)

    sender = Sender(TOKEN, clock=Clock())
    seen: list[tuple[str, int | None]] = []

    def note(request: Request) -> None:
        seen.append((request.url, request.status))

    sender.before.append(note)
    app.says(HANGUP)
    sender.fetch(f"{app.url}/voice", FORM, call=CALL)
    (request,) = sender.requests
    assert seen == [(f"{app.url}/voice", None)], "a hook runs before the request is sent"
    assert (request.method, request.params, request.call, request.status) == ("POST", FORM, CALL, 200)
    assert (request.body, request.content_type, request.error) == (HANGUP.body, "text/xml", None)
    assert request.at == datetime(2026, 3, 14, 2, 10, tzinfo=UTC)
    assert request.headers["X-Twilio-Signature"] == app.asked[0].headers["X-Twilio-Signature"]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_is_followed_with_get_and_without_the_form(app: App, sender: Sender, status: int) -> None:
    app.says(Told(status, headers={"Location": "/next/doc?a=1"}), HANGUP)
    answer = sender.fetch(f"{app.url}/voice", FORM)
    assert answer.document == Document((Hangup(),)) and answer.url == f"{app.url}/next/doc?a=1"
    assert (app.asked[1].method, app.asked[1].path, app.asked[1].form) == ("GET", "/next/doc?a=1", {})
    assert genuine(answer.url, app.asked[1])


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_method_gets_the_form_again(app: App, sender: Sender, status: int) -> None:
    app.says(Told(status, headers={"Location": "/next"}), HANGUP)
    assert sender.fetch(f"{app.url}/voice", FORM).error is None
    assert (app.asked[1].method, app.asked[1].form) == ("POST", FORM)
    assert genuine(f"{app.url}/next", app.asked[1])


def test_ten_redirects_and_no_more(app: App, sender: Sender) -> None:
    on = Told(302, headers={"Location": "/on"})
    app.says(*[on] * 10, HANGUP)
    assert sender.fetch(f"{app.url}/voice", FORM).error is None
    app.says(on)
    assert sender.fetch(f"{app.url}/voice", FORM).error == 11215
    assert len(app.asked) == 22


def test_cookies_last_for_a_call(app: App, sender: Sender) -> None:
    app.says(Told(headers={"Set-Cookie": "visit=7; Path=/; HttpOnly"}), Told())
    for call in (CALL, CALL, "CA" + "9" * 32):
        sender.fetch(f"{app.url}/voice", FORM, call=call)
    sender.forget(CALL)
    sender.fetch(f"{app.url}/voice", FORM, call=CALL)
    assert [asked.headers.get("Cookie") for asked in app.asked] == [None, "visit=7", None, None]


def test_a_cookie_can_be_taken_back(app: App, sender: Sender) -> None:
    app.says(
        Told(headers={"Set-Cookie": "visit=7"}), Told(headers={"Set-Cookie": "visit=; Max-Age=0"}), Told()
    )
    for _ in range(3):
        sender.fetch(f"{app.url}/voice", FORM, call=CALL)
    assert [asked.headers.get("Cookie") for asked in app.asked] == [None, "visit=7", None]


def test_a_user_in_the_url_logs_in_when_asked_to(app: App, sender: Sender) -> None:
    app.says(Told(401, headers={"WWW-Authenticate": 'Basic realm="line"'}), HANGUP)
    url = app.url.replace("://", "://me:s%20cret@") + "/voice"
    assert sender.fetch(url, FORM, call=CALL).error is None
    sender.fetch(url, FORM, call=CALL)
    login = "Basic " + base64.b64encode(b"me:s cret").decode()
    assert [asked.headers.get("Authorization") for asked in app.asked] == [None, login, login]
    assert genuine(f"{app.url}/voice", app.asked[1]), "user and password aren't signed"
    assert all("cret" not in request.url for request in sender.requests)


def test_a_wrong_password_is_not_tried_again(app: App, sender: Sender) -> None:
    app.says(Told(401, headers={"WWW-Authenticate": "Basic"}))
    assert sender.fetch(app.url.replace("://", "://me:no@"), FORM, call=CALL).error == 11200
    assert len(app.asked) == 2


def test_a_packed_answer_is_unpacked(app: App, sender: Sender) -> None:
    app.says(Told(body=gzip.compress(HANGUP.body), headers={"Content-Encoding": "gzip"}))
    assert sender.fetch(f"{app.url}/voice", FORM).document == Document((Hangup(),))


def test_what_the_document_may_hold_on_a_phone_that_was_rung(app: App, sender: Sender) -> None:
    app.says(Told(body=b"<Response><Dial>+447700900101</Dial></Response>"))
    assert sender.fetch(f"{app.url}/whisper", FORM, whisper=True).error == 13201
    assert sender.fetch(f"{app.url}/voice", FORM).error is None


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (None, "https://line.example/a/doc?x=1"),
        ("next", "https://line.example/a/next"),
        ("/next?y=2", "https://line.example/next?y=2"),
        ("?y=2", "https://line.example/a/doc?y=2"),
        ("https://other.example/", "https://other.example/"),
    ],
)
def test_urls_are_seen_from_the_document(url: str | None, wanted: str) -> None:
    assert resolve("https://line.example/a/doc?x=1", url) == wanted
