"""From a table of opening hours in config.yaml to the rota's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from ivr.config import written
from ivr.config.model import Table
from ivr.rota.hours import Hours, Span

# A range that doesn't depend on today, so that what is open is the same whenever it is asked.
_YEARS = range(2020, 2061)


def opening(table: Table, zone: str) -> Hours:
    """`table` by the clocks of `zone`, with bank holidays laid in where it has a line for them.

    A bank holiday doesn't open a weekday that is closed otherwise, and a named date wins over it.
    """
    week = {number: _spans(found) for number, found in table.week().items()}
    exceptions: dict[date, tuple[Span, ...]] = {}
    if table.bank_holidays is not None:
        short = _spans(written.spans(table.bank_holidays))
        exceptions |= {day: short for day in bank_holidays() if week[day.weekday()]}
    exceptions |= {written.day(day): _spans(written.spans(text)) for day, text in table.exceptions.items()}
    return Hours(zone, week, exceptions)


@lru_cache(maxsize=1)
def bank_holidays() -> Mapping[date, str]:
    """England's bank holidays, as far as they follow rules: one proclaimed for a single year may lack."""
    import holidays  # a tenth of a second with its years: only who has holiday hours pays for it

    return dict(holidays.country_holidays("GB", subdiv="ENG", years=_YEARS))


def _spans(found: tuple[tuple[int, int], ...]) -> tuple[Span, ...]:
    return tuple(Span(opens, closes) for opens, closes in found)
