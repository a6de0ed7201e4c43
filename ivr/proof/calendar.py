"""What each rule of an opening-hours table decides, day by day, from what is written in config.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ivr.config import Config
from ivr.config.opening import bank_holidays
from ivr.config.written import spans
from ivr.flow.rules import Stretch
from ivr.rota.local import DAY, instant

AHEAD = 400  # days: the next 12 months, and a month to spare


def stretches(config: Config, name: str, today: date) -> Iterator[Stretch]:
    """Yield, in order, from when to when a table is open or closed, and by which of its rules.

    It is worked out apart from ivr.rota.hours, by which the line goes: a rule holds one against the other.
    """
    table, zone = config.hours[name], config.clinic.zone
    week = table.week()
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        if day.isoformat() in table.exceptions:
            open_, rule = spans(table.exceptions[day.isoformat()]), f"the exception {day}"
        elif table.bank_holidays is not None and day in bank_holidays() and week[day.weekday()]:
            open_, rule = spans(table.bank_holidays), f"bank_holidays on {day}"
        else:
            open_, rule = week[day.weekday()], f"the hours of {day:%A}, {day}"
        at = 0
        for opens, closes in (*open_, (DAY, DAY)):
            if at < opens:
                yield Stretch(instant(zone, day, at), instant(zone, day, opens), False, rule)
            if opens < closes:
                yield Stretch(instant(zone, day, opens), instant(zone, day, closes), True, rule)
            at = closes
