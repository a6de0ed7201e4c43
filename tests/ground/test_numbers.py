"""Which text is a phone number, who rings, and what of a number may be seen."""

from __future__ import annotations

import re
import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.numbers import caller, is_e164, mask

DRAMA = ["+447700900123", "+441632960000", "+442079460000"]
DIGITS = st.text("0123456789", max_size=17)


@pytest.mark.parametrize("number", DRAMA)
def test_a_uk_number_rings_from_home(number: str) -> None:
    assert (caller(number).kind, caller(number).number) == ("home", number)


# Each from the range that its country keeps for fiction.
@pytest.mark.parametrize("number", ["+12025550123", "+33199000123", "+61491570156", "+353209123456"])
def test_other_countries_ring_from_abroad(number: str) -> None:
    assert (caller(number).kind, caller(number).number) == ("abroad", number)


def test_home_is_where_the_clinic_is() -> None:
    assert caller("+12025550123", home="+1").kind == "home"
    assert caller("+447700900123", home="+1").kind == "abroad"
    assert caller("+353209123456", home="+3").kind == "abroad"  # no country code, so nobody's home


@pytest.mark.parametrize(
    "raw",
    # every spelling that providers have been seen to send for "no number" …
    ["anonymous", "Anonymous", "unknown", "unavailable", "restricted", "private", "blocked", ""]
    + ["+266696687", "+", "+8656696", "+2562533", "+7378742833", "+86282452253", "+7748283", "+94844353"]
    # … what networks pass on raw …
    + ["62538", "999", "07700900123", "447700900123", "00447700900123", " 447700900123", "+44 7700 900123"]
    + ["sip:alice@example.com", "sip:+447700900123@example.com", "client:reception", "+447700900123;ext=1"]
    + ["+447700900123\n", "tel:+447700900123", "+४४७७००९००१२३"]
    # … and numbers that nobody can have
    + ["+44770090012", "+4477009001234", "+4407700900123", "+44999", "+446632960000", "+440000000000"]
    + ["+999123456789", "+0123456789", "+3319900012345678", "+33123", "+1202555"],
)
def test_whatever_cannot_be_rung_back_is_withheld(raw: str) -> None:
    assert (caller(raw).kind, caller(raw).number) == ("withheld", None)


@given(st.text() | DIGITS.map("+{}".format) | DIGITS.map("+44{}".format))
def test_a_caller_never_raises_and_keeps_only_e164(raw: str) -> None:
    who = caller(raw)
    assert (who.number is None) == (who.kind == "withheld")
    assert who.number is None or (who.number == raw and is_e164(raw))


@given(DIGITS.map("+44{}".format))
def test_the_rule_for_uk_numbers_is_stricter_than_the_library(raw: str) -> None:
    if caller(raw).kind == "home":
        assert phonenumbers.is_possible_number(phonenumbers.parse(raw))


def test_a_home_caller_does_not_wait_for_the_library() -> None:
    code = "import sys, ivr.numbers as n; n.caller('+447700900123'); assert 'phonenumbers' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "good"),
    [(number, True) for number in DRAMA]
    + [("+1234567", True), ("+123456789012345", True), ("+123456", False), ("+1234567890123456", False)]
    + [
        ("447700900123", False),
        ("+0447700900", False),
        ("+44 7700900123", False),
        ("+447700900123\n", False),
    ],
)
def test_e164_is_a_plus_and_7_to_15_digits(text: str, good: bool) -> None:
    assert is_e164(text) is good


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+447700900123", "+44…123"), ("+12025550123", "+1…123"), ("+353209123456", "+353…456")]
    + [("+1234567", "+1…567"), ("+2902123", "withheld")]
    + [
        ("", "withheld"),
        ("anonymous", "withheld"),
        ("07700900123", "withheld"),
        ("+44 7700 900123", "withheld"),
    ],
)
def test_a_masked_number_shows_its_country_and_last_three(number: str, shown: str) -> None:
    assert mask(number) == shown


@given(DIGITS.map("+{}".format) | st.text())
def test_a_mask_never_shows_more_than_three_last_digits(number: str) -> None:
    shown = mask(number)
    if shown == "withheld":
        return
    form = re.fullmatch(r"(\+[0-9]{1,3})…([0-9]{3})", shown)
    assert form is not None
    assert number.startswith(form[1]) and number.endswith(form[2])
    assert len(number) - len(form[1]) - len(form[2]) >= 3
