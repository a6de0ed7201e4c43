"""What must hold of a line apart, whatever went wrong: nobody is lost, nobody is rung who shouldn't be.

Five promises, each a part of what is judged:

    one      at most one clinician is joined to a patient at a time     (rung.bridged)
    tried    an open page is always being tried, or announced           (waiting.announced)
    chain    nobody outside the chain is rung                           (rung.rung)
    ended    each page ends by a person's act                           (kept.ended)
    soon     nobody tries a page for no longer than SOON, unless that is planned   (pauses)

and besides: no message, text, promise, shift or link is lost, no number leaves the line, the journal holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from ivr.clock import iso
from ivr.storage import journal
from tests.lost import kept, rung, waiting
from tests.lost.apart import Apart
from tests.lost.pauses import Pause

UNKNOWN = kept.UNKNOWN
SOON = 45.0  # seconds: a call of which nobody knows whether it went out is placed again after 20


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
            *kept.links(apart, conn),
            *kept.said(apart, allowed),
        ]
        verdict = journal.verify(conn)
    return [*found, *([] if verdict.ok else [f"the journal: {verdict.problem}"])]


def soon(pauses: Sequence[Pause]) -> list[str]:
    """Return what is wrong with the pauses after a fault: see tests.lost.pauses."""
    late = max((pause.late for pause in pauses), default=0.0)
    return [f"page waited: nobody was tried for {late:.0f} s, unplanned"] if late > SOON else []
