"""Laying something over the rota while the line runs: what it would change, shown before it is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ivr.config import Config
from ivr.line.answer import Line
from ivr.rota.hours import Span
from ivr.rota.laid import Piece, compared, holds_from, stand_in
from ivr.rota.rota import Chain, Gap, Override, gaps
from ivr.storage import laid

LEAST = 2  # people on call at once: as `ivr check` has it
LONGEST = timedelta(days=92)  # what lasts longer belongs into config.yaml


class Unfit(ValueError):
    """What was asked for can't be. field: which part of it; the text says what is wrong, and the cure."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Preview:
    """What a change would do.

    overrides   what is to be saved
    pieces      when other people are on call than before
    thin        times within it at which nobody, or a single person, would be on call
    worse       those of them that are so only by this change
    over        overrides that it lies over, in whole or in part
    state       of what was laid before: saving is refused when that has changed meanwhile
    """

    overrides: tuple[Override, ...]
    pieces: tuple[Piece, ...]
    thin: tuple[Gap, ...]
    worse: bool
    over: tuple[Override, ...]
    state: str


def handed_over(
    config: Config, out: str, into: str, starts: datetime, ends: datetime, now: datetime
) -> Preview:
    """Return what it would do if `into` took the places of `out` in that time (aware). Errors: Unfit."""
    _known(config, out, "out")
    _known(config, into, "into")
    if out == into:
        raise Unfit("into", "That is the same person. Choose who stands in.")
    starts = _within(starts, ends, now)
    found = stand_in(config.rota_table(), out, into, starts, ends)
    if not found:
        name = config.people[out].name
        raise Unfit("out", f"{name} isn't on call in that time. Look at the rota, or choose another time.")
    return _preview(config, found, starts, ends)


def overridden(config: Config, chain: Chain, starts: datetime, ends: datetime, now: datetime) -> Preview:
    """Return what it would do if `chain` alone were on call in that time (aware). Errors: Unfit."""
    if not chain:
        raise Unfit("first", "Nobody would be on call. Choose who is rung first.")
    for place, name in zip(("first", "second", "third"), chain, strict=False):
        _known(config, name, place)
    if len(set(chain)) < len(chain):
        raise Unfit("second", "Somebody is named twice. Choose different people.")
    starts = _within(starts, ends, now)
    return _preview(config, (Override(starts, ends, chain),), starts, ends)


def save(line: Line, found: Preview, who: str, state: str) -> int | None:
    """Save a change, and return its number; None: what lay there before has changed since it was shown.

    state   of the preview that was shown
    Errors: StoreUnavailable.
    """
    now = line.clock.now()

    def work(conn: sqlite3.Connection) -> int | None:
        if _state(laid.state(conn)) != state:
            return None
        return laid.add(conn, found.overrides, who, now)

    number = line.store.write(work)
    line.editions.look()
    return number


def undo(line: Line, number: int, who: str | None = None) -> bool:
    """End a change; who: only one that this account made. Errors: StoreUnavailable."""
    now = line.clock.now()
    done = line.store.write(lambda conn: laid.undo(conn, number, now, who))
    line.editions.look()
    return done


def day_differs(line: Line, hours: str, day: date, spans: str, who: str, was: int) -> bool:
    """Give a day hours of its own, as config.yaml writes them; False: somebody else changed them meanwhile.

    was   the number of the change that the day had when it was shown; 0: none
    Errors: StoreUnavailable.
    """
    now = line.clock.now()
    done = line.store.write(lambda conn: laid.put_day(conn, hours, day, spans, who, now, was))
    line.editions.look()
    return done


def day_as_ever(line: Line, number: int) -> bool:
    """Give a day its ordinary hours again. Errors: StoreUnavailable."""
    now = line.clock.now()
    done = line.store.write(lambda conn: laid.remove_day(conn, number, now))
    line.editions.look()
    return done


def said(spans: Sequence[Span]) -> str:
    """Return hours as config.yaml writes them: "08:00-12:00, 13:00-21:00", "closed"."""
    times = (
        "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (one.opens, one.closes)) for one in spans
    )
    return ", ".join(times) or "closed"


def _known(config: Config, name: str, field: str) -> None:
    if name not in config.people:
        raise Unfit(field, "There is nobody of that name in config.yaml. Choose somebody from the list.")


def _within(starts: datetime, ends: datetime, now: datetime) -> datetime:
    """When it can begin to hold: no change reaches back."""
    if ends <= starts:
        raise Unfit("until", "It ends before it begins. Choose a later end.")
    begins = max(starts, holds_from(now))
    if ends <= begins:
        raise Unfit("until", "That time is over already. Choose a later end.")
    if ends - begins > LONGEST:
        raise Unfit("until", f"That is more than {LONGEST.days} days. Change the rota in config.yaml.")
    return begins


def _preview(config: Config, found: tuple[Override, ...], starts: datetime, ends: datetime) -> Preview:
    before = config.rota_table()
    after = replace(before, overrides=(*before.overrides, *found))
    thin = tuple(gaps(after, starts, ends, LEAST))
    short = sum((gap.ends - gap.starts for gap in gaps(before, starts, ends, LEAST)), timedelta())
    return Preview(
        found,
        tuple(compared(before, after, starts, ends)),
        thin,
        sum((gap.ends - gap.starts for gap in thin), timedelta()) > short,
        tuple(one for one in before.overrides if one.starts < ends and starts < one.ends),
        _state(config.laid.state),
    )


def _state(state: tuple[int, ...]) -> str:
    return "-".join(map(str, state))
