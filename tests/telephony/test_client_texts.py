"""Texts over REST: when one went out, when it did not, and when nobody can say."""

from __future__ import annotations

import json
import logging
import socket
from ssl import SSLCertVerificationError

import pytest
from requests import exceptions as web
from twilio.base.exceptions import TwilioException
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as UntrustedError

from ivr.exchange.injected import Breakage
from ivr.line.telephone import Permanent, Telephone, TelephoneError, Temporary, Unknown
from ivr.telephony.client import TwilioTelephone
from ivr.telephony.refusals import MEANINGS, failed, refused
from tests.cli.served import until
from tests.exchange.rest_desk import OTHER, OWN, SID, TOKEN, Desk
from tests.telephony.asking import CA, RE, at, raised, text
from tests.telephony.canned import canned


def test_a_text_goes_out(desk: Desk, telephone: Telephone) -> None:
    sid = text(telephone)
    [message] = desk.messages
    assert (message.sid, message.to, message.from_, message.validity) == (sid, OTHER, OWN, 300)
    assert (message.body, message.status_callback) == (
        "Ref 4F2XYZ. Please ring in.",
        "https://line.example/text-status",
    )


def test_a_text_may_have_no_callback_and_its_own_validity(desk: Desk, telephone: Telephone) -> None:
    telephone.text(OTHER, OWN, "Hello", validity=60)
    [message] = desk.messages
    assert (message.status_callback, message.validity) == (None, 60)


@pytest.mark.parametrize(
    ("kind", "what", "sent"),
    [
        ("timeout", Unknown, 0),
        ("timeout-after", Unknown, 1),
        ("reset", Unknown, 0),
        ("reset-after", Unknown, 1),
    ],
)
def test_a_text_without_an_answer_may_have_gone_out(
    desk: Desk, telephone: Telephone, kind: Breakage, what: type[TelephoneError], sent: int
) -> None:
    desk.server.faults.fail_rest("Messages", kind=kind)
    hasty = at(desk.server.url, timeout=0.3)
    error = raised(what, lambda: text(hasty if "timeout" in kind else telephone))
    assert (error.code, error.status) == (None, None)
    if sent:
        until(lambda: desk.messages)  # who asked may have given up earlier
    assert len(desk.messages) == sent
    assert text(telephone)  # the next one is none the worse


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (429, Temporary),
        (500, Temporary),
        (502, Temporary),
        (503, Temporary),
        (401, Temporary),
        (400, Permanent),
        (404, Permanent),
        (20003, Temporary),
        (20429, Temporary),
        (21211, Permanent),
        (21608, Permanent),
        (21610, Permanent),
        (21611, Temporary),
        (21614, Permanent),
        (63038, Temporary),
    ],
)
def test_a_refusal_of_twilios_says_whether_to_ask_again(
    desk: Desk, telephone: Telephone, fault: int, kind: type[TelephoneError]
) -> None:
    desk.server.faults.fail_rest("Messages", kind=fault)
    error = raised(kind, lambda: text(telephone))
    assert desk.messages == []
    assert fault == (error.status if fault < 1000 else error.code)
    assert error.code is None or str(error.code) in error.why
    assert MEANINGS.get(error.code or 0, "") in error.why


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_that_twilio_refuses(desk: Desk, telephone: Telephone, code: int) -> None:
    desk.book.refuse(OTHER, code)
    assert raised(Permanent, lambda: text(telephone)).code == code


def test_a_wrong_token_can_be_put_right(desk: Desk) -> None:
    wrong = TwilioTelephone(desk.server.url, SID, "another-token")
    error = raised(Temporary, lambda: text(wrong))
    assert (error.status, error.code) == (401, 20003) and "check TWILIO_ACCOUNT_SID" in error.why
    desk.book.add_recording(CA, 1)
    assert raised(Temporary, lambda: wrong.recording(RE)).status == 401


def test_what_never_left_can_be_sent_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = at(f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert "no connection" in raised(Temporary, lambda: text(nobody)).why
        assert "no connection" in raised(Temporary, lambda: nobody.recording(RE)).why


@pytest.mark.parametrize("url", ["", "api.twilio.example", "telnet://127.0.0.1", "http://"])
def test_an_address_that_is_none(url: str) -> None:
    raised(Permanent, lambda: text(at(url)))
    raised(Permanent, lambda: at(url).recording(RE))


@pytest.mark.parametrize(
    ("status", "body", "content_type", "kind"),
    [
        (502, b"<html>Bad gateway</html>", "text/html", Unknown),
        (504, b"", "text/html", Unknown),
        (500, b"[]", "application/json", Unknown),
        (503, b"<html>Back soon</html>", "text/html", Temporary),
        (429, b"slow down", "text/plain", Temporary),
        (403, b"<html>Forbidden</html>", "text/html", Permanent),
        (302, b"", "text/html", Permanent),
        (201, b"<html>Log in to the network</html>", "text/html", Unknown),
        (201, b"[]", "application/json", Unknown),
        (201, b"{}", "application/json", Unknown),
        (201, b"", "application/json", Unknown),
    ],
)
def test_an_answer_that_is_not_twilios(
    status: int, body: bytes, content_type: str, kind: type[TelephoneError]
) -> None:
    with canned(status, body, content_type) as url:
        assert raised(kind, lambda: text(at(url))).code is None


def test_an_error_in_the_newer_form() -> None:
    """RFC 9457: twilio raises another class for it, which isn't a TwilioRestException."""
    for status, code, kind in ((400, 21610, Permanent), (429, 20429, Temporary), (500, 20500, Temporary)):
        body = {
            "type": "https://www.twilio.com/docs/errors/1",
            "title": f"No texts to {OTHER}",
            "status": status,
            "code": code,
            "detail": f"{OTHER} has opted out",
        }
        with canned(status, json.dumps(body).encode(), "application/problem+json") as url:
            error = raised(kind, lambda url=url: text(at(url)))  # type: ignore[misc]
        assert (error.status, error.code) == (status, code)


def test_a_connection_that_was_never_made_or_never_trusted() -> None:
    """A silent host, a certificate that is someone else's: these can't be had on loopback."""
    distrust = MaxRetryError(None, "", UntrustedError(SSLCertVerificationError("not trusted")))  # type: ignore[arg-type]
    broken = MaxRetryError(None, "", UntrustedError("bad record"))  # type: ignore[arg-type]
    for error, kind in (
        (web.ConnectTimeout(), Temporary),
        (web.ProxyError(), Temporary),
        (web.SSLError(distrust), Temporary),
        (web.SSLError(broken), Unknown),
        (web.ConnectionError(), Unknown),
    ):
        assert type(failed("text", error, repeatable=False)) is kind


def test_the_other_errors_of_twilios_package() -> None:
    assert type(failed("text", TwilioException("Credentials are required"), repeatable=False)) is Unknown
    assert type(failed("state", TwilioException("?"), repeatable=True)) is Temporary
    assert type(refused("state", 502, None, repeatable=True)) is Temporary
    assert "docs/errors/34001" in refused("text", 400, 34001, repeatable=False).why


def test_the_environment_does_not_lead_it_elsewhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    assert text(TwilioTelephone(desk.server.url + "/", SID, TOKEN))


def test_no_number_reaches_a_log(desk: Desk, telephone: Telephone, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        text(telephone)
        desk.book.refuse(OTHER, 21610)
        raised(Permanent, lambda: text(telephone))
    assert OTHER[1:] not in caplog.text and "Ref 4F2XYZ" not in caplog.text
