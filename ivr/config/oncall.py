"""From the rota of config.yaml to the calculator's, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ivr.config import written
from ivr.config.model import OverrideEntry, RotaEntries
from ivr.rota.local import instant, wall
from ivr.rota.rota import Gap, Override, Rota, Shift, gaps
from ivr.yamlfile import Document, Problem

AHEAD = timedelta(weeks=8)  # how far ahead gaps are looked for
LEAST = 2  # people on call at once: the second takes what the first can't

# A week without a change of the clocks in most zones: what the shifts leave open doesn't depend on today.
_WEEK = (date(2026, 1, 5), date(2026, 1, 12))


def table(entries: RotaEntries, zone: str) -> Rota:
    """`entries` by the clocks of `zone`. ValueError when an override can't be read or ends too early."""
    return Rota(zone, _shifts(entries), tuple(_override(entry, zone) for entry in entries.overrides))


def faults(entries: RotaEntries, zone: str, document: Document, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong. Only warnings depend on `now`: a file once accepted starts again any night."""
    whole = True
    for index, entry in enumerate(entries.overrides):
        try:
            _override(entry, zone)
        except ValueError as error:
            whole = False
            message, cure = (*error.args, "")[:2]
            line = document.line("rota", "overrides", index)
            yield Problem(document.file, line, f"rota.overrides.{index}: {message}", cure)
    line = document.line("rota", "shifts")
    weekly = Rota(zone, _shifts(entries))
    start, end = (instant(zone, day, 0) for day in _WEEK)
    if holes := gaps(weekly, start, end, 1):
        when = ", and ".join(_weekly(hole, zone) for hole in holes[:3])
        more = f", and {len(holes) - 3} times more" if len(holes) > 3 else ""
        cure = "Add a shift for then, with the owner if there is nobody else"
        yield Problem(document.file, line, f"rota.shifts: nobody is on call {when}{more}", cure)
    elif whole and (thin := gaps(table(entries, zone), now, now + AHEAD, LEAST)):
        first = thin[0]
        more = f", and {len(thin) - 1} times more within {AHEAD.days} days" if len(thin) > 1 else ""
        when = f"from {_dated(first.starts, zone)} to {_dated(first.ends, zone)}{more}"
        message = f"rota: only {', '.join(first.chain)} is on call {when}"
        yield Problem(document.file, line, message, "Add a second person to the chain", "warning")


def _shifts(entries: RotaEntries) -> tuple[Shift, ...]:
    return tuple(
        Shift(written.days(one.days), written.minutes(one.starts), written.minutes(one.ends), one.chain)
        for one in entries.shifts
    )


def _override(entry: OverrideEntry, zone: str) -> Override:
    starts, ends = written.moment(entry.starts, zone), written.moment(entry.ends, zone)
    if ends <= starts:
        raise ValueError("it ends before it begins", "Write a later `to`")
    return Override(starts, ends, entry.chain)


def _weekly(hole: Gap, zone: str) -> str:
    starts, ends = (wall(at, zone) for at in (hole.starts, hole.ends))
    return f"from {starts:%A %H:%M} to {ends:%A %H:%M}"


def _dated(at: datetime, zone: str) -> str:
    return f"{wall(at, zone):%A %Y-%m-%d %H:%M}"
