"""A time by a clinic's clocks, as it is typed into the page."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.exchange.handset.refusal import Refusal


def instant(wall: str, zone: str, second: bool = False) -> datetime:
    """Return "2026-10-25T01:30" by the clocks of `zone` in UTC; `second`: of an hour that comes twice.

    Errors: Refusal for what is no time, or for one that the clocks leave out.
    """
    try:
        naive = datetime.fromisoformat(wall)
    except ValueError:
        naive = None
    if naive is None or naive.tzinfo is not None or not 2000 <= naive.year < 2100:
        raise Refusal(f"{wall!r} is no time: write it as 2026-10-25 01:30")
    there = naive.replace(tzinfo=ZoneInfo(zone), fold=int(second))
    at = there.astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != naive:
        raise Refusal(f"the clocks go forward and leave {naive:%H:%M} out on that day: choose another time")
    return at
