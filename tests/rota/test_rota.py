"""Who is on call, when that changes, and when too few are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.clock import from_iso, iso
from ivr.rota.rota import Gap, Override, Rota, Shift, chain_at, changes, gaps
from tests.rota.naive import DAY, MINUTE, PLACES, minutes_near, naive_chain

LONDON = "Europe/London"
ALL, WEEKEND = frozenset(range(7)), frozenset({5, 6})
DAYS = Shift(ALL, 8 * 60, 20 * 60, ("ana", "ben"))
NIGHTS = Shift(ALL, 20 * 60, 8 * 60, ("cleo", "ana"))
ROTA = Rota(LONDON, (DAYS, NIGHTS))


def on_call(rota: Rota, at: str) -> tuple[str, ...]:
    return chain_at(rota, from_iso(at))


@pytest.mark.parametrize(
    ("at", "chain"),
    [
        ("2026-11-24T07:59:59Z", ("cleo", "ana")),
        ("2026-11-24T08:00:00Z", ("ana", "ben")),
        ("2026-11-24T19:59:59Z", ("ana", "ben")),
        ("2026-11-24T20:00:00Z", ("cleo", "ana")),
        ("2026-11-25T00:00:00Z", ("cleo", "ana")),
        ("2026-07-01T07:00:00Z", ("ana", "ben")),
    ],
)
def test_days_and_nights_hand_over_at_8(at: str, chain: tuple[str, ...]) -> None:
    assert on_call(ROTA, at) == chain


@pytest.mark.parametrize(
    ("sunday", "utc_hours"),
    [(date(2026, 3, 29), [8, 20, 7, 19, 7, 19]), (date(2026, 10, 25), [7, 19, 8, 20, 8, 20])],
)
def test_every_five_minutes_over_both_clock_changes(sunday: date, utc_hours: list[int]) -> None:
    midnight = datetime(sunday.year, sunday.month, sunday.day, tzinfo=UTC)
    handed_over, before = [], chain_at(ROTA, midnight - DAY)
    for at in (midnight - DAY + i * 5 * MINUTE for i in range(3 * 24 * 12)):
        chain = chain_at(ROTA, at)
        by_the_clock = at.astimezone(ZoneInfo(LONDON)).hour
        assert chain == (("ana", "ben") if 8 <= by_the_clock < 20 else ("cleo", "ana"))
        assert chain == naive_chain(ROTA, sunday, at)
        if chain != before:
            handed_over.append(at)
        before = chain
    assert [at.hour for at in handed_over] == utc_hours
    assert [at for at, _ in changes(ROTA, midnight - DAY, midnight + 2 * DAY)][1:] == handed_over


def test_a_hand_over_in_the_hour_of_a_change_comes_exactly_once() -> None:
    rota = Rota(LONDON, (Shift(ALL, 90, 720, ("ana",)), Shift(ALL, 720, 90, ("ben",))))  # at 01:30 and noon
    autumn = list(changes(rota, from_iso("2026-10-24T21:00:00Z"), from_iso("2026-10-25T10:00:00Z")))
    assert [(iso(at), *chain) for at, chain in autumn] == [
        ("2026-10-24T21:00:00Z", "ben"),
        ("2026-10-25T00:30:00Z", "ana"),  # the first 01:30
    ]
    spring = list(changes(rota, from_iso("2026-03-28T21:00:00Z"), from_iso("2026-03-29T10:00:00Z")))
    assert [(iso(at), *chain) for at, chain in spring] == [
        ("2026-03-28T21:00:00Z", "ben"),
        ("2026-03-29T01:00:00Z", "ana"),  # 01:30 is jumped over
    ]


def test_a_shift_belongs_to_the_day_on_which_it_starts() -> None:
    rota = Rota(LONDON, (Shift(WEEKEND, 20 * 60, 8 * 60, ("ana",)),))
    assert on_call(rota, "2026-11-28T07:00:00Z") == ()  # Saturday morning
    assert on_call(rota, "2026-11-28T21:00:00Z") == ("ana",)
    assert on_call(rota, "2026-11-30T07:00:00Z") == ("ana",)  # Monday morning, from Sunday


def test_a_shift_that_ends_as_it_starts_lasts_a_whole_day() -> None:
    rota = Rota(LONDON, (Shift(frozenset({5}), 540, 540, ("ana",)),))
    assert on_call(rota, "2026-11-28T09:00:00Z") == on_call(rota, "2026-11-29T08:59:59Z") == ("ana",)
    assert on_call(rota, "2026-11-28T08:59:59Z") == on_call(rota, "2026-11-29T09:00:00Z") == ()


def test_shifts_at_once_join_their_chains_in_order_and_nobody_comes_twice() -> None:
    rota = Rota(LONDON, (DAYS, Shift(WEEKEND, 0, 1440, ("dev", "ben", "eve"))))
    assert on_call(rota, "2026-11-28T12:00:00Z") == ("ana", "ben", "dev", "eve")
    assert on_call(rota, "2026-11-27T12:00:00Z") == ("ana", "ben")


def test_an_override_takes_the_place_of_the_shifts_and_the_later_listed_wins() -> None:
    christmas = Override(from_iso("2026-12-25T08:00:00Z"), from_iso("2026-12-26T08:00:00Z"), ("dev", "eve"))
    swap = Override(from_iso("2026-12-25T10:00:00Z"), from_iso("2026-12-25T12:00:00Z"), ("eve", "ana", "eve"))
    rota = Rota(LONDON, ROTA.shifts, (christmas, swap))
    found = changes(rota, from_iso("2026-12-25T07:00:00Z"), from_iso("2026-12-26T09:00:00Z"))
    assert [(iso(at)[8:13], chain) for at, chain in found] == [
        ("25T07", ("cleo", "ana")),
        ("25T08", ("dev", "eve")),
        ("25T10", ("eve", "ana")),
        ("25T12", ("dev", "eve")),
        ("26T08", ("ana", "ben")),
    ]


def test_a_gap_is_whenever_fewer_than_two_are_on_call() -> None:
    rota = Rota(
        LONDON,
        (DAYS, Shift(ALL, 20 * 60, 22 * 60, ("cleo",))),
        (Override(from_iso("2026-11-25T12:00:00Z"), from_iso("2026-11-25T13:00:00Z"), ()),),
    )
    start, end = from_iso("2026-11-24T12:00:00Z"), from_iso("2026-11-25T14:00:00Z")
    assert gaps(rota, start, end) == [
        Gap(from_iso("2026-11-24T20:00:00Z"), from_iso("2026-11-24T22:00:00Z"), ("cleo",)),
        Gap(from_iso("2026-11-24T22:00:00Z"), from_iso("2026-11-25T08:00:00Z"), ()),
        Gap(from_iso("2026-11-25T12:00:00Z"), from_iso("2026-11-25T13:00:00Z"), ()),
    ]
    assert [gap.chain for gap in gaps(rota, start, end, least=1)] == [(), ()]
    assert gaps(Rota(LONDON, ()), start, end) == [Gap(start, end, ())]
    assert gaps(ROTA, start, end) == gaps(rota, end, start) == []


minutes = st.integers(0, 95).map(lambda quarter: quarter * 15) | st.integers(0, 1439)
chains = st.lists(st.sampled_from(["ana", "ben", "cleo"]), max_size=3).map(tuple)
shifts = st.builds(
    Shift, st.frozensets(st.integers(0, 6), min_size=1), minutes, minutes | st.just(1440), chains
)


@st.composite
def rotas(draw: st.DrawFn) -> tuple[Rota, date, datetime]:
    """Draw a rota, the day of a clock change, and an instant near it."""
    zone, middle = draw(st.sampled_from(PLACES))
    pairs = draw(st.lists(st.lists(minutes_near(middle), min_size=2, max_size=2, unique=True), max_size=2))
    overrides = tuple(Override(min(pair), max(pair), draw(chains)) for pair in pairs)
    rota = Rota(zone, tuple(draw(st.lists(shifts, max_size=4))), overrides)
    return rota, middle, draw(minutes_near(middle))


@given(rotas())
def test_any_rota_names_whom_a_walked_clock_names(drawn: tuple[Rota, date, datetime]) -> None:
    rota, middle, at = drawn
    assert chain_at(rota, at) == naive_chain(rota, middle, at)
    assert chain_at(rota, at.astimezone(ZoneInfo(rota.zone))) == chain_at(rota, at)


@given(rotas(), st.integers(1, 30 * 60))
def test_the_changes_of_any_rota_are_those_seen_by_asking_every_minute(
    drawn: tuple[Rota, date, datetime], length: int
) -> None:
    rota, _, start = drawn
    seen: list[tuple[datetime, tuple[str, ...]]] = []
    for at in (start + i * MINUTE for i in range(length)):
        chain = chain_at(rota, at)
        if not seen or seen[-1][1] != chain:
            seen.append((at, chain))
    assert list(changes(rota, start, start + length * MINUTE)) == seen


def test_what_cannot_be_is_refused_with_the_cure() -> None:
    noon = from_iso("2026-11-24T12:00:00Z")
    with pytest.raises(ValueError, match="no weekday 7. Count from 0"):
        Shift(frozenset({7}), 0, 60, ())
    with pytest.raises(ValueError, match="starts 1440.*starts 0 to 1439"):
        Shift(ALL, 1440, 60, ())
    with pytest.raises(ValueError, match="Give a later end"):
        Override(noon, noon, ())
    with pytest.raises(ValueError, match="aware datetime"):
        Override(noon.replace(tzinfo=None), noon, ())
    with pytest.raises(ValueError, match="aware datetime"):
        chain_at(ROTA, noon.replace(tzinfo=None))


def test_an_override_over_the_hour_that_comes_twice_may_end_earlier_on_the_wall() -> None:
    london = ZoneInfo(LONDON)
    starts = datetime(2026, 10, 25, 1, 50, tzinfo=london)
    ends = datetime(2026, 10, 25, 1, 20, fold=1, tzinfo=london)  # half an hour later
    rota = Rota(LONDON, (), (Override(starts, ends, ("ana",)),))
    assert on_call(rota, "2026-10-25T00:50:00Z") == on_call(rota, "2026-10-25T01:19:59Z") == ("ana",)
    assert on_call(rota, "2026-10-25T00:49:59Z") == on_call(rota, "2026-10-25T01:20:00Z") == ()
