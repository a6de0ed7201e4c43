"""When a promised call-back is due, and how a time is said on the phone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.clock import from_iso, iso
from ivr.rota.dues import next_session, same_day, spoken_by, spoken_each, spoken_opening, within
from ivr.rota.hours import Hours, Span

LONDON = "Europe/London"
DESK = Hours(LONDON, dict.fromkeys(range(7), (Span(480, 1260),)), {date(2026, 12, 25): ()})
NOON, EIGHT_PM = 12 * 60, 20 * 60
TUESDAY_NIGHT = from_iso("2026-11-24T02:10:00Z")
TUESDAY_NOON = from_iso("2026-11-24T12:00:00Z")
TUESDAY_LATE = from_iso("2026-11-24T22:40:00Z")


def test_within_two_hours_is_two_hours_of_real_time() -> None:
    assert within(TUESDAY_NIGHT, 2) == from_iso("2026-11-24T04:10:00Z")
    assert within(from_iso("2026-10-25T00:30:00Z"), 2) == from_iso("2026-10-25T02:30:00Z")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T02:10:00Z", "2026-11-24T20:00:00Z"),
        ("2026-11-24T18:00:00Z", "2026-11-24T20:00:00Z"),
        ("2026-11-24T18:30:00Z", "2026-11-24T20:30:00Z"),  # too late for 8: two hours
        ("2026-11-24T23:00:00Z", "2026-11-25T01:00:00Z"),
        ("2026-07-01T10:00:00Z", "2026-07-01T19:00:00Z"),  # summer time
        ("2026-06-30T23:30:00Z", "2026-07-01T19:00:00Z"),  # already tomorrow in London
    ],
)
def test_same_day_is_by_8_but_gives_two_hours(now: str, due: str) -> None:
    assert iso(same_day(from_iso(now), LONDON, EIGHT_PM, 2)) == due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T14:00:00Z", "2026-11-25T12:00:00Z"),
        ("2026-11-24T09:00:00Z", "2026-11-25T12:00:00Z"),  # today's session has begun
        ("2026-11-24T02:10:00Z", "2026-11-24T12:00:00Z"),  # today's has yet to
        ("2026-12-24T14:00:00Z", "2026-12-26T12:00:00Z"),  # no session on the 25th
        ("2026-03-28T14:00:00Z", "2026-03-29T11:00:00Z"),
        ("2026-10-24T14:00:00Z", "2026-10-25T12:00:00Z"),
    ],
)
def test_routine_is_noon_on_the_day_of_the_next_session(now: str, due: str) -> None:
    assert iso(next_session(from_iso(now), DESK, NOON)) == due


def test_without_any_session_it_is_noon_tomorrow() -> None:
    assert iso(next_session(TUESDAY_NIGHT, Hours(LONDON, {}), NOON)) == "2026-11-25T12:00:00Z"


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        (TUESDAY_NIGHT, "2026-11-24T04:10:00Z", "4:10 this morning"),
        (TUESDAY_NIGHT, "2026-11-24T09:00:00Z", "9 this morning"),
        (TUESDAY_NIGHT, "2026-11-24T12:00:00Z", "12 today"),
        (TUESDAY_NIGHT, "2026-11-24T12:30:00Z", "12:30 this afternoon"),
        (TUESDAY_NOON, "2026-11-24T16:00:00Z", "4 this afternoon"),
        (TUESDAY_NOON, "2026-11-24T15:57:01Z", "4 this afternoon"),  # never earlier than it is due
        (TUESDAY_NOON, "2026-11-24T16:01:00Z", "4:05 this afternoon"),
        (TUESDAY_NOON, "2026-11-24T20:00:00Z", "8 this evening"),
        (TUESDAY_NOON, "2026-11-24T21:30:00Z", "9:30 tonight"),
        (TUESDAY_NOON, "2026-11-24T23:58:00Z", "midnight tonight"),
        (TUESDAY_LATE, "2026-11-25T00:40:00Z", "12:40 tonight"),
        (TUESDAY_LATE, "2026-11-25T01:00:00Z", "1 in the morning"),
        (TUESDAY_NIGHT, "2026-11-25T01:00:00Z", "1 tomorrow morning"),
        (TUESDAY_NOON, "2026-11-25T12:00:00Z", "12 tomorrow"),
        (TUESDAY_NOON, "2026-11-25T08:00:00Z", "8 tomorrow"),
        (TUESDAY_NOON, "2026-11-25T16:00:00Z", "4 tomorrow afternoon"),
        (TUESDAY_NOON, "2026-11-25T20:00:00Z", "8 tomorrow evening"),
        (TUESDAY_NOON, "2026-11-26T00:00:00Z", "midnight tomorrow"),
        (TUESDAY_NOON, "2026-11-27T12:00:00Z", "12 on Friday"),
        (TUESDAY_NOON, "2026-11-27T16:00:00Z", "4 on Friday afternoon"),
        (TUESDAY_NOON, "2026-11-30T12:00:00Z", "12 on Monday"),
        (TUESDAY_NOON, "2026-12-01T12:00:00Z", "12 on Tuesday 1 December"),
        (TUESDAY_NOON, "2026-12-04T16:00:00Z", "4 on the afternoon of Friday 4 December"),
        (TUESDAY_NOON, "2026-12-05T00:00:00Z", "midnight on Friday 4 December"),
        (from_iso("2026-07-01T10:00:00Z"), "2026-07-01T14:00:00Z", "3 this afternoon"),
        (from_iso("2026-06-30T23:10:00Z"), "2026-07-01T11:00:00Z", "12 today"),
        (from_iso("2026-06-30T23:10:00Z"), "2026-06-30T23:30:00Z", "12:30 tonight"),
    ],
)
def test_a_due_time_in_words(now: datetime, due: str, words: str) -> None:
    assert spoken_by(from_iso(due), now, LONDON) == words


@pytest.mark.parametrize(
    ("now", "opens", "words"),
    [
        (TUESDAY_NIGHT, "2026-11-24T08:00:00Z", "8 this morning"),
        (TUESDAY_LATE, "2026-11-25T08:00:00Z", "8 tomorrow"),
        (TUESDAY_LATE, "2026-11-27T10:00:00Z", "10 on Friday"),
        (TUESDAY_LATE, "2026-11-27T10:01:00Z", "10:01 on Friday"),
        (TUESDAY_LATE, "2026-12-28T10:00:00Z", "10 on Monday 28 December"),
        (TUESDAY_NOON, "2026-11-24T14:00:00Z", "2 this afternoon"),
        (TUESDAY_NOON, "2026-11-25T00:00:00Z", "midnight tonight"),
    ],
)
def test_an_opening_in_words(now: datetime, opens: str, words: str) -> None:
    assert spoken_opening(from_iso(opens), now, LONDON) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(480, "8 each morning"), (510, "8:30 each morning"), (720, "12 each day"), (840, "2 each afternoon")]
    + [
        (1080, "6 each evening"),
        (1320, "10 each night"),
        (0, "midnight each day"),
        (30, "12:30 each morning"),
    ],
)
def test_a_daily_time_in_words(minutes: int, words: str) -> None:
    assert spoken_each(minutes) == words


@given(st.integers(0, 20 * 24 * 60), st.integers(0, 24 * 60))
def test_every_time_can_be_said(ahead: int, later: int) -> None:
    now = TUESDAY_NIGHT + timedelta(minutes=later)
    words = spoken_by(now + timedelta(minutes=ahead), now, LONDON)
    day = r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    part = "(morning|afternoon|evening|night)"
    when = (
        rf"(this {part}|tonight|today|in the morning|tomorrow( {part})?"
        rf"|on {day}( {part})?|on (the {part} of )?{day} \d+ (November|December))"
    )
    assert re.fullmatch(rf"(midnight|1?\d(:[0-5][05])?) {when}", words), words
