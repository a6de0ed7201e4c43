"""The rota, changed for a time as the desk's page changes it: an order of a test to a line apart."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qs, urlencode

from ivr.line import laying
from ivr.line.answer import Line
from ivr.storage import laid

WHO = "staff"


def order(**told: object) -> str:
    """Return the query of an order: chain ("ben,ana"), or out and into; or undo (the latest that holds)."""
    return urlencode(told)


def lay(line: Line, query: str) -> None:
    """Do what the query asks for, as the page does: shown, then saved. What can't be is left."""
    told = {name: values[0] for name, values in parse_qs(query).items()}
    now, config = line.clock.now(), line.editions.live.config
    if "undo" in told:
        with line.store.read() as conn:
            changes = laid.coming(conn, now)
        if changes:
            laying.undo(line, changes[-1].number)
        return
    starts = now + timedelta(minutes=int(told.get("after", 0)))
    ends = starts + timedelta(minutes=int(told.get("minutes", 60)))
    with suppress(laying.Unfit):
        if "out" in told:
            found = laying.handed_over(config, told["out"], told["into"], starts, ends, now)
        else:
            chain = tuple(told["chain"].split(","))
            found = laying.overridden(config, chain, starts, ends, now)
        laying.save(line, found, WHO, found.state)
