"""What lies over the written rota and hours: overrides and days that differ, added while the line runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ivr.clock import utc
from ivr.rota.hours import Span
from ivr.rota.rota import Chain, Override, Rota, changes

SPREADS = timedelta(seconds=3)  # in which every process has taken a change in: each looks once a second


@dataclass(frozen=True)
class Laid:
    """All that was laid over, the later over the earlier. `state` changes whenever any of it does.

    exceptions  name of a table of hours → date → its spans; () is closed all day
    """

    overrides: tuple[Override, ...] = ()
    exceptions: Mapping[str, Mapping[date, tuple[Span, ...]]] = field(default_factory=dict)
    state: tuple[int, ...] = ()


NOTHING = Laid()


@dataclass(frozen=True, slots=True)
class Piece:
    """From `starts` until just before `ends` (UTC) `before` is on call, and would be `after`."""

    starts: datetime
    ends: datetime
    before: Chain
    after: Chain


def holds_from(now: datetime) -> datetime:
    """Return the first minute (UTC) at which a change that is made `now` may begin to hold.

    Not before every process knows of it, and never in a minute that has begun: a hunt that is going on counts
    phones in the order of the minute in which it began.
    """
    soon = utc(now) + SPREADS
    whole = soon.replace(second=0, microsecond=0)
    return whole if whole == soon else whole + timedelta(minutes=1)


def stand_in(rota: Rota, out: str, into: str, starts: datetime, ends: datetime) -> tuple[Override, ...]:
    """Return the overrides by which `into` takes the places of `out` in that time; () when there are none."""
    return tuple(
        Override(at, until, tuple(dict.fromkeys(into if name == out else name for name in chain)))
        for at, until, chain in stretches(rota, starts, ends)
        if out in chain
    )


def compared(before: Rota, after: Rota, starts: datetime, ends: datetime) -> list[Piece]:
    """Return, in order, the times at which two rotas name different people, or another order of them."""
    edges = sorted(
        {at for rota in (before, after) for at, _, _ in stretches(rota, starts, ends)} | {utc(ends)}
    )
    found: list[Piece] = []
    olds, news = (dict(changes(rota, starts, ends)) for rota in (before, after))
    old: Chain = ()
    new: Chain = ()
    for at, until in zip(edges, edges[1:], strict=False):
        old, new = olds.get(at, old), news.get(at, new)
        if old != new:
            found.append(Piece(at, until, old, new))
    return found


def stretches(rota: Rota, starts: datetime, ends: datetime) -> list[tuple[datetime, datetime, Chain]]:
    """Return (from, until, who is on call), in UTC and in order, without a break between two times."""
    found = list(changes(rota, starts, ends))
    until = [at for at, _ in found[1:]] + [utc(ends)]
    return [(at, end, chain) for (at, chain), end in zip(found, until, strict=False)]
