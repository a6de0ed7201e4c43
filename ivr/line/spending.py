"""What the line costs this month, and will: a forecast and an alarm. Nothing is ever held back for it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ivr.clock import iso
from ivr.config import Config
from ivr.line.answer import Line
from ivr.rota.local import instant, wall
from ivr.storage import Entry, journal, usage
from ivr.storage.entry import JSON

LOOK_BACK = timedelta(days=28)  # four weeks: each day of the week as often as the next
LEAST_BACK = timedelta(days=7)  # one busy night at the beginning says little of a month


@dataclass(frozen=True)
class Forecast:
    """A month. Per kind (usage.KINDS): what was used so far, and what it comes to; costs in `currency`.

    days   local date → kind → how many, of this month so far
    """

    month: date
    currency: str
    used: Mapping[str, int]
    expected: Mapping[str, float]
    prices: Mapping[str, float]
    days: Mapping[date, Mapping[str, int]]

    @property
    def so_far(self) -> float:
        return sum(self.used[kind] * price for kind, price in self.prices.items())

    @property
    def total(self) -> float:
        return sum(self.expected[kind] * price for kind, price in self.prices.items())


def forecast(conn: sqlite3.Connection, config: Config, now: datetime) -> Forecast:
    """Return this month as it stands, and as it ends if its remaining days are like the last four weeks."""
    zone, prices = config.clinic.zone, config.spending
    today = wall(now, zone).date()
    begins = today.replace(day=1)
    starts, ends = instant(zone, begins, 0), instant(zone, _next_month(begins), 0)
    back = max(now - LOOK_BACK, min(usage.first(conn) or now, now - LEAST_BACK))
    used: Counter[str] = Counter()
    lately: Counter[str] = Counter()
    days: dict[date, Counter[str]] = {}
    for kind, at, count in usage.between(conn, iso(min(back, starts)), iso(now + timedelta(seconds=1))):
        if at >= starts:
            used[kind] += count
            days.setdefault(wall(at, zone).date(), Counter())[kind] += count
        if at >= back:
            lately[kind] += count
    left, seen = (ends - now) / timedelta(days=1), (now - back) / timedelta(days=1)
    return Forecast(
        begins,
        prices.currency,
        {kind: used[kind] for kind in usage.KINDS},
        {kind: used[kind] + lately[kind] * left / seen for kind in usage.KINDS},
        {kind: float(getattr(prices, kind)) for kind in usage.KINDS},
        dict(sorted(days.items())),
    )


def look(line: Line) -> bool:
    """Tell the owner, once a day at most, that the month's forecast is above the figure they set."""
    limit = line.config.spending.warn_at
    if limit is None:
        return False
    now = line.clock.now()
    key = f"spending {wall(now, line.config.clinic.zone).date()}"
    with line.store.read() as conn:
        if journal.holds(conn, "", key):
            return False
        found = forecast(conn, line.config, now)
    if found.total <= limit:
        return False
    data: dict[str, JSON] = {
        "template": "spending",
        "to": "owner",
        "readers": (line.config.owner,),
        "words": {"forecast": money(found.currency, found.total), "limit": money(found.currency, limit)},
        "urgent": False,
        "deadline": iso(now + timedelta(hours=12)),
    }
    return line.store.record([Entry(iso(now, milliseconds=True), "", "text", key, data)])


def money(currency: str, amount: float) -> str:
    """Return an amount as people read it, in whole units: "GBP 151"."""
    return f"{currency} {amount:.0f}"


def _next_month(begins: date) -> date:
    return (begins + timedelta(days=32)).replace(day=1)
