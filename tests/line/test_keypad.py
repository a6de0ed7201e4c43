"""References keyed on a telephone, and numbers that may be keyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.line.errand.keypad import keys_of, may_mean
from ivr.numbers import ending, keyed
from ivr.storage.refs import reference


@given(st.text(st.sampled_from("0123456789abcdef"), min_size=8))
def test_every_reference_can_be_keyed(call: str) -> None:
    ref = reference(call)
    keys = keys_of(ref)
    assert keys.isdigit() and len(keys) == 6
    assert may_mean(keys, ref)
    other = str((int(keys[0]) + 1) % 10) + keys[1:]
    assert not may_mean(other, ref) or ref[0] in "01"
    assert not may_mean(keys[:5], ref) and not may_mean(keys + "0", ref) and not may_mean("", ref)


def test_a_misread_zero_or_one_is_forgiven() -> None:
    assert keys_of("T9RWR2") == "897972"
    assert may_mean("697971", "09RWR1") and may_mean("097974", "09RWR1") and may_mean("697975", "09RWR1")
    assert not may_mean("797971", "09RWR1")


@pytest.mark.parametrize(
    ("keys", "home", "regions", "number"),
    [
        ("07700900123", "+44", (), "+447700900123"),
        ("02079460001", "+44", (), "+442079460001"),
        ("00447912345678", "+44", (), "+447912345678"),
        ("0035318123456", "+44", ("GB", "IE"), "+35318123456"),
        ("018123456", "+353", (), "+35318123456"),
        ("0035318123456", "+44", (), None),
        ("07700900123", "+44", ("IE",), None),
        ("07797123456", "+44", (), None),  # Jersey: another country, and dearer
        ("07797123456", "+44", ("JE",), "+447797123456"),
        ("0018765551234", "+44", ("US",), None),  # Jamaica shares its code with the United States
        ("09098790000", "+44", (), None),
        ("08431234567", "+44", (), None),
        ("07012345678", "+44", (), None),
        ("07612345678", "+44", (), None),
        ("0870", "+44", (), None),
        ("999", "+44", (), None),
        ("112", "+44", (), None),
        ("00", "+44", (), None),
        ("", "+44", (), None),
        ("+447700900123", "+44", (), None),
        ("0770090012#", "+44", (), None),
    ],
)
def test_which_keyed_numbers_may_be_rung(
    keys: str, home: str, regions: tuple[str, ...], number: str | None
) -> None:
    assert keyed(keys, home, regions) == number


@given(st.text(st.characters(), max_size=20))
def test_whatever_is_keyed_gives_a_number_or_none(keys: str) -> None:
    found = keyed(keys)
    assert found is None or (found.startswith("+44") and len(found) > 10)


def test_the_end_of_a_number_is_read_out_digit_by_digit() -> None:
    assert ending("+447700900123") == "1 2 3"
