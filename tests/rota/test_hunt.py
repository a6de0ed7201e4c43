"""In which order phones ring."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.rota.hunt import MOST, rings

legs = st.lists(st.lists(st.sampled_from([f"leg{i}" for i in range(30)]), max_size=3), max_size=15)


def test_in_turn_one_phone_rings_after_the_other() -> None:
    assert rings([["ana"], ["ben"]], together=False, rounds=2) == (("ana",), ("ben",), ("ana",), ("ben",))


def test_a_second_phone_comes_after_everyone_s_first() -> None:
    assert rings([["ana", "ana/1"], ["ben"], ["cleo", "cleo/1"]], together=False, rounds=1) == (
        ("ana",),
        ("ben",),
        ("cleo",),
        ("ana/1",),
        ("cleo/1",),
    )


def test_together_all_phones_ring_at_once() -> None:
    desk = [["reception/0"], ["reception/1"]]
    assert rings(desk, together=True, rounds=2) == (("reception/0", "reception/1"),) * 2


def test_more_than_ten_phones_ring_in_two_lots_so_that_nobody_is_left_out() -> None:
    desk = [[f"reception/{i}"] for i in range(12)]
    assert [len(ring) for ring in rings(desk, together=True, rounds=1)] == [10, 2]


def test_nobody_to_ring_is_no_ring() -> None:
    assert rings([], together=False, rounds=2) == rings([[], []], together=True, rounds=2) == ()


def test_no_rounds_are_refused_with_the_cure() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        rings([["ana"]], together=False, rounds=0)


@given(legs, st.booleans(), st.integers(1, 4))
def test_every_phone_rings_once_per_round(people: list[list[str]], together: bool, rounds: int) -> None:
    found = rings(people, together, rounds)
    assert Counter(leg for ring in found for leg in ring) == {
        leg: rounds for phones in people for leg in phones
    }
    assert all(1 <= len(ring) <= (MOST if together else 1) for ring in found)
    assert found == rings(people, together, 1) * rounds
