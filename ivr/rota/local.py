"""The clock on the wall, and the instants it stands for.

One rule for every wall-clock time in the house, so that nothing opens, starts or ends
twice or never. When clocks go back, a time that comes twice means the first time. When
they go forward, a time that is jumped over means the moment of the jump.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ivr.clock import utc

DAY = 24 * 60  # minutes on a clock's face, also on days that last 23 or 25 hours


def wall(at: datetime, zone: str) -> datetime:
    """Return `at` (aware) as the clocks of `zone` show it. A naive datetime is a ValueError."""
    return utc(at).astimezone(ZoneInfo(zone))


def twice(there: datetime) -> bool:
    """Return whether clocks show what wall() returned a second time that day, because they go back."""
    return there.replace(fold=1 - there.fold).utcoffset() != there.utcoffset()


def minute(at: datetime, zone: str) -> str:
    """ "Tue 24 Nov 02:10", by the clocks of `zone`; the year is the one that everybody means."""
    there = wall(at, zone)
    return f"{there:%a} {there.day:2} {there:%b %H:%M}"


@lru_cache(maxsize=8192)
def instant(zone: str, day: date, minute: int) -> datetime:
    """Return the instant, in UTC, at which clocks of `zone` show `minute` minutes after midnight of `day`.

    1440 and more lie on the next day. See the module for times that come twice or never.
    """
    there = ZoneInfo(zone)
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    first = shown.replace(tzinfo=there, fold=0).astimezone(UTC)
    if first.astimezone(there).replace(tzinfo=None) == shown:
        return first
    return _jump(there, shown.replace(tzinfo=there, fold=1).astimezone(UTC), first)


def weeks_before(at: datetime, zone: str, weeks: int) -> datetime:
    """Return the instant (UTC, whole seconds), that many weeks before `at` (aware), at which clocks of `zone`
    showed the same: not as many hours ago, if they were changed since."""
    there = wall(at, zone)
    day, minute = there.date() - timedelta(weeks=weeks), there.hour * 60 + there.minute
    return instant(zone, day, minute) + timedelta(seconds=there.second)


def _jump(there: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the instant between two at which the offset of `there` changes, to the second."""
    old = before.astimezone(there).utcoffset()
    while (apart := after - before) > timedelta(seconds=1):
        middle = before + timedelta(seconds=apart // timedelta(seconds=2))
        if middle.astimezone(there).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
