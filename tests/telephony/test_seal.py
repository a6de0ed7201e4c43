"""Tokens: nobody reads them, changes them, or carries them from one call to another."""

from __future__ import annotations

import base64
import json
import string
from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.flow.turn import CallerPath, Position
from ivr.telephony.seal import VERSION, BadSeal, Seal, payload_position, position_payload
from tests.telephony.links import POSITION

SEAL = Seal(b"a secret of the tests, 32 bytes or more")
CALL = "CA" + "0123456789abcdef" * 2

steps = st.from_regex(r"[a-z_]{1,9}\.[a-z_0-9]{1,15}", fullmatch=True)
# `...`: of the field's type. A field that is added to Position is thus tried here at once.
of_type: dict[str, Any] = {field.name: ... for field in fields(Position)}
positions = st.builds(Position, **{**of_type, "step": steps, "signs": st.lists(steps, max_size=4).map(tuple)})
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
payloads = st.lists(json_values, max_size=4) | st.dictionaries(st.text(), json_values, max_size=4)


@given(payloads, st.text(), st.text())
def test_what_was_sealed_is_what_comes_out(payload: Any, purpose: str, bind: str) -> None:
    token = SEAL.seal(purpose, payload, bind)
    assert SEAL.open(purpose, token, bind) == payload
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


@given(positions)
@example(Position())
@example(replace(POSITION, signs=("concern.a", "concerned.b", "con.c")))
def test_a_position_travels(position: Position) -> None:
    token = SEAL.seal("turn", position_payload(position), CALL)
    assert payload_position(SEAL.open("turn", token, CALL)) == position


def test_the_same_again_is_the_same_token_even_after_a_restart() -> None:
    token = SEAL.seal("turn", position_payload(POSITION), CALL)
    after = Seal(b"a secret of the tests, 32 bytes or more")
    assert token == after.seal("turn", position_payload(POSITION), CALL)
    assert token != SEAL.seal("turn", position_payload(replace(POSITION, turn=15)), CALL)
    assert SEAL.seal("x", {"a": 1, "b": 2}) == SEAL.seal("x", {"b": 2, "a": 1})


def test_no_bit_can_be_changed() -> None:
    token = SEAL.seal("turn", position_payload(POSITION), CALL)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(BadSeal):
            SEAL.open("turn", base64.urlsafe_b64encode(changed).rstrip(b"=").decode(), CALL)


@pytest.mark.parametrize("length", range(1, 12))
def test_no_letter_can_be_changed(length: int) -> None:
    """Base64's last letter has bits to spare: they have to be right too."""
    token = SEAL.seal("t", ["x" * length])
    for at in range(len(token)):
        for letter in string.ascii_letters + string.digits + "-_+/=. \n%é":
            if letter != token[at]:
                with pytest.raises(BadSeal):
                    SEAL.open("t", token[:at] + letter + token[at + 1 :])


@pytest.mark.parametrize("add", ["=", "==", "A", "AAAA", " ", "\n", "\x00", "é"])
def test_nothing_can_be_added_or_left_out(add: str) -> None:
    token = SEAL.seal("turn", position_payload(POSITION), CALL)
    for text in (token + add, add + token, token[:-1], token[1:], token[: len(token) // 2] + add):
        with pytest.raises(BadSeal):
            SEAL.open("turn", text, CALL)


def test_a_token_is_good_for_one_purpose_and_one_call() -> None:
    token = SEAL.seal("turn", [1], CALL)
    others = [("turn", CALL[:-1] + "0"), ("turn", ""), ("accept", CALL)]
    for purpose, bind in [*others, ("", "turn" + CALL), ("turn" + CALL, "")]:
        with pytest.raises(BadSeal):
            SEAL.open(purpose, token, bind)
    with pytest.raises(BadSeal):
        Seal(b"another secret of the tests, 32 bytes").open("turn", token, CALL)
    assert SEAL.open("turn", token, CALL) == [1]


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_anything_else_is_no_token(text: str) -> None:
    with pytest.raises(BadSeal):
        SEAL.open("turn", text, CALL)


def test_a_token_is_short_and_holds_nothing_readable() -> None:
    token = SEAL.seal("turn", position_payload(POSITION), CALL)
    assert len(token) < 200
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for word in (b"gate", b"concern", b"clinician", b"symptom", b"emergency", POSITION.revision.encode()):
        assert word not in raw and word.decode() not in token
    same_step = SEAL.seal("turn", position_payload(POSITION), CALL[:-1] + "0")
    assert same_step != token  # two calls at the same place don't show that they are


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {},
        None,
        "position",
        7,
        [VERSION],
        {"step": "x"},
        [VERSION + 1, *position_payload(POSITION)[1:]],
        [VERSION, "r", 1, "a.b", 0, 9, [], 0, 0, 0],
        [VERSION, "r", 1, 5, 0, 1, [], 0, 0, 0],
        [VERSION, "r", 1, "a.b", 0, "open", [], 0, 0, 0],
        [VERSION, "r", 1, "a.b", 0, 1, 3, 0, 0, 0],
        [*position_payload(POSITION), 1],
    ],
)
def test_another_payload_is_no_position(payload: Any) -> None:
    with pytest.raises(BadSeal):
        payload_position(payload)


def test_a_position_of_another_version_says_so() -> None:
    with pytest.raises(BadSeal, match="a position of version 2: this code reads version 1"):
        payload_position([2, *position_payload(POSITION)[1:]])


def test_the_order_of_paths_is_part_of_the_tokens_on_their_way() -> None:
    assert [position_payload(replace(POSITION, path=path))[5] for path in get_args(CallerPath)] == [0, 1, 2]
    assert json.dumps(position_payload(POSITION)).count(".gate_") == 2


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="IVR_SECRET_KEY needs at least 32"):
        Seal(b"x" * 31)
