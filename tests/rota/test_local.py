"""What a time on the wall means on the days when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.clock import iso
from ivr.rota.local import instant, twice, wall, weeks_before
from tests.rota.naive import DAY, PLACES, reached

LONDON = "Europe/London"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "clock", "means"),
    [
        (SPRING, "00:59", "2026-03-29T00:59:00Z"),
        (SPRING, "01:00", "2026-03-29T01:00:00Z"),  # jumped over: the moment of the jump
        (SPRING, "01:59", "2026-03-29T01:00:00Z"),
        (SPRING, "02:00", "2026-03-29T01:00:00Z"),
        (SPRING, "02:01", "2026-03-29T01:01:00Z"),
        (AUTUMN, "00:59", "2026-10-24T23:59:00Z"),
        (AUTUMN, "01:30", "2026-10-25T00:30:00Z"),  # comes twice: the first
        (AUTUMN, "02:00", "2026-10-25T02:00:00Z"),
        (AUTUMN, "24:00", "2026-10-26T00:00:00Z"),
    ],
)
def test_a_time_on_the_wall_means_one_instant(day: date, clock: str, means: str) -> None:
    hour, minute = map(int, clock.split(":"))
    assert iso(instant(LONDON, day, hour * 60 + minute)) == means


@given(st.sampled_from(PLACES), st.integers(-2, 2), st.integers(0, 2880))
def test_every_time_is_reached_as_a_walked_clock_reaches_it(
    place: tuple[str, date], off: int, minute: int
) -> None:
    zone, middle = place
    day = middle + off * DAY
    assert instant(zone, day, minute) == reached(zone, middle, day, minute)


def test_an_instant_is_shown_as_its_zone_shows_it() -> None:
    assert wall(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), LONDON).strftime("%d %H:%M") == "02 00:30"


def test_an_instant_without_a_zone_is_refused_with_the_cure() -> None:
    with pytest.raises(ValueError, match="aware datetime, in UTC"):
        wall(datetime(2026, 7, 1), LONDON)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "weeks", "then"),
    [
        ("2026-11-02T00:00:30Z", 1, "2026-10-26T00:00:30Z"),
        ("2026-11-02T00:00:00Z", 4, "2026-10-04T23:00:00Z"),  # midnight too: the clocks went back since
        ("2026-04-05T23:00:00Z", 4, "2026-03-09T00:00:00Z"),  # and forward
        ("2026-10-25T01:30:00Z", 1, "2026-10-18T00:30:00Z"),  # the second half past one of that night
        ("2026-04-05T00:30:00Z", 1, "2026-03-29T01:00:00Z"),  # half past one didn't come: the jump
    ],
)
def test_weeks_ago_the_clocks_showed_the_same(now: str, weeks: int, then: str) -> None:
    assert iso(weeks_before(datetime.fromisoformat(now), LONDON, weeks)) == then


@given(st.integers(0, 10 * 365 * 86400), st.integers(1, 53))
def test_weeks_ago_is_the_same_time_on_the_wall_of_the_same_day_of_the_week(second: int, weeks: int) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    then, there = wall(weeks_before(now, LONDON, weeks), LONDON), wall(now, LONDON)
    assert there.date() - then.date() == timedelta(weeks=weeks)
    assert then.time() == there.time() or (then.date().month == 3 and then.hour == 2)


def test_times_that_clocks_show_twice_are_those_before_and_after_they_go_back() -> None:
    begins = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # 00:30 in London
    times = [wall(begins + timedelta(minutes=30 * index), LONDON) for index in range(7)]
    assert [f"{there:%H:%M}" for there in times if twice(there)] == ["01:00", "01:30", "01:00", "01:30"]
    assert not twice(wall(datetime(2027, 3, 28, 1, tzinfo=UTC), LONDON))
