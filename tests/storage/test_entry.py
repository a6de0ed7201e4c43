"""What an entry may be, and what it never shows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.turn import EVENTS
from ivr.storage import Entry
from ivr.storage.entry import JSON, KINDS, PRIVATE, from_line, to_line
from ivr.storage.projections import PROJECTIONS
from ivr.storage.refs import as_typed, reference
from tests.storage.lines import CALL, CALLER, at, entry, started, turn

ANYTHING: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def test_each_kind_has_a_projection_and_no_other() -> None:
    assert set(PROJECTIONS) == set(KINDS)
    assert set(PRIVATE) <= set(KINDS)


def test_whatever_the_engine_decides_can_be_kept() -> None:
    for kind, fields in EVENTS.items():
        assert set(fields) <= {field.rstrip("?") for field in KINDS[kind]}, kind


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("rang", {}, "no journal kind 'rang'"),
        ("path", {}, "a path entry has path"),
        ("path", {"path": "open", "more": 1}, "a path entry has path"),
        ("path", {"path": {1, 2}}, "isn't plain JSON"),
        ("path", {"path": float("nan")}, "isn't plain JSON"),
    ],
)
def test_a_wrong_entry_is_refused_where_it_is_made(kind: str, data: dict[str, JSON], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Entry(at(0), CALL, kind, "k", data)


@pytest.mark.parametrize(
    "time", ["", "2026-11-24 02:10:00", "2026-11-24T02:10:00+00:00", "2026-11-24T02:10:00.1Z"]
)
def test_a_time_of_another_shape_is_refused(time: str) -> None:
    with pytest.raises(ValueError, match="write UTC as"):
        Entry(time, CALL, "path", "k", {"path": "open"})


def test_a_whole_second_is_taken_as_one() -> None:
    assert Entry("2026-11-24T02:10:00Z", CALL, "path", "k", {"path": "open"}).at == "2026-11-24T02:10:00.000Z"


def test_a_number_may_only_come_where_it_can_be_erased() -> None:
    with pytest.raises(ValueError, match="can't keep private"):
        Entry(at(0), CALL, "path", "k", {"path": "open"}, {"caller": CALLER})
    with pytest.raises(ValueError, match="ASCII"):
        Entry(at(0), "CAé", "path", "k", {"path": "open"})
    with pytest.raises(ValueError, match="ASCII"):
        Entry(at(0), CALL, "path", "", {"path": "open"})


def test_a_number_is_not_shown() -> None:
    assert CALLER not in repr(started())
    assert CALLER not in started().text


@given(what=ANYTHING)
def test_a_spilled_line_comes_back_as_it_was(what: JSON) -> None:
    spilled = to_line(Entry(at(0, 7), CALL, "alarm", "k", {"what": what}))
    assert "\n" not in spilled
    back = from_line(spilled)
    assert (back.at, back.call, back.kind, back.key) == (at(0, 7), CALL, "alarm", "k")
    assert back.text == json.dumps({"what": what}, sort_keys=True, separators=(",", ":"))


def test_a_spilled_line_keeps_what_is_private() -> None:
    assert from_line(to_line(started())) == started()


@given(line=st.binary() | st.text() | ANYTHING.map(json.dumps))
def test_any_other_line_is_a_value_error(line: str | bytes) -> None:
    with pytest.raises(ValueError):
        from_line(line)


def test_references_are_short_steady_and_easy_to_type() -> None:
    refs = {reference(f"CA{n:032x}") for n in range(2000)}
    assert len(refs) > 1995
    assert all(len(ref) == 6 and not set(ref) & set("ILOU") for ref in refs)
    assert reference(CALL) == reference(CALL)
    assert as_typed(" o1l-2 3i ") == "011231"
    assert entry("path", "k", path="open") != turn(1)
