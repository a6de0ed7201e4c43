"""How times, days and dates are written in config.yaml, and what they mean.

Each function raises ValueError(message, cure) when the text can't be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType

from ivr.rota.local import instant, wall

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "every day": frozenset(range(7)),
        "weekdays": frozenset(range(5)),
        "weekend": frozenset({5, 6}),
        **{name: frozenset({number}) for number, name in enumerate(DAYS)},
    }
)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00)")


def minutes(text: str) -> int:
    """Minutes after midnight of "08:00" .. "24:00"."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(f'"{text}" is not a time', 'Write hours and minutes, as in "08:00"')
    hour, minute = (int(part) for part in found.groups() if part is not None)
    return hour * 60 + minute


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """(opens, closes) in minutes after midnight, in order, of "08:00-12:00, 13:00-21:00" or "closed"."""
    if text == "closed":
        return ()
    found: list[tuple[int, int]] = []
    for part in text.split(","):
        opens, dash, closes = (piece.strip() for piece in part.partition("-"))
        if not dash:
            cure = 'Write "08:00-21:00", or "08:00-12:00, 13:00-21:00", or "closed"'
            raise ValueError(f'"{text}" is not a span of opening hours', cure)
        span = (minutes(opens), minutes(closes))
        if span[1] <= span[0]:
            cure = 'Split it at midnight: "22:00-24:00" on one day, "00:00-02:00" on the next'
            raise ValueError(f'"{part.strip()}" closes before it opens', cure)
        if found and span[0] < found[-1][1]:
            cure = "Put the earlier one first, and let each end before the next"
            raise ValueError(f'the spans of "{text}" overlap or are out of order', cure)
        found.append(span)
    return tuple(found)


def days(names: Iterable[str]) -> frozenset[int]:
    """The weekdays (0 is Monday) of names such as "monday", "weekdays", "weekend", "every day"."""
    return frozenset().union(*(_SETS[name] for name in names))


def day(text: str) -> date:
    """The date of "2026-12-25"."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        cure = 'Write year, month and day, as in "2026-12-25"'
        raise ValueError(f'"{text}" is not a date', cure) from None


def moment(text: str, zone: str) -> datetime:
    """The instant (UTC) of a local "2026-12-24 18:00". A time that comes twice is the first of the two."""
    date_part, _, time_part = text.partition(" ")
    try:
        local, after_midnight = day(date_part), minutes(time_part)
    except ValueError:
        cure = 'Write date and time, as in "2026-12-24 18:00"'
        raise ValueError(f'"{text}" is not a date and time', cure) from None
    at = instant(zone, local, after_midnight)
    shown = wall(at, zone)
    if shown.hour * 60 + shown.minute != after_midnight % (24 * 60):
        raise ValueError(f'"{text}" never happens: the clocks go forward then', "Choose an hour later")
    return at
