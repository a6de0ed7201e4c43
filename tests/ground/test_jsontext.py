"""JSON in one spelling: as the library writes it, and as it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.jsontext import writer

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(PLAIN, st.booleans())
def test_written_as_the_library_writes_it(value: Any, ascii_only: bool) -> None:
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only)
    assert writer(ascii_only)(value) == expected


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": {1, 2}}, {(1, 2): 3}, object()])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        writer(True)(value)


def test_a_second_value_after_one_that_was_refused() -> None:
    write = writer(True)
    with pytest.raises(TypeError):
        write([object()])
    assert write([1]) == "[1]"
