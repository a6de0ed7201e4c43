"""The figures of a sweep, for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import median

from tests.lost.tried import Tried

EACH = 50  # points between two lines of progress
LONG = 30.0  # seconds: a next try that comes later than this is worth a look
WORST = 12  # points that are named
OTHERS = ("promise", "reminder", "shift", "drill", "call-back")


def progress(done: Sequence[Tried], of: int, seconds: float) -> str:
    """Return how far a sweep is, at each so many points; "" at the others."""
    if len(done) % EACH and len(done) != of:
        return ""
    waits = _waits(done)
    worst = f"{max(waits)[0]:.0f} s ({max(waits)[1]})" if waits else "-"
    wrong = sum(bool(one.problems) for one in done)
    return f"{len(done)} of {of} after {seconds:.0f} s; wrong: {wrong}; longest to the next try: {worst}"


def table(done: Sequence[Tried]) -> str:
    """Return the figures, and which points took longest until the next try."""
    said = [problem for one in done for problem in one.problems]
    waits = sorted(_waits(done))
    seconds = [wait for wait, _ in waits]

    def lost(*what: str) -> int:
        return sum(problem.startswith(tuple(f"{one} lost" for one in what)) for problem in said)

    rows = [
        ("faults tried", len(done)),
        ("of which met", sum(one.met for one in done)),
        ("pages lost", lost("page")),
        ("messages lost", lost("message")),
        ("texts and mails lost", lost("text")),
        ("promises, reminders, drills, call-backs lost", lost(*OTHERS)),
        ("other broken promises", sum(" lost" not in problem for problem in said)),
        ("texts sent at most once, outcome unknown", sum(one.unknown for one in done)),
        ("seconds to the next try, median", f"{median(seconds):.0f}" if waits else "-"),
        ("seconds to the next try, 95th", f"{seconds[int(len(seconds) * 0.95)]:.0f}" if waits else "-"),
        ("seconds to the next try, worst", f"{seconds[-1]:.0f}" if waits else "-"),
        (f"points beyond {LONG:.0f} s", sum(wait > LONG for wait in seconds)),
    ]
    lines = [f"{name:<48}{value:>8}" for name, value in rows]
    each = groupby(done, lambda one: one.point.night)
    lines += [f"  {night:<46}{len(list(ones)):>8}" for night, ones in each]
    long = [(wait, point) for wait, point in reversed(waits) if wait > LONG][:WORST]
    lines += ["longest to the next try:"] if long else []
    return "\n".join([*lines, *(f"  {wait:>5.0f} s  {point}" for wait, point in long)])


def _waits(done: Sequence[Tried]) -> list[tuple[float, str]]:
    """(seconds to the next try, the point), of the points at which a page waited."""
    return [(one.next_try, str(one.point)) for one in done if one.met and one.next_try is not None]
