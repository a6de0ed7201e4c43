"""A calendar of one's shifts, read back by somebody else's parser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from ivr.rota.ical import calendar
from ivr.rota.rota import Rota, Shift, chain_at

ALL = frozenset(range(7))
ROTA = Rota(
    "Europe/London",
    (Shift(ALL, 480, 1200, ("ana", "ben")), Shift(frozenset({5, 6}), 1200, 480, ("ben", "chloe", "ana"))),
)
NOW = datetime(2026, 10, 22, 9, tzinfo=UTC)
END = NOW + timedelta(days=10)


def test_it_holds_just_the_times_on_call_with_the_place() -> None:
    read: Any = icalendar.Calendar.from_ical(calendar(ROTA, "ana", "Rose Clinic: on call", NOW, END, NOW))
    events = [(one["DTSTART"].dt, one["DTEND"].dt, str(one["SUMMARY"])) for one in read.walk("VEVENT")]
    places = ("first", "second", "third")
    at = NOW
    while at < END:
        chain = chain_at(ROTA, at)
        expected = [f"On call, {places[chain.index('ana')]}"] if "ana" in chain else []
        assert [said for start, end, said in events if start <= at < end] == expected, at
        at += timedelta(minutes=30)
    assert all(start.utcoffset() == timedelta(0) for start, _, _ in events)


def test_each_event_keeps_its_name_when_it_is_fetched_again() -> None:
    first, again = (
        icalendar.Calendar.from_ical(calendar(ROTA, "ana", "x", NOW, END, now)).walk("VEVENT")
        for now in (NOW, NOW + timedelta(hours=1))
    )
    assert [one["UID"] for one in first] == [one["UID"] for one in again]
    assert len({one["UID"] for one in first}) == len(first)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_names_survive_folding_and_escaping(name: str) -> None:
    text = calendar(ROTA, "ana", name, NOW, END, NOW)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert text.count(b"\n") == text.count(b"\r\n") and text.endswith(b"END:VCALENDAR\r\n")
    lines: Any = icalendar.parser.Contentlines
    unfolded = lines.from_ical(text)
    (line,) = [str(one) for one in unfolded if str(one).startswith("NAME:")]
    plain = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), line.removeprefix("NAME:"))
    assert plain == "\n".join(name.splitlines())
