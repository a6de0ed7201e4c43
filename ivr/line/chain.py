"""Checking the journal's chain, piece by piece, when somebody has asked for it on the desk's pages."""

from __future__ import annotations

from ivr.clock import iso
from ivr.line import upkeep
from ivr.line.answer import Line
from ivr.storage import chain, journal

PIECE = 50_000  # lines: a third of a second
PIECES = 5  # in one tick: others work in this process too
BROKEN = "the journal's chain doesn't hold"


def check(line: Line) -> int:
    """Do some pieces of the check that was asked for. Return how many lines were looked at."""
    looked = 0
    for _ in range(PIECES):
        with line.store.read() as conn:
            row = chain.get(conn)
            if row is None or row["ended_at"] is not None:
                break
            found = journal.verify(conn, row["seq"], row["head"], PIECE)
        # A line that was cut off at the end isn't there to be found wrong: fewer than there were.
        short = found.ok and found.entries == row["seq"] < row["ends"]
        if short:
            missing = f"line {found.entries + 1} is missing: there were {row['ends']}."
            found = journal.Verdict(False, found.entries, found.head, missing)
        over = not found.ok or found.entries >= row["ends"]
        at = iso(line.clock.now()) if over else None
        line.store.write(lambda conn, r=row, f=found, a=at: chain.went_on(conn, r["seq"], f, a))  # type: ignore[misc]
        looked += found.entries - row["seq"]
        if not found.ok:
            line.store.record(upkeep.alarm(line, "", BROKEN))
    return looked
