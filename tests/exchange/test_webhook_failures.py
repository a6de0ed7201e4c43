"""What can go wrong with a webhook, what is tried again, and the faults and doubles a test can ask for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from ivr.exchange.injected import Breakage
from ivr.exchange.webhooks import Limits, Sender
from tests.exchange.webhook_app import NOBODY_LISTENS, App, Told, running

FORM = {"CallSid": "CA" + "2" * 32}
QUICK = Limits(read=0.1)
BIG = b"<Response><!--" + b" " * 65536 + b"--></Response>"


@pytest.fixture
def app() -> Iterator[App]:
    with running() as app:
        yield app


@pytest.fixture
def sender() -> Sender:
    return Sender("token-of-a-test")


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (Told(404), 11200),
        (Told(500, b"<Response/>"), 11200),
        (Told(304), 11200),
        (Told(200, b""), 11770),
        (Told(204, b""), 11770),
        (Told(200, BIG), 11750),
        (Told(200, gzip.compress(BIG), {"Content-Encoding": "gzip"}), 11750),
        (Told(200, b"{}", content_type="application/json"), 12300),
        (Told(200, b"<Response>"), 12100),
        (Told(200, b"<html/>", content_type="text/html"), 12102),
        (Told(200, b"<Response><Dail/></Response>"), 12200),
        (Told(200, b"not gzip", {"Content-Encoding": "gzip"}), 11206),
        (Told(200, headers={"Content-Encoding": "br"}), 11206),
        (Told(raw=b"hello\r\n\r\n"), 11206),
        (Told(raw=b""), 11205),
        (Told(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 99\r\n\r\n<Resp"), 11200),
    ],
)
def test_answers_that_are_no_documents(app: App, sender: Sender, told: Told, wanted: int) -> None:
    app.says(told)
    answer = sender.fetch(f"{app.url}/voice", FORM)
    assert (answer.document, answer.error) == (None, wanted) and answer.message
    assert [request.error for request in sender.requests] == [wanted], "and it isn't tried again"


def test_an_answer_of_just_64_kb_is_read(app: App, sender: Sender) -> None:
    body = b"<Response><!--" + b" " * (65536 - 14 - 14) + b"--></Response>"
    app.says(Told(body=body))
    assert len(body) == 65536 and sender.fetch(f"{app.url}/voice", FORM).error is None


def test_an_answer_that_is_late(app: App) -> None:
    app.says(Told(wait=True))
    answer = Sender("t", limits=QUICK).fetch(f"{app.url}/voice", FORM)
    assert (answer.error, answer.status, app.times_asked(1)) == (11200, None, 1)
    assert 0.05 < answer.seconds < 15


def test_no_connection_is_tried_once_more() -> None:
    sender = Sender("t")
    assert sender.fetch(f"{NOBODY_LISTENS}/voice", FORM).error == 11205
    assert [request.attempt for request in sender.requests] == [1, 2]


@pytest.mark.parametrize(
    ("fragment", "attempts"),
    [
        ("#rc=0", 1),
        ("#rc=3", 4),
        ("#rc=3&rp=5xx", 1),
        ("#rc=2&rp=rt,ct", 3),
        ("#rp=all", 2),
        ("#sni=n&e=dublin", 2),
    ],
)
def test_the_url_says_how_often_no_connection_is_tried_again(fragment: str, attempts: int) -> None:
    sender = Sender("t")
    sender.fetch(f"{NOBODY_LISTENS}/voice{fragment}", FORM)
    assert len(sender.requests) == attempts


@pytest.mark.parametrize(
    ("status", "fragment", "attempts"),
    [(500, "", 1), (503, "#rp=5xx", 2), (404, "#rp=5xx", 1), (404, "#rc=2&rp=4xx", 3), (500, "#rp=all", 2)],
)
def test_the_url_says_which_statuses_are_tried_again(
    app: App, sender: Sender, status: int, fragment: str, attempts: int
) -> None:
    app.says(Told(status))
    assert sender.fetch(f"{app.url}/voice{fragment}", FORM).error == 11200
    assert len(app.asked) == attempts


def test_the_url_can_ask_for_a_shorter_wait(app: App) -> None:
    app.says(Told(wait=True))
    answer = Sender("t").fetch(f"{app.url}/voice#rt=100&rc=1&rp=rt", FORM)
    assert answer.error == 11200 and 0.15 < answer.seconds < 15
    assert app.times_asked(2) == 2


@pytest.mark.parametrize(
    ("asked", "sent", "seconds"),
    [("rt=2000&tt=3000", 2, 3), ("rt=2000&tt=2000", 1, 2), ("rt=2000&tt=9000", 2, 4)],
)
def test_a_second_attempt_has_what_is_left_of_the_total(
    app: App, sender: Sender, asked: str, sent: int, seconds: float
) -> None:
    sender.fail("/voice", times=2, kind="timeout")  # its seconds are counted, not waited for
    answer = sender.fetch(f"{app.url}/voice#rc=1&rp=rt&{asked}", FORM)
    assert (answer.error, answer.seconds, len(sender.requests)) == (11200, seconds, sent)


@pytest.mark.parametrize("fragment", ["#rc=6", "#rc=x", "#ct=99", "#tt=15001", "#rp=6xx", "#retries=1"])
def test_an_override_that_there_is_not(app: App, sender: Sender, fragment: str) -> None:
    answer = sender.fetch(f"{app.url}/voice{fragment}", FORM)
    assert answer.error == 11100 and fragment.split("=")[0] in answer.message and not app.asked


def test_a_second_attempt_carries_the_same_idempotency_token(app: App, sender: Sender) -> None:
    app.says(Told(503), Told())
    assert sender.fetch(f"{app.url}/voice#rp=5xx", FORM).error is None
    sender.fetch(f"{app.url}/voice", FORM)
    first, again, other = (asked.headers["I-Twilio-Idempotency-Token"] for asked in app.asked)
    assert first == again != other


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://198.51.100.7/voice", 11210),
        ("http://line.example/voice", 11210),
        ("http://0.0.0.0/voice", 11210),
        ("http://127.0.0.1.line.example/voice", 11210),
        ("https://127.0.0.1/voice", 11220),
        ("ftp://127.0.0.1/voice", 11100),
        ("http://my_line.example/voice", 11100),
        ("/voice", 11100),
        ("", 11100),
        ("http://127.0.0.1:99999/voice", 11100),
    ],
)
def test_the_exchange_never_dials_out(sender: Sender, url: str, wanted: int) -> None:
    assert sender.fetch(url, FORM).error == wanted


def test_a_redirect_does_not_lead_out_either(app: App, sender: Sender) -> None:
    app.says(Told(302, headers={"Location": "http://line.example/voice"}))
    assert sender.fetch(f"{app.url}/voice", FORM).error == 11210


@pytest.mark.parametrize("location", ["http://127.0.0.1:99999/", "http://[/", "ftp://127.0.0.1/", "/caf\xe9"])
def test_a_redirect_to_no_url(app: App, sender: Sender, location: str) -> None:
    app.says(Told(302, headers={"Location": location}))
    assert sender.fetch(f"{app.url}/voice", FORM).error == 11100


def test_a_way_that_leads_off_this_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Sender("t", via={"https://line.example": "http://198.51.100.7"})


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (Told(204, b""), None),
        (Told(200, b"<Response/>"), None),
        (Told(200, b"<Response></Response>", content_type="application/xml"), None),
        (Told(200, b""), 15003),
        (Told(200, b"ok", content_type="text/plain"), 15003),
        (Told(200, b"{}", content_type="application/json"), 15003),
        (Told(200, b"<Response><Hangup/></Response>"), 15003),
        (Told(202, b""), 15003),
        (Told(404), 15003),
        (Told(500), 15003),
        (Told(raw=b""), 11205),
    ],
)
def test_answers_to_a_status_callback(app: App, sender: Sender, told: Told, wanted: int | None) -> None:
    app.says(told)
    answer = sender.notify(f"{app.url}/status", FORM)
    assert (answer.error, answer.document) == (wanted, None)
    assert sender.requests[0].error == wanted


def test_a_server_that_is_down_is_no_answer_to_a_callback(sender: Sender) -> None:
    assert sender.notify(f"{NOBODY_LISTENS}/status", FORM).error == 11205


@pytest.mark.parametrize(("use", "status"), [("first", 200), ("second", 500)])
def test_every_webhook_twice(app: App, use: str, status: int) -> None:
    sender = Sender("t", duplicates="first" if use == "first" else "second")
    app.says(Told(200), Told(500))
    answer = sender.fetch(f"{app.url}/voice", FORM)
    assert answer.status == status and [asked.form for asked in app.asked] == [FORM, FORM]
    assert [request.duplicate for request in sender.requests] == [False, True]
    first, second = (asked.headers["I-Twilio-Idempotency-Token"] for asked in app.asked)
    assert first == second


@pytest.mark.parametrize(
    ("kind", "wanted", "arrives", "sent"),
    [
        ("reset", None, 1, 2),  # no connection: tried once more
        ("timeout", 11200, 0, 1),
        ("reset-after", 11205, 1, 1),
        ("timeout-after", 11200, 1, 1),
        (500, 11200, 0, 1),
    ],
)
def test_faults_that_a_test_asks_for(
    app: App, sender: Sender, kind: Breakage | int, wanted: int | None, arrives: int, sent: int
) -> None:
    sender.fail("/voice", kind=kind)
    assert sender.fetch(f"{app.url}/status", FORM).error is None, "only URLs with that part in them fail"
    assert sender.fetch(f"{app.url}/voice", FORM).error == wanted
    assert [asked.path for asked in app.asked].count("/voice") == arrives
    assert [request.url for request in sender.requests].count(f"{app.url}/voice") == sent
    assert sender.fetch(f"{app.url}/voice", FORM).error is None, "once is all that was asked for"


def test_a_fault_may_last(app: App, sender: Sender) -> None:
    sender.fail("/voice", times=3, kind="reset")
    assert sender.fetch(f"{app.url}/voice", FORM).error == 11205
    assert sender.fetch(f"{app.url}/voice", FORM).error is None
    sender.fail("/voice", times=9, kind=503)
    sender.heal()
    assert sender.fetch(f"{app.url}/voice", FORM).error is None


def test_a_timeout_that_was_asked_for_counts_its_seconds_and_takes_none(app: App, sender: Sender) -> None:
    sender.fail("/voice", kind="timeout")
    assert sender.fetch(f"{app.url}/voice", FORM).seconds == 15
    sender.fail("/voice", kind="timeout-after")
    assert sender.fetch(f"{app.url}/voice#rt=2000", FORM).seconds == 2


def test_an_unknown_fault_is_refused(sender: Sender) -> None:
    with pytest.raises(ValueError, match="no fault 200"):
        sender.fail("/voice", kind=200)
