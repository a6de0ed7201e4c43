"""X-Twilio-Signature against published vectors, and against the provider's own checker.

Of the published vectors these are the ones whose parameters hold no real phone number; for all other forms
of a URL the checker has the word.
"""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.exchange.signing import hashed_url, signature, signed_url

PLACE = "mycompany.com/myapp.php?foo=1&bar=2"
FORM = {"CallSid": "CA1234567890ABCDE", "From": "+447700900123", "To": "+441632960000", "Digits": "1234"}


def test_equal_values_of_one_name_count_once() -> None:
    form = [("Sid", "CA123"), ("SidAccount", "AC123")]
    form += [("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
    assert signature("12345", f"https://{PLACE}", form) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


def test_a_body_that_is_no_form_is_signed_by_its_hash() -> None:
    body = b'{"property": "value", "boolean": true}'
    url = hashed_url(f"https://{PLACE}", body)
    assert url.endswith("&bodySHA256=" + hashlib.sha256(body).hexdigest())
    assert hashlib.sha256(body).hexdigest().startswith("0a1ff763")
    assert signature("12345", url) == "a9nBmqA0ju/hNViExpshrM61xv4="


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://line.example:8443/a?b=1", "https://line.example/a?b=1"),  # voice over HTTPS: no port
        ("https://line.example:443", "https://line.example"),
        ("http://line.example:8080/a", "http://line.example:8080/a"),  # over HTTP it stays
        ("https://me:pass@line.example:8443/a", "https://line.example/a"),  # user and password go
        ("http://me:p%40ss@127.0.0.1:5000?a=1", "http://127.0.0.1:5000?a=1"),
        ("https://line.example/a?b=1#rc=2&rp=5xx", "https://line.example/a?b=1"),  # so do overrides
        ("https://line.example/a?", "https://line.example/a?"),  # an empty query stays
        ("https://line.example/a?to=x@y:1", "https://line.example/a?to=x@y:1"),
        ("https://[::1]:8443/a", "https://[::1]/a"),
        ("https://[::1]/a", "https://[::1]/a"),
    ],
)
def test_what_is_signed_of_a_url(url: str, wanted: str) -> None:
    assert signed_url(url) == wanted


def test_the_port_of_a_message_callback_stays() -> None:
    assert signed_url("https://me@line.example:8443/a#rc=1", keep_port=True) == "https://line.example:8443/a"


def test_the_order_of_parameters_does_not_matter() -> None:
    backwards = list(reversed(FORM.items()))
    assert signature("12345", f"https://{PLACE}", backwards) == signature(
        "12345", f"https://{PLACE}", FORM.items()
    )


@pytest.mark.parametrize("origin", ["https://a.example", "http://a.example:80", "http://a.example:1234"])
def test_the_checker_takes_a_voice_request(origin: str) -> None:
    url = f"{origin}/voice?foo=1&bar=2"
    assert RequestValidator("12345").validate(url, FORM, signature("12345", url, FORM.items()))


@pytest.mark.parametrize("port", ["", ":443", ":8443"])
def test_the_checker_takes_https_on_any_port_without_it(port: str) -> None:
    url = f"https://a.example{port}/voice?foo=1&bar=2"
    assert RequestValidator("12345").validate(url, FORM, signature("12345", signed_url(url), FORM.items()))


class Multi(dict[str, list[str]]):
    """A form with repeated names, as web frameworks give it."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


text = st.text(max_size=12)
forms = st.dictionaries(text.filter(bool), st.lists(text, min_size=1, max_size=3), max_size=6)


@given(forms, st.booleans())
def test_the_checker_takes_any_form(form: dict[str, list[str]], ported: bool) -> None:
    url = "http://127.0.0.1:8000/voice/a%20b?x=%2B" if ported else "https://line.example/voice?x=1&y="
    pairs = [(name, value) for name, values in form.items() for value in values]
    assert RequestValidator("12345").validate(url, Multi(form), signature("12345", url, pairs))
