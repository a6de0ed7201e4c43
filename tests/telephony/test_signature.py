"""Signatures: the published vectors that name no real phone, and what production brings."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

import pytest

from ivr.exchange.signing import signature as exchange_signature
from ivr.telephony.signature import LONGEST_BODY, Form, Signatures
from tests.telephony.judge import BODY, HOST, NEXT, TARGET, TOKEN, oracle, sign


@pytest.mark.parametrize(
    ("base", "signed"),
    [
        (HOST, HOST),
        (f"{HOST}:443", HOST),
        (HOST, f"{HOST}:443"),
        (f"{HOST}:8443", HOST),
        (f"{HOST}:8443", f"{HOST}:8443"),
        ("http://mycompany.com", "http://mycompany.com:80"),
        ("http://mycompany.com:80", "http://mycompany.com"),
        ("http://mycompany.com:1234", "http://mycompany.com:1234"),
    ],
)
def test_twilio_may_sign_with_the_port_or_without(base: str, signed: str) -> None:
    signature = sign(signed, TARGET, BODY)
    assert oracle(base, TARGET, BODY, signature)
    form = Signatures(base, (TOKEN,)).check(TARGET, BODY, signature)
    assert form is not None and form["Digits"] == "1234"


def test_the_exchange_signs_as_it_is_checked_here() -> None:
    sent = [("From", "+447700900123"), ("ToZip", ""), ("Digits", "1"), ("Digits", "1"), ("Speech", "é & 🌹")]
    signature = exchange_signature(TOKEN, HOST + TARGET, sent)
    assert Signatures(HOST, (TOKEN,)).check(TARGET, urlencode(sent).encode(), signature) == dict(sent)


def test_the_published_vector_of_a_body_that_is_no_form() -> None:
    """No voice webhook has one. Its signature covers the URL alone, so that is all that counts."""
    body = b'{"property": "value", "boolean": true}'
    target = f"{TARGET}&bodySHA256={sha256(body).hexdigest()}"
    signatures, signature = Signatures(HOST, (TOKEN,)), "a9nBmqA0ju/hNViExpshrM61xv4="
    assert signatures.check(target, b"", signature) == {}
    assert signatures.check(target, body, signature) is None


def test_the_published_vector_with_a_name_sent_twice() -> None:
    body = b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
    form = Signatures(HOST, (TOKEN,)).check(TARGET, body, "IK+Dwps556ElfBT0I3Rgjkr1wJU=")
    assert form is not None
    assert form["Digits"] == "1234" and form.all("Digits") == ["5678", "1234", "1234"]
    assert form.all("Sid") == ["CA123"] and form.all("Nothing") == []


def test_the_present_token_and_the_next_one_count_and_no_other() -> None:
    both = Signatures(HOST, (TOKEN, NEXT))
    for token, right in ((TOKEN, True), (NEXT, True), ("the-one-before", False)):
        assert (both.check(TARGET, BODY, sign(HOST, TARGET, BODY, token)) is not None) == right


def test_a_get_is_signed_over_its_address_alone() -> None:
    form = Signatures(HOST, (TOKEN,)).check("/safe?CallSid=CA1", b"", sign(HOST, "/safe?CallSid=CA1", b""))
    assert form == {} and form is not None


@pytest.mark.parametrize("signature", [None, "", " ", "é", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "\udc80"])
def test_no_signature_and_half_a_signature(signature: str | None) -> None:
    assert Signatures(HOST, (TOKEN,)).check(TARGET, BODY, signature) is None


@pytest.mark.parametrize("target", ["", "*", "voice", HOST + "/voice", "@evil.example/", ":80/voice"])
def test_what_is_no_path_of_ours_is_refused_even_if_signed(target: str) -> None:
    assert Signatures(HOST, (TOKEN,)).check(target, b"", sign(HOST, target, b"")) is None


def test_a_body_that_is_no_webhook_is_not_even_parsed() -> None:
    longest = b"A=" + b"x" * (LONGEST_BODY - 2)
    signatures = Signatures(HOST, (TOKEN,))
    assert signatures.check("/voice", longest, sign(HOST, "/voice", longest)) is not None
    assert signatures.check("/voice", longest + b"x", sign(HOST, "/voice", longest + b"x")) is None


def test_every_parameter_counts_even_the_empty_ones() -> None:
    signatures = Signatures(HOST, (TOKEN,))
    body = b"CallSid=CA1&ToZip=&CalledCity=&New=1"
    signature = sign(HOST, "/voice", body)
    sent = {"CallSid": "CA1", "ToZip": "", "CalledCity": "", "New": "1"}
    assert signatures.check("/voice", body, signature) == sent
    for other in (b"CallSid=CA1&New=1", body + b"&More=", body.replace(b"CA1", b"CA2"), body + b"&New=2"):
        assert signatures.check("/voice", other, signature) is None


def test_a_form_shows_names_and_no_values() -> None:
    form = Form()
    form.add("From", "+447700900123")
    form.add("SpeechResult", "my eye")
    assert repr(form) == f"{form}" == "Form(From, SpeechResult)"


@pytest.mark.parametrize(
    "url", ["", "line.example", "ftp://line.example", "https://", "/voice", "https://:443"]
)
def test_a_public_address_that_could_never_be_right(url: str) -> None:
    with pytest.raises(ValueError, match="IVR_PUBLIC_URL"):
        Signatures(url, (TOKEN,))


@pytest.mark.parametrize(
    "url", ["https://u:p@line.example", "https://line.example/?a=1", "https://line.example/#a"]
)
def test_a_public_address_with_too_much_in_it(url: str) -> None:
    with pytest.raises(ValueError, match="IVR_PUBLIC_URL takes no user name, query or fragment"):
        Signatures(url, (TOKEN,))


@pytest.mark.parametrize("tokens", [(), ("",), (TOKEN, "")])
def test_no_token_no_check(tokens: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="TWILIO_AUTH_TOKEN is empty"):
        Signatures(HOST, tokens)


def test_a_slash_at_the_end_of_the_public_address_is_no_matter() -> None:
    assert Signatures(HOST + "/", (TOKEN,)).check("/voice", b"", sign(HOST, "/voice", b"")) == {}
