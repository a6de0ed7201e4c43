"""The fault sweep: each night of the line again and again, with a fault at each point in turn.

    python -m tests.lost.sweep [n] [night …]     # only each n-th point; only of these nights

The points are the transactions that change anything, the requests to the provider, and the messages to the
mail server. At each: an I/O error or a full disk, a disk that doesn't answer, kill -9 before and after the
commit; a refusal, no answer before and after the work was done, a broken connection, kill -9 around it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.lost import judge
from tests.lost.apart import NO_FAULT, Apart
from tests.lost.beginner import Beginner
from tests.lost.figures import FIGURES, progress, table
from tests.lost.hands import done, mine
from tests.lost.nights import NIGHTS, Night
from tests.lost.pauses import pauses
from tests.lost.tried import Point, Tried

HANDS = 3  # of which one or another mostly waits for an answer that never comes
WATCHED = 60.0  # seconds between two looks at what must always hold
# Errors that a fault explains: each is the line saying what happened to it.
EXPLAINED = ("the database can't be written in time", "the key alone decided", "is tried again")


def points(beginner: Beginner, night: Night, every: int = 1) -> list[Point]:
    """Return the points of a night; it is played once to count them.

    Errors: AssertionError when it doesn't go through what it is there for, or anything is wrong.
    """
    with tempfile.TemporaryDirectory() as folder, _apart(beginner, night, Path(folder)) as apart:
        night.plays(apart)
        counts, begins = apart.counts(), apart.marked
        lacks = [*night.lacks(apart), *([] if apart.by_pen() else ["writes by the pen"])]
        if wrong := [*judge.problems(apart), *(f"it lacks: {what}" for what in lacks)]:
            raise AssertionError(f"{night}, without any fault: {wrong}")
    return [
        Point(night.name, where, fault, at)
        for where, faults in night.kinds.items()
        for fault in faults
        for at in range(begins.get(where, 0) + 1, counts[where] + 1)
    ][::every]


def tried(beginner: Beginner, point: Point) -> Tried:
    """Play the point's night with the fault in it, and judge it."""
    night, fault = NIGHTS[point.night], (point.where, point.fault, point.at)
    with tempfile.TemporaryDirectory() as folder:
        with _apart(beginner, night, Path(folder), fault) as apart:
            seen: dict[str, None] = {}
            apart.exchange.every(WATCHED, lambda: seen.update(dict.fromkeys(judge.always(apart))))
            night.plays(apart)
            waited = list(pauses(apart))
            found = [*dict.fromkeys([*seen, *judge.problems(apart, EXPLAINED)]), *judge.soon(waited)]
            unknown = [problem for problem in found if judge.UNKNOWN in problem]
            left = [problem for problem in found if problem not in unknown]
            return Tried(point, apart.faulted, left, waited, len(unknown))


def sweep(todo: Sequence[Point], hands: int = HANDS) -> Iterator[Tried]:
    """Try all points, so many at a time."""
    return done(_tried, todo, hands)


def _tried(point: Point) -> Tried:
    return tried(mine(), point)


def _apart(
    beginner: Beginner, night: Night, folder: Path, fault: tuple[str, str, int] = NO_FAULT
) -> Apart:
    return Apart(beginner, folder, night.config(folder), night.at, fault=fault, mailing=night.mails)


def main() -> int:
    """Sweep, print what was found, and return 1 if anything was."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    names = [word for word in sys.argv[1:] if not word.isdigit()] or list(NIGHTS)
    with Beginner() as beginner:
        todo = [point for name in names for point in points(beginner, NIGHTS[name], *numbers[:1])]
    began, found = time.monotonic(), list[Tried]()
    for one in sweep(todo):
        found.append(one)
        for problem in one.problems:
            print(f"{one.point}: {problem}", flush=True)
        if said := progress(found, len(todo), time.monotonic() - began):
            print(said, flush=True)
    print(FIGURES)
    print(table(found))
    return 1 if any(one.problems for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
