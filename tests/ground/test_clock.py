"""Instants, and how they are written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.clock import Clock, ManualClock, SystemClock, from_iso, iso

NIGHT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock: Clock = (manual := ManualClock(NIGHT))
    assert clock.now() == clock.now() == NIGHT
    manual.move(90)
    assert clock.now() == NIGHT + timedelta(seconds=90)
    manual.set(NIGHT - timedelta(days=1))
    assert clock.now() == NIGHT - timedelta(days=1)


def test_a_manual_clock_moves_in_real_time_over_a_clock_change() -> None:
    clock = ManualClock(datetime(2026, 3, 29, 0, 59, tzinfo=LONDON))
    clock.move(120)
    assert clock.now().astimezone(LONDON).strftime("%H:%M") == "02:01"
    assert clock.now().tzinfo is UTC


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_an_instant_is_written_in_whole_seconds_or_in_milliseconds() -> None:
    at = NIGHT + timedelta(microseconds=250_999)
    assert iso(at) == "2026-11-24T02:10:00Z"
    assert iso(at, milliseconds=True) == "2026-11-24T02:10:00.250Z"
    assert iso(datetime(2026, 7, 1, 9, 0, tzinfo=LONDON)) == "2026-07-01T08:00:00Z"


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_was_written_is_read_back(at: datetime) -> None:
    assert from_iso(iso(at)) == at.replace(microsecond=0)
    assert from_iso(iso(at, milliseconds=True)) == at - timedelta(microseconds=at.microsecond % 1000)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-11-24", "2026-11-24T02:10:00", "2026-11-24T02:10:00+00:00", "2026-11-24 02:10:00Z"]
    + ["2026-13-24T02:10:00Z", "2026-11-24T02:10:00Z\n", "٢026-11-24T02:10:00Z"],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_iso(text)


def test_a_time_without_a_zone_is_refused_with_the_cure() -> None:
    naive = NIGHT.replace(tzinfo=None)
    for use in (ManualClock, ManualClock(NIGHT).set, iso):
        with pytest.raises(ValueError, match="aware datetime, in UTC"):
            use(naive)
