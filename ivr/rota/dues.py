"""When a promise is due, and how a time is said on the phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from ivr.clock import utc
from ivr.rota.hours import AHEAD, Hours
from ivr.rota.local import instant, wall

_STEP = 5  # minutes: no one says "by 4:37"
_SMALL_HOURS = 5  # before 5 in the morning it is still last night to those awake


def within(now: datetime, hours: int) -> datetime:
    """Return the instant (UTC) `hours` of real time after `now` (aware)."""
    return utc(now) + timedelta(hours=hours)


def same_day(now: datetime, zone: str, latest: int, at_least_hours: int) -> datetime:
    """Return today at `latest`, or `at_least_hours` from now when that is later. In UTC.

    `latest` counts minutes after midnight in `zone`. Late at night the due time passes
    into the next day: a short wait for a clinician's call matters more than the date.
    """
    return max(instant(zone, wall(now, zone).date(), latest), within(now, at_least_hours))


def next_session(now: datetime, hours: Hours, by: int) -> datetime:
    """Return the instant (UTC) of `by` (minutes after local midnight) on the day of the next session.

    A session is a span of `hours` that has yet to begin, so in the small hours it is
    today's, if `by` is still ahead. Without one in the next 400 days: tomorrow, because
    a promise must have an end.
    """
    now = utc(now)
    today = wall(now, hours.zone).date()
    for ahead in range(AHEAD.days + 2):
        day = today + timedelta(days=ahead)
        begins = any(instant(hours.zone, day, span.opens) > now for span in hours.spans(day))
        if begins and (due := instant(hours.zone, day, by)) > now:
            return due
    return instant(hours.zone, today + timedelta(days=1), by)


def spoken_by(due: datetime, now: datetime, zone: str) -> str:
    """Return the words that follow "by" or "before": "4 this afternoon", "12 tomorrow", "12 on Friday".

    Up to the next 5 minutes, so that a patient never hears an earlier time than the one that is kept.
    """
    past = timedelta(minutes=due.minute % _STEP, seconds=due.second, microseconds=due.microsecond)
    return _spoken(due + timedelta(minutes=_STEP) - past if past else due, now, zone)


def spoken_opening(opens: datetime, now: datetime, zone: str) -> str:
    """Return the words that follow "It opens at": "8 this morning", "8 tomorrow", "10 on Friday"."""
    return _spoken(opens, now, zone)


def spoken_each(minutes: int) -> str:
    """Return a daily time, given in minutes after midnight, in words: "8 each morning"."""
    hour, minute = divmod(minutes, 60)
    return f"{_clock(hour, minute)} each {_part(hour, minute) or 'day'}"


def _spoken(at: datetime, now: datetime, zone: str) -> str:
    """Return `at` as it is said at `now`: within a week by the weekday, further away with the date too."""
    then, today = wall(at, zone), wall(now, zone)
    hour, minute = then.hour, then.minute
    # Midnight belongs to the day that it ends, as people say it.
    day = then.date() - timedelta(days=1) if (hour, minute) == (0, 0) else then.date()
    away = (day - today.date()).days
    clock, part = _clock(hour, minute), _part(hour, minute)

    if hour < _SMALL_HOURS and part and (away == 0 or (away == 1 and today.hour >= 12)):
        if hour == 0:
            return f"{clock} tonight"
        return f"{clock} this morning" if away == 0 else f"{clock} in the morning"
    if away == 0:
        if hour == 0 or part == "night":
            return f"{clock} tonight"
        return f"{clock} this {part}" if part else f"{clock} today"
    if 7 <= hour < 12:
        part = ""  # "8 tomorrow" can only be meant one way
    if away == 1:
        return f"{clock} tomorrow {part}".rstrip()
    if 1 < away < 7:
        return f"{clock} on {day:%A} {part}".rstrip()
    date = f"{day:%A} {day.day} {day:%B}"
    return f"{clock} on the {part} of {date}" if part else f"{clock} on {date}"


def _clock(hour: int, minute: int) -> str:
    """Return "8", "8:30" or "midnight"."""
    if (hour, minute) in ((0, 0), (24, 0)):
        return "midnight"
    return f"{hour % 12 or 12}" + (f":{minute:02}" if minute else "")


def _part(hour: int, minute: int) -> str:
    """Return the part of the day, "" for noon and midnight, which need none."""
    if minute == 0 and hour in (0, 12, 24):
        return ""
    if hour < 12:
        return "morning"
    if hour < 17:
        return "afternoon"
    return "evening" if hour < 21 else "night"
