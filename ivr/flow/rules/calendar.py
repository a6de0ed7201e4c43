"""Opening hours and the rota, ahead of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ivr.flow.rules.evidence import Evidence, Fault, Stretch

_LEAST = 2  # people on call at once
_MINUTE = timedelta(minutes=1)


def open_or_closed(given: Evidence) -> Iterator[Fault]:
    """Every minute ahead is open or closed by exactly one rule, and the line goes by that rule."""
    for table, stretches in given.hours.items():
        until = given.now + timedelta(days=given.limits.hours_days)
        yield from _covered(table, stretches, given.now, until)
        if not any(one.open for one in stretches):
            cure = "Give it hours at which it opens"
            yield Fault(("hours", table), f"{table} doesn't open for {given.limits.hours_days} days", cure)
        if given.is_open is None:
            continue
        for one in stretches:
            for at in (one.starts, one.starts + (one.ends - one.starts) / 2, one.ends - _MINUTE):
                if given.now <= at < until and given.is_open(table, at) != one.open:
                    message = f"at {_when(at)} the line goes by something else than {one.rule}"
                    yield Fault(("hours", table), message, "Write the hours anew")


def _covered(table: str, stretches: Sequence[Stretch], now: datetime, until: datetime) -> Iterator[Fault]:
    at, last = now, "nothing"
    for one in (one for one in stretches if one.ends > now):
        if one.starts > at:
            message = f"from {_when(at)} to {_when(one.starts)} no rule says whether {table} is open"
            yield Fault(("hours", table), message, "Give that time hours, or `closed`")
        elif one.starts < at and last != "nothing":
            message = f"at {_when(one.starts)} both {last} and {one.rule} say whether {table} is open"
            yield Fault(("hours", table), message, "Keep one of them")
        at, last = max(at, one.ends), one.rule
    if at < until:
        message = f"from {_when(at)} no rule says whether {table} is open"
        yield Fault(("hours", table), message, "Give that time hours, or `closed`")


def somebody_on_call(given: Evidence) -> Iterator[Fault]:
    """The rota has no empty minute ahead, and nobody is on call alone now."""
    until = given.now + timedelta(days=given.limits.rota_days)
    ends = [at for at, _ in given.rota[1:]] + [until]
    for (starts, chain), end in zip(given.rota, ends, strict=False):
        now = starts <= given.now
        if starts >= until or len(chain) >= _LEAST or (chain and not now):
            continue  # one alone later on is a warning of ivr.config.oncall
        who = f"only {chain[0]} is" if chain else "nobody is"
        message = f"{who} on call from {'now' if now else _when(starts)} to {_when(end)}"
        cure = "Add a second person to the chain" if chain else "Put people on call for then"
        yield Fault(("rota", "shifts"), message, cure)


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
