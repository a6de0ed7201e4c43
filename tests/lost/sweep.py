"""The fault sweep: one night of the line, again and again, with a fault at each point in turn.

    python -m tests.lost.sweep [n]     # only each n-th point

The points are the transactions that change anything and the requests to the provider. At each: a full disk,
an I/O error, a disk that doesn't answer, kill -9 before and after the commit; a refusal, no answer before and
after the work was done, a broken connection, kill -9 before and after the work.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ivr.clock import iso
from tests.calls.stage import CONFIG
from tests.lost import judge, story
from tests.lost.apart import Apart, Beginner

WRITE = ("full", "torn", "slow", "killed before", "killed after")
REQUEST = ("500", "timeout", "timeout-after", "reset", "killed before", "killed after")
# Errors that a fault explains: each is the line saying what happened to it.
EXPLAINED = ("the database can't be written in time", "the key alone decided", "is tried again")


@dataclass(frozen=True)
class Point:
    """One thing that goes wrong. where: "write" or "request"; at: the number of it in the night, from 1."""

    where: str
    fault: str
    at: int

    def __str__(self) -> str:
        return f"{self.fault} at {self.where} {self.at}"


@dataclass(frozen=True)
class Tried:
    """What came of a point.

    next_try  seconds until somebody was rung or texted about the page that was open then; None: none was
    unknown   texts that go out at most once, and of which nobody knows whether they did
    """

    point: Point
    met: bool
    problems: Sequence[str]
    next_try: float | None
    unknown: int


def points(beginner: Beginner, every: int = 1) -> list[Point]:
    """Return the points of the night; it is played once to count them."""
    with tempfile.TemporaryDirectory() as folder, Apart(beginner, Path(folder), CONFIG, story.AT) as apart:
        story.play(apart)
        counts = {"write": apart.writes(), "request": apart.requests.count}
        if wrong := judge.problems(apart):
            raise AssertionError(f"without any fault: {wrong}")
    return [
        Point(where, fault, at)
        for where, faults in (("write", WRITE), ("request", REQUEST))
        for fault in faults
        for at in range(1, counts[where] + 1)
    ][::every]


def tried(beginner: Beginner, point: Point) -> Tried:
    """Play the night with one fault in it, and judge it."""
    met = {point.where: (point.fault, point.at)}
    with tempfile.TemporaryDirectory() as folder:
        with Apart(beginner, Path(folder), CONFIG, story.AT, **met) as apart:  # type: ignore[arg-type]
            story.play(apart)
            found = judge.problems(apart, EXPLAINED)
            unknown = [problem for problem in found if judge.UNKNOWN in problem]
            left = [problem for problem in found if problem not in unknown]
            return Tried(point, apart.faulted > 0, left, _next_try(apart), len(unknown))


def sweep(todo: Sequence[Point], workers: int = 2) -> Iterator[Tried]:
    """Try all points, `workers` at a time."""
    with Beginner() as one, Beginner() as other, ThreadPoolExecutor(workers) as pool:
        beginners = (one, other)
        yield from pool.map(lambda at: tried(beginners[at[0] % 2], at[1]), enumerate(todo))


def table(done: Sequence[Tried]) -> str:
    """Return the figures, for people to read."""
    met = [one for one in done if one.met]
    said = [problem for one in done for problem in one.problems]
    waits = [one.next_try for one in met if one.next_try is not None]

    def lost(what: str) -> int:
        return sum(problem.startswith(f"{what} lost") for problem in said)

    rows = [
        ("faults tried", len(done)),
        ("of which met", len(met)),
        ("pages lost", lost("page")),
        ("messages lost", lost("message")),
        ("texts lost", lost("text")),
        ("other broken promises", sum(" lost" not in problem for problem in said)),
        ("texts sent at most once, outcome unknown", sum(one.unknown for one in done)),
        ("seconds to the next try, median", f"{median(waits):.0f}" if waits else "-"),
        ("seconds to the next try, worst", f"{max(waits):.0f}" if waits else "-"),
    ]
    return "\n".join(f"{name:<42}{value:>8}" for name, value in rows)


def _next_try(apart: Apart) -> float | None:
    at = iso(apart.clock.start_plus(apart.faulted))
    with closing(sqlite3.connect(f"file:{apart.data}/line.db?mode=ro", uri=True)) as conn:
        waited = conn.execute(
            "SELECT 1 FROM pages WHERE opened_at <= ?1 AND COALESCE(accepted_at, ?1) >= ?1", (at,)
        ).fetchone()
    if not waited or not apart.faulted:
        return None
    return next((when - apart.faulted for when in judge.tries(apart, apart.faulted)), None)


def main() -> None:
    """Sweep, and print what was found."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with Beginner() as beginner:
        todo = points(beginner, every)
    done = []
    for one in sweep(todo):
        done.append(one)
        for problem in one.problems:
            print(f"{one.point}: {problem}", flush=True)
    print(table(done))


if __name__ == "__main__":
    main()
