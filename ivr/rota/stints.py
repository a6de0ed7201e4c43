"""Stints: who is rung first, since when and until when. A stint begins what a shift's phone is tried for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.clock import utc
from ivr.rota.rota import Rota, chain_at, changes

BACK = timedelta(days=2)  # how far back a stint's beginning is looked for; an older one began "then"
AHEAD = timedelta(days=14)  # and its end


@dataclass(frozen=True, slots=True)
class Stint:
    """From `starts` until just before `ends` (UTC) `person` is the first to be rung."""

    person: str
    starts: datetime
    ends: datetime


def stint_at(rota: Rota, at: datetime) -> Stint | None:
    """Return the stint that goes on at `at` (aware); None when nobody is on call.

    Whoever is first in two chains on end has one stint.
    """
    at = utc(at)
    chain = chain_at(rota, at)
    if not chain:
        return None
    starts: datetime | None = None
    for edge, rung in changes(rota, at - BACK, at + timedelta(microseconds=1)):
        if rung[:1] != chain[:1]:
            starts = None  # somebody else was first then
        elif starts is None:
            starts = edge
    return Stint(chain[0], starts or at, _end(rota, at, chain[0]))


def next_stint(rota: Rota, at: datetime, within: timedelta) -> Stint | None:
    """Return the first stint that begins after `at` (aware) and no later than `within`, if there is one."""
    at = utc(at)
    first = chain_at(rota, at)[:1]
    for edge, chain in changes(rota, at, at + within):
        if chain[:1] != first:
            if chain:
                return Stint(chain[0], edge, _end(rota, edge, chain[0]))
            first = ()
    return None


def _end(rota: Rota, at: datetime, person: str) -> datetime:
    for edge, chain in changes(rota, at, at + AHEAD):
        if chain[:1] != (person,):
            return edge
    return at + AHEAD


def put_last(
    rings: Sequence[tuple[str, ...]], round_length: int, people: frozenset[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the rings of a hunt with the phones of `people` at the end of each round.

    A ring in which somebody else's phone rings too stays where it is. Leg ids: "ana", "ana/1".
    """
    if not people or not rings:
        return tuple(rings)

    def theirs(ring: tuple[str, ...]) -> bool:
        return all(leg.partition("/")[0] in people for leg in ring)

    ordered: list[tuple[str, ...]] = []
    for begin in range(0, len(rings), round_length):
        ordered += sorted(rings[begin : begin + round_length], key=theirs)
    return tuple(ordered)
