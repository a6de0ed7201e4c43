"""The page's server: who may ask it what, and what it answers to nonsense."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from ivr.exchange.clock import RealClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.handset.handset import Handset
from ivr.exchange.handset.phones import Phone
from ivr.exchange.handset.server import FILES

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
LINE, ME, ANA = "+441632960000", "+447700900123", "+447700900101"


@pytest.fixture
def handset() -> Iterator[Handset]:
    """A handset whose exchange stands still: nothing is done that run() would do."""
    clock = RealClock(AT)
    phones = [Phone("me", "Me", ME, "Mine", own=True), Phone("ana", "Ana", ANA, "Others")]
    with Exchange("AC" + "1" * 32, "token", clock) as exchange:
        exchange.add_number(LINE, "http://127.0.0.1:9/voice")
        with Handset(exchange, clock, phones, line=LINE, zone="Europe/London") as handset:
            yield handset


def ask(
    handset: Handset, method: str, path: str, body: bytes | None = None, token: str = "", **headers: str
) -> tuple[int, bytes, http.client.HTTPMessage]:
    parts = urlsplit(handset.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    target = f"/{token or parts.path.strip('/')}/{path}"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, target, body, sent)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, read, answer.headers


def act(handset: Handset, **words: str) -> tuple[int, str]:
    status, body, _ = ask(handset, "POST", "act", json.dumps(words).encode())
    return status, json.loads(body)["error"] if body else ""


def test_it_listens_on_this_machine_alone_behind_a_token(handset: Handset) -> None:
    parts = urlsplit(handset.url)
    assert parts.hostname == "127.0.0.1" and len(parts.path.strip("/")) >= 20
    assert ask(handset, "GET", "")[0] == 200
    assert ask(handset, "GET", "", token="another")[0] == 403
    assert ask(handset, "GET", "page.js", token="")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "clinic.example"},  # a name that was pointed at this machine
        {"Host": "localhost:1"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},  # another port of this machine
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_another_sites_page_moves_no_phone(handset: Handset, headers: dict[str, str]) -> None:
    words = json.dumps({"phone": "me", "act": "dial", "to": LINE}).encode()
    assert ask(handset, "POST", "act", words, **headers)[0] == 403
    assert ask(handset, "POST", "act", words)[0] == 204


def test_it_is_watched_by_its_own_page_alone(handset: Handset) -> None:
    assert ask(handset, "GET", "events", Origin="https://elsewhere.example")[0] == 403
    assert ask(handset, "GET", "events", Sec_Fetch_Site="cross-site")[0] == 403


def test_nothing_from_elsewhere_may_run_or_be_asked(handset: Handset) -> None:
    headers = ask(handset, "GET", "")[2]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
    for file in FILES.iterdir():
        assert "://" not in file.read_text().replace("http://www.w3.org", ""), file.name
        assert "style=" not in file.read_text() and "onclick" not in file.read_text(), file.name


@pytest.mark.parametrize("path", ["handset.py", "../server.py", "%2e%2e/server.py", "a/b", "page.css/"])
def test_only_the_pages_own_files_are_there(handset: Handset, path: str) -> None:
    assert ask(handset, "GET", path)[0] == 404


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"phone": "nobody", "act": "answer"}, "no phone 'nobody'"),
        ({"phone": "me", "act": "dance"}, "no 'dance'"),
        ({"phone": "me", "act": "press", "keys": "1"}, "no call is on this phone: Me"),
        ({"phone": "me", "act": "press", "keys": "1a"}, "keys are"),
        ({"phone": "me", "act": "say", "text": " "}, "say something"),
        ({"phone": "me", "act": "say", "text": "x" * 501}, "say something"),
        ({"phone": "me", "act": "dial", "to": "+441632960009"}, f"dial {LINE}"),
        ({"phone": "me", "act": "dial", "to": LINE, "from": "x" * 41}, "can't be a caller's number"),
        ({"phone": "ana", "act": "behave", "as": "a cat"}, "behaves like"),
    ],
)
def test_what_cant_be_done_is_said_in_words(handset: Handset, words: dict[str, str], says: str) -> None:
    status, error = act(handset, **words)
    assert status == 409 and says in error


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"phone": 1}', b"\xff"])
def test_nonsense_is_refused(handset: Handset, body: bytes) -> None:
    assert ask(handset, "POST", "act", body)[0] == 409
    assert ask(handset, "POST", "time", body)[0] == 409
    assert ask(handset, "POST", "spoken?phone=me", body)[0] == 409


def test_what_is_too_long_isnt_read(handset: Handset) -> None:
    assert ask(handset, "POST", "spoken?phone=me", Content_Length=str(10**9))[0] == 413
    assert ask(handset, "POST", "elsewhere", b"{}")[0] == 404


@pytest.mark.parametrize(
    ("at", "says"),
    [("tomorrow", "is no time"), ("1999-01-01T00:00", "is no time"), ("2027-03-28T01:30", "go forward")],
)
def test_a_time_that_there_isnt(handset: Handset, at: str, says: str) -> None:
    status, body, _ = ask(handset, "POST", "time", json.dumps({"at": at}).encode())
    assert status == 409 and says in json.loads(body)["error"]
