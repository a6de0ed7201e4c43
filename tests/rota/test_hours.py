"""Opening hours: open or closed, and when it opens next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.clock import from_iso, iso
from ivr.rota.hours import Hours, Span, is_open, next_opening
from tests.rota.naive import DAY, MINUTE, PLACES, minutes_near, naive_open

LONDON = "Europe/London"
EVERY_DAY = range(7)
DESK = Hours(
    LONDON,
    dict.fromkeys(EVERY_DAY, (Span(8 * 60, 21 * 60),)),
    {date(2026, 12, 25): (), date(2026, 12, 26): (), date(2026, 12, 28): (Span(600, 960),)},
)


def opens_after(hours: Hours, at: str) -> str | None:
    opening = next_opening(hours, from_iso(at))
    return None if opening is None else iso(opening)


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        ("2026-11-24T07:59:59Z", False),
        ("2026-11-24T08:00:00Z", True),
        ("2026-11-24T20:59:59Z", True),
        ("2026-11-24T21:00:00Z", False),
        ("2026-07-01T07:00:00Z", True),  # summer time
        ("2026-12-25T12:00:00Z", False),  # a named day, closed
        ("2026-12-28T09:00:00Z", False),  # a named day, shorter
        ("2026-12-28T10:00:00Z", True),
    ],
)
def test_the_desk_is_open_from_8_to_9(at: str, is_it: bool) -> None:
    assert is_open(DESK, from_iso(at)) is is_it


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_every_five_minutes_over_both_clock_changes(sunday: date) -> None:
    at = datetime(sunday.year, sunday.month, sunday.day, tzinfo=UTC) - DAY
    turns = []
    for _ in range(3 * 24 * 12):
        open_now = is_open(DESK, at)
        assert open_now == (8 <= at.astimezone(ZoneInfo(LONDON)).hour < 21)
        assert open_now == naive_open(DESK, sunday, at)
        if open_now != is_open(DESK, at - 5 * MINUTE):
            turns.append(f"{at.astimezone(ZoneInfo(LONDON)):%a %H:%M}")
        at += 5 * MINUTE
    assert turns == [f"{day} {clock}" for day in ("Sat", "Sun", "Mon") for clock in ("08:00", "21:00")]


def test_hours_in_the_hour_that_comes_twice_hold_for_the_first_time_only() -> None:
    night = Hours(LONDON, {6: (Span(60, 90),)})  # Sundays, 01:00 to 01:30
    clock = [datetime(2026, 10, 24, 23, tzinfo=UTC) + i * 5 * MINUTE for i in range(48)]
    assert [iso(at)[11:16] for at in clock if is_open(night, at)] == [f"00:{m:02}" for m in range(0, 30, 5)]
    over_it = Hours(LONDON, {6: (Span(90, 150),)})  # 01:30 to 02:30 lasts two hours
    assert sum(is_open(over_it, at) for at in clock) == 24


def test_hours_in_the_hour_that_is_jumped_over_do_not_come() -> None:
    night = Hours(LONDON, {6: (Span(60, 90),)})
    assert not any(is_open(night, from_iso("2026-03-29T00:00:00Z") + i * MINUTE) for i in range(180))
    assert opens_after(night, "2026-03-28T12:00:00Z") == "2026-04-05T00:00:00Z"


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24T02:10:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-24T07:59:59Z", "2026-11-24T08:00:00Z"),
        ("2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"),  # open: the one after
        ("2026-11-24T21:00:00Z", "2026-11-25T08:00:00Z"),
        ("2026-12-24T22:00:00Z", "2026-12-27T08:00:00Z"),
        ("2026-12-27T22:00:00Z", "2026-12-28T10:00:00Z"),
        ("2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"),
        ("2026-10-24T22:00:00Z", "2026-10-25T08:00:00Z"),
    ],
)
def test_when_it_opens_next(at: str, opens: str) -> None:
    assert opens_after(DESK, at) == opens


def test_hours_that_touch_are_one_opening() -> None:
    split = Hours(LONDON, {0: (Span(780, 1440), Span(480, 780)), 1: (Span(0, 60),)})
    assert opens_after(split, "2026-11-23T09:00:00Z") == "2026-11-30T08:00:00Z"


def test_what_never_closes_or_never_opens_has_no_next_opening() -> None:
    assert (
        opens_after(Hours(LONDON, dict.fromkeys(EVERY_DAY, (Span(0, 1440),))), "2026-11-24T02:10:00Z") is None
    )
    assert opens_after(Hours(LONDON, {}), "2026-11-24T02:10:00Z") is None


def test_it_looks_400_days_ahead() -> None:
    at, day = from_iso("2026-11-24T02:10:00Z"), date(2026, 11, 24) + timedelta(days=400)
    assert next_opening(Hours(LONDON, {}, {day: (Span(120, 130),)}), at) == at + timedelta(
        days=400, minutes=-10
    )
    assert next_opening(Hours(LONDON, {}, {day: (Span(131, 140),)}), at) is None


def spans(latest: int, step: int) -> st.SearchStrategy[Span]:
    """Draw a span that closes by `latest`, its ends multiples of `step`."""
    times = st.integers(0, latest // step).map(lambda i: i * step)
    return st.lists(times, min_size=2, max_size=2, unique=True).map(lambda pair: Span(*sorted(pair)))


days = st.lists(spans(1440, 1) | spans(1440, 15) | spans(240, 15), max_size=3).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Hours, date, datetime]:
    """Draw a table of hours, the day of a clock change, and an instant near it."""
    zone, middle = draw(st.sampled_from(PLACES))
    dates = st.integers(-2, 2).map(lambda i: middle + i * DAY)
    week = draw(st.dictionaries(st.integers(0, 6), days))
    hours = Hours(zone, week, draw(st.dictionaries(dates, days, max_size=2)))
    return hours, middle, draw(minutes_near(middle))


@given(tables())
def test_any_hours_are_open_when_a_walked_clock_says_so(drawn: tuple[Hours, date, datetime]) -> None:
    hours, middle, at = drawn
    assert is_open(hours, at) == naive_open(hours, middle, at)
    assert is_open(hours, at.astimezone(ZoneInfo("Asia/Tokyo"))) == is_open(hours, at)


@given(tables())
def test_the_next_opening_is_the_first_turn_from_closed_to_open(drawn: tuple[Hours, date, datetime]) -> None:
    hours, middle, at = drawn
    walked = [at + i * MINUTE for i in range(24 * 60)]
    expected = None
    before = naive_open(hours, middle, at)
    for minute in walked[1:]:
        now = is_open(hours, minute)  # proved against the walked clock above
        if now and not before:
            expected = minute
            break
        before = now
    found = next_opening(hours, at)
    assert found == expected or (expected is None and (found is None or found > walked[-1]))


@pytest.mark.parametrize(("opens", "closes"), [(540, 540), (1320, 480), (-1, 60), (0, 1441)])
def test_a_span_that_is_none_is_refused_with_the_cure(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="split what passes midnight"):
        Span(opens, closes)


def test_an_eighth_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match=r"weekday 7.*0 \(Monday\)"):
        Hours(LONDON, {7: ()})


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001
    for ask in (is_open, next_opening):
        with pytest.raises(ValueError, match="aware datetime"):
            ask(DESK, naive)
