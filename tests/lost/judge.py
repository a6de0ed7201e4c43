"""What must hold of a line apart, whatever went wrong: nobody is lost, nobody is rung who shouldn't be.

Four promises, each a part of what is judged:

    one      at most one clinician is joined to a patient at a time     (rung.bridged)
    tried    an open page is always being tried, or announced           (waiting.announced)
    chain    nobody outside the chain is rung                           (rung.rung)
    ended    each page ends by a person's act                           (kept.ended)

and besides: no message, text, promise, shift or link is lost, no number leaves the line, the journal holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from ivr.clock import iso
from ivr.storage import journal
from tests.lost import kept, rung, waiting
from tests.lost.apart import Apart

UNKNOWN = kept.UNKNOWN


def settled(apart: Apart) -> bool:
    """Return whether nothing is left to be done: what is still to come is only the owner's."""
    with closing(apart.record()) as conn:
        left = [
            "SELECT 1 FROM pages WHERE state <> 'closed'",
            "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')",
            "SELECT 1 FROM errands WHERE state IN ('queued', 'placing', 'placed')",
            "SELECT 1 FROM messages WHERE state = 'waiting'",
            "SELECT 1 FROM calls WHERE state <> 'ended'",
            f"SELECT 1 FROM promises WHERE state = 'due' AND due_at <= '{iso(apart.clock.now())}'",
        ]
        undone = any(conn.execute(sql).fetchone() for sql in left)
    live = any(call.end_time is None for call in apart.exchange.book.calls.values())
    spill = apart.data / "spill.jsonl"
    return not undone and not live and not (spill.exists() and spill.stat().st_size)


def still_open(apart: Apart) -> bool:
    """Return whether any page isn't closed."""
    with closing(apart.record()) as conn:
        return conn.execute("SELECT 1 FROM pages WHERE state <> 'closed'").fetchone() is not None


def always(apart: Apart) -> Iterator[str]:
    """Yield what is wrong at this moment, while a night goes on."""
    yield from rung.bridged(apart)
    with closing(apart.record()) as conn:
        yield from waiting.announced(apart, conn)


def problems(apart: Apart, allowed: tuple[str, ...] = ()) -> list[str]:
    """Return all that is wrong at the end of a night. allowed: parts of the errors that a fault explains."""
    with closing(apart.record()) as conn:
        found = [
            *rung.bridged(apart),
            *rung.rung(apart, conn),
            *waiting.rounds(apart, conn),
            *kept.ended(apart, conn),
            *kept.messages(apart, conn),
            *kept.texts(apart, conn),
            *kept.promised(apart, conn),
            *kept.shifts(apart, conn),
            *kept.links(conn),
            *kept.said(apart, allowed),
        ]
        verdict = journal.verify(conn)
    return [*found, *([] if verdict.ok else [f"the journal: {verdict.problem}"])]


def ringing(apart: Apart, at: float) -> bool:
    """Return whether a clinician's phone was ringing at a second of the clock: somebody was being tried."""
    names = rung.clinic(apart)
    last = {line.who: line.text for when, line in apart.events if when <= at and line.who in names}
    return "rings" in last.values()


def tries(apart: Apart, since: float) -> Iterator[float]:
    """Yield when (seconds of the clock) a clinician's phone rang, or a text went to one, after `since`."""
    names = rung.clinic(apart)
    for at, line in apart.events:
        if at >= since and ((line.who in names and line.text == "rings") or line.who == "text"):
            yield at
