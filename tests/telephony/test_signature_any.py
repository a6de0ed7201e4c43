"""Signatures of thousands of requests: valid is what twilio's own validator says, and nothing else."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from ivr.telephony.signature import Signatures
from tests.telephony.judge import HOST, NEXT, TOKEN, oracle, sign

text = st.text(st.characters(codec="utf-8"), max_size=12)
some_values = st.sampled_from(["", "+447700900123", "a b", "50%", "x&y=z", "é", "🌹", "%2B", "+", "="])
some_names = st.sampled_from(["From", "To", "Digits", "A", "a", ""])
pairs = st.lists(st.tuples(some_names | text, some_values | text), max_size=8)
encoders = st.sampled_from([quote_plus, lambda t: quote(t, safe=""), lambda t: quote(t).lower()])
segments = st.text(string.ascii_letters + string.digits + "-._~!$'()*,:@%", max_size=10)
queries = st.text(string.ascii_letters + string.digits + "-._~!$'()*,:@%/?=&+;", max_size=20)
plain_targets = st.builds(
    lambda path, query: "/" + "/".join(path) + (f"?{query}" if query else ""),
    st.lists(segments, max_size=3),
    queries,
)
odd = ["/?", "/a?", "/a;?x", "/a;", "/a;b?c", "/a#b", "/a?b#", "//x/y", "/a b", "/a\tb", "/a\n", "/%2b?%2B"]
odd += ["/[x]", "/a&b", "/a=b?"]
odd_targets = text.map(lambda t: "/" + t) | st.sampled_from(odd)
bases = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}{path}",
    st.sampled_from(["http", "https"]),
    st.sampled_from(["line.example", "a.b-c.example", "127.0.0.1", "localhost"]),
    st.sampled_from(["", ":80", ":443", ":5000", ":8443"]),
    st.sampled_from(["", "/ivr", "/a/b"]),
)


def encoded(items: list[tuple[str, str]], encode: Any) -> bytes:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in items).encode()


@settings(max_examples=2500)
@given(bases, plain_targets | odd_targets, pairs, encoders, st.booleans(), st.data())
def test_valid_is_what_twilios_validator_says(
    base: str, target: str, items: list[tuple[str, str]], encode: Any, right: bool, data: st.DataObject
) -> None:
    body = encoded(items, encode)
    signed_base = data.draw(st.sampled_from([base, base.replace(":443", ""), base.replace(":80", "")]))
    signature = sign(signed_base, target, body)
    if not right:
        changes = st.sampled_from(["body", "target", "token", "letter", "text"])
        change = data.draw(changes)
        if change == "body":
            body = encoded(data.draw(pairs), encode)
        elif change == "target":
            target = data.draw(plain_targets | odd_targets)
        elif change == "token":
            signature = sign(base, target, body, NEXT)
        elif change == "letter":
            at = data.draw(st.integers(0, len(signature) - 1))
            letter = data.draw(st.sampled_from(string.ascii_letters))
            signature = signature[:at] + letter + signature[at + 1 :]
        else:
            signature = data.draw(text)
    form = Signatures(base, (TOKEN,)).check(target, body, signature)
    assert (form is not None) == oracle(base, target, body, signature)
    if form is not None:
        sent = parse_qsl(body.decode(), keep_blank_values=True)
        assert dict(form) == dict(sent)
        assert all(form.all(name) == [v for n, v in sent if n == name] for name, _ in sent)


PIECES = [b"%", b"A", b"=", b"&", b"+", b"%c3", b"%A9", b"\xc3", b"\xa9", b"%zz", b"%2"]


@settings(max_examples=1500)
@given(st.binary(max_size=60) | st.lists(st.sampled_from(PIECES)).map(b"".join))
@example(b"&&a&=&=b&a==&")
@example(b"%")
@example(b"a=%C3\xc3\xa9%A9")
def test_a_form_is_parsed_as_urllib_parses_it_whatever_the_bytes(body: bytes) -> None:
    form = Signatures(HOST, (TOKEN,)).check("/voice", body, sign(HOST, "/voice", body))
    assert form is not None
    assert dict(form) == dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


@settings(max_examples=300)
@given(pairs)
def test_a_form_is_what_flask_would_see(items: list[tuple[str, str]]) -> None:
    body = urlencode(items).encode()
    form = Signatures(HOST, (TOKEN,)).check("/voice", body, sign(HOST, "/voice", body))
    environ = EnvironBuilder(
        "/voice", method="POST", data=body, content_type="application/x-www-form-urlencoded"
    ).get_environ()
    seen = Request(environ).form
    assert form is not None and {name: form.all(name) for name in form} == seen.to_dict(flat=False)


@settings(max_examples=500)
@given(st.text(st.characters(exclude_categories=())), st.binary(max_size=20), st.none() | st.text())
def test_it_never_raises(target: str, body: bytes, signature: str | None) -> None:
    assert Signatures(HOST, (TOKEN,)).check(target, body, signature) is None
