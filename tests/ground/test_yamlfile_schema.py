"""From a file's values to a model: what doesn't fit is told in plain words, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ivr.yamlfile import BadInput, Document, Problem, parse, validate


class Phone(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    number: str
    ring: int = Field(default=5, ge=1, le=60)
    order: Literal["in_turn", "together"] = "in_turn"
    starts: str | None = Field(default=None, alias="from")
    keys: Mapping[Literal["1", "2"], tuple[str, ...]] = {}

    @field_validator("number")
    @classmethod
    def _plus(cls, text: str) -> str:
        if not text.startswith("+"):
            raise ValueError("there is no +", "Begin with +")
        return text


class Book(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    phones: tuple[Phone, ...] = Field(default=(), min_length=1)
    named: Mapping[str, Phone | None] = {}
    quiet: bool = False


def refusal(text: str, *loc: str | int, model: type[BaseModel] = Book) -> list[str]:
    with pytest.raises(BadInput) as refused:
        validate(model, parse(text, "f.yaml"), loc)
    return [str(problem) for problem in refused.value.problems]


def test_a_sound_file_becomes_a_model() -> None:
    text = "phones:\n- {number: '+1', from: x, keys: {1: [a, b]}}\n"

    assert validate(Book, parse(text, "f.yaml")).phones[0].keys == {"1": ("a", "b")}
    assert validate(Phone, parse(text, "f.yaml"), ("phones", 0)).starts == "x"


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("{}", "phones.0.number is missing. Add `number:` to phones.0."),
        ("{number: '1'}", "phones.0.number: there is no +. Begin with +."),
        ("{number: '+1', rng: 3}", "phones.0.rng is not a setting. Did you mean ring?"),
        ("{number: '+1', form: x}", "phones.0.form is not a setting. Did you mean from?"),
        ("{number: '+1', x: 3}", "phones.0.x is not a setting. Known here: number, ring, order, from, keys."),
        (
            "{number: +447700900123}",
            "phones.0.number is read as a number, and would lose its + and its zeros."
            ' Quote phone numbers, as in "+44...".',
        ),
        ("{number: 12}", "phones.0.number must be text, not a number. Put it in quotes."),
        ("{number: ~}", "phones.0.number must be text, not empty. Put it in quotes."),
        ("{number: [a]}", "phones.0.number must be text, not a list. Put it in quotes."),
        ("{number: '+1', ring: 0}", "phones.0.ring must be 1 or more."),
        ("{number: '+1', ring: 61}", "phones.0.ring must be 60 or less."),
        (
            "{number: '+1', ring: 1.5}",
            "phones.0.ring must be a whole number, not a fraction. Write digits only, without quotes.",
        ),
        (
            "{number: '+1', order: both}",
            'phones.0.order: "both" is not one of in_turn, together. Choose one of them.',
        ),
        ("{number: '+1', keys: {3: []}}", 'phones.0.keys.3: "3" is not one of 1, 2. Choose one of them.'),
        (
            "{number: '+1', keys: {1: a}}",
            "phones.0.keys.1 must be a list ([a, b], or lines that begin with -), not text.",
        ),
        ("[]", "phones.0 must be a block of settings (name: value), not a list."),
    ],
)
def test_what_does_not_fit_is_told_in_plain_words(phone: str, said: str) -> None:
    assert refusal(f"phones:\n- {phone}\n") == [f"f.yaml:2: {said}"]


def test_everything_that_does_not_fit_is_told_in_the_order_of_the_file() -> None:
    text = "quiet: 'yes'\nnamed:\n  a: {ring: 3}\n  b: {number: '+1', rign: 3}\nphones: []\n"

    assert refusal(text) == [
        "f.yaml:1: quiet must be true or false, not text. Write true or false, without quotes.",
        "f.yaml:3: named.a.number is missing. Add `number:` to named.a.",
        "f.yaml:4: named.b.rign is not a setting. Did you mean ring?",
        "f.yaml:5: phones must not be empty. Name at least one.",
    ]


def test_a_part_is_told_by_its_place_in_the_whole_file() -> None:
    text = "phones:\n- {number: '+1', ring: x}\n"

    assert refusal(text, "phones", 0, model=Phone) == [
        "f.yaml:2: phones.0.ring must be a whole number, not text. Write digits only, without quotes."
    ]
    assert refusal(text, "phones", 3, model=Phone) == ["f.yaml:1: phones.3 is missing. Add it."]
    assert refusal("") == ["f.yaml: the file must be a block of settings (name: value), not empty."]


NAMES = st.sampled_from(["phones", "named", "number", "keys", "1", "ring", "x"])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers(0, 99) | FINITE | st.text()


@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
        max_leaves=12,
    )
)
def test_whatever_is_in_a_file_it_fits_or_is_refused_in_plain_words(data: object) -> None:
    document = Document("f.yaml", data, {(): 1})
    try:
        validate(Book, document)
    except BadInput as error:
        assert error.problems
        assert all(problem.line == 1 and "put should" not in problem.message for problem in error.problems)


# --- a problem ----------------------------------------------------------------


def test_how_a_problem_reads() -> None:
    assert str(Problem("config.yaml", 12, "a is odd", "Mend it")) == "config.yaml:12: a is odd. Mend it."
    assert str(Problem("NAME", None, "is it?", "", "warning")) == "NAME: warning: is it?"


@pytest.mark.parametrize("number", ["+447700900123", "07700 900123", "+44 (0)7700 900 123", "447700900123"])
def test_a_problem_never_carries_a_phone_number(number: str) -> None:
    problem = Problem("f.yaml", 1, f'there is no "{number}" here', f"Write {number}, since 2026-12-25 18:00")

    assert str(problem) == 'f.yaml:1: there is no "…" here. Write …, since 2026-12-25 18:00.'
