"""What lies over a rota: who stands in, from when it may hold, and what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.rota.laid import SPREADS, compared, holds_from, stand_in, stretches
from ivr.rota.rota import Override, Rota, Shift, chain_at

ALL = frozenset(range(7))
DAY = Shift(ALL, 8 * 60, 20 * 60, ("ana", "ben"))
NIGHT = Shift(ALL, 20 * 60, 8 * 60, ("ben", "chloe"))
ROTA = Rota("Europe/London", (DAY, NIGHT))
PEOPLE = ["ana", "ben", "chloe"]
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_whoever_stands_in_takes_the_places_of_one_person_only() -> None:
    found = stand_in(ROTA, "ana", "chloe", at("2026-11-24T06:00"), at("2026-11-24T22:00"))
    assert found == (Override(at("2026-11-24T08:00"), at("2026-11-24T20:00"), ("chloe", "ben")),)


def test_standing_in_beside_oneself_leaves_one_person_fewer() -> None:
    found = stand_in(ROTA, "ana", "ben", at("2026-11-24T08:00"), at("2026-11-24T09:00"))
    assert [one.chain for one in found] == [("ben",)]


def test_nobody_can_stand_in_for_who_isnt_there() -> None:
    assert stand_in(ROTA, "chloe", "ana", at("2026-11-24T08:00"), at("2026-11-24T20:00")) == ()


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_change_holds_from_a_whole_minute_that_hasnt_begun_when_all_know_of_it(later: timedelta) -> None:
    now = at("2026-01-01T00:00") + later
    found = holds_from(now)
    assert found.second == found.microsecond == 0
    assert now + SPREADS <= found < now + SPREADS + MINUTE


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(1, 80), st.permutations(PEOPLE), st.integers(1, 3)),
        max_size=4,
    )
)
def test_what_changes_is_what_differs_at_any_minute(laid: list[tuple[int, int, list[str], int]]) -> None:
    start = at("2026-10-24T12:00")  # over the end of summer time
    end = start + timedelta(hours=100)
    overrides = tuple(
        Override(
            start + timedelta(minutes=30 * first),
            start + timedelta(minutes=30 * (first + long)),
            tuple(chain[:many]),
        )
        for first, long, chain, many in laid
    )
    after = replace(ROTA, overrides=overrides)
    pieces = compared(ROTA, after, start, end)
    moment = start
    while moment < end:
        old, new = chain_at(ROTA, moment), chain_at(after, moment)
        told = [piece for piece in pieces if piece.starts <= moment < piece.ends]
        assert [(piece.before, piece.after) for piece in told] == ([(old, new)] if old != new else [])
        moment += timedelta(minutes=15)


def test_stretches_follow_on_each_other() -> None:
    found = stretches(ROTA, at("2026-11-23T00:00"), at("2026-11-30T00:00"))
    assert found[0][0] == at("2026-11-23T00:00") and found[-1][1] == at("2026-11-30T00:00")
    assert all(one[1] == after[0] for one, after in zip(found, found[1:], strict=False))
