"""Stints: when somebody begins to be the first who is rung, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.rota.rota import Override, Rota, Shift, chain_at
from ivr.rota.stints import next_stint, put_last, stint_at

ALL = frozenset(range(7))
DAY = Shift(ALL, 8 * 60, 20 * 60, ("ana", "ben"))
NIGHT = Shift(ALL, 20 * 60, 8 * 60, ("ben", "ana"))
ROTA = Rota("Europe/London", (DAY, NIGHT))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_stint_runs_from_change_to_change() -> None:
    found = stint_at(ROTA, at("2026-11-24T02:10"))
    assert found is not None
    assert (found.person, found.starts, found.ends) == ("ben", at("2026-11-23T20:00"), at("2026-11-24T08:00"))


def test_at_its_first_instant_it_goes_on_already() -> None:
    found = stint_at(ROTA, at("2026-11-24T20:00"))
    assert found is not None and (found.person, found.starts) == ("ben", at("2026-11-24T20:00"))


def test_the_night_on_which_the_clocks_go_back_is_an_hour_longer() -> None:
    found = stint_at(ROTA, at("2026-10-25T01:30"))
    assert found is not None and found.ends - found.starts == timedelta(hours=13)


def test_who_goes_on_being_first_has_one_stint() -> None:
    swap = Override(at("2026-11-24T20:00"), at("2026-11-25T08:00"), ("ana", "ben"))
    found = stint_at(Rota("Europe/London", (DAY, NIGHT), (swap,)), at("2026-11-24T23:00"))
    assert found is not None
    assert (found.starts, found.ends) == (at("2026-11-24T08:00"), at("2026-11-25T20:00"))


def test_the_next_one_is_found_only_as_far_ahead_as_asked() -> None:
    now = at("2026-11-24T19:10")
    found = next_stint(ROTA, now, timedelta(hours=1))
    assert found is not None and (found.person, found.starts) == ("ben", at("2026-11-24T20:00"))
    assert next_stint(ROTA, now, timedelta(minutes=49)) is None


def test_nobody_on_call_is_no_stint_and_the_next_begins_after_it() -> None:
    day = Rota("Europe/London", (DAY,))
    assert stint_at(day, at("2026-11-24T02:10")) is None
    found = next_stint(day, at("2026-11-24T02:10"), timedelta(hours=8))
    assert found is not None and found.starts == at("2026-11-24T08:00")


@given(st.integers(0, 14 * 24 * 12))
def test_a_stint_is_what_walking_through_it_finds(step: int) -> None:
    moment = at("2026-10-20T00:00") + timedelta(minutes=5 * step)
    found = stint_at(ROTA, moment)
    assert found is not None and found.starts <= moment < found.ends
    for inside in (found.starts, moment, found.ends - timedelta(minutes=1)):
        assert chain_at(ROTA, inside)[0] == found.person
    assert chain_at(ROTA, found.starts - timedelta(minutes=1))[0] != found.person
    assert chain_at(ROTA, found.ends)[0] != found.person


def test_who_is_put_last_is_rung_last_in_each_round() -> None:
    rings = (("ana",), ("ben",), ("ana/1",)) * 2
    assert put_last(rings, 3, frozenset({"ana"})) == (("ben",), ("ana",), ("ana/1",)) * 2
    assert put_last(rings, 3, frozenset()) == rings
    together = (("ana", "ben"),)
    assert put_last(together, 1, frozenset({"ana"})) == together
    assert put_last((), 0, frozenset({"ana"})) == ()
