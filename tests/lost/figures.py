"""The figures of a sweep, for people to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from statistics import median

from tests.lost.pauses import ON_THE_LINE, TIMETABLE, Pause
from tests.lost.tried import Tried

FIGURES = "figures:"  # the line in front of what is told again at the end of a soak
EACH = 50  # points between two lines of progress
LONG = 30.0  # seconds: a next try that comes later than this is worth a look
WORST = 12  # points that are named
NEITHER = "neither"
OTHERS = ("promise", "reminder", "shift", "drill", "call-back")


def progress(done: Sequence[Tried], of: int, seconds: float) -> str:
    """Return how far a sweep is, at each so many points; "" at the others."""
    if len(done) % EACH and len(done) != of:
        return ""
    late = _latest(done)
    worst = f"{late[0][0].late:.0f} s ({late[0][1]})" if late else "-"
    wrong, left = sum(bool(one.problems) for one in done), seconds / len(done) * (of - len(done))
    return (
        f"{len(done)} of {of} after {seconds:.0f} s, about {left / 60:.0f} min left; wrong: {wrong};"
        f" longest that nobody was tried, unplanned: {worst}"
    )


def table(done: Sequence[Tried]) -> str:
    """Return the figures, and at which points nobody was tried for longest."""
    said = [problem for one in done for problem in one.problems]
    waits = [(pause, str(one.point)) for one in done if (pause := one.next_try) is not None]
    waits.sort(key=lambda found: -found[0].seconds)
    seconds = sorted(pause.seconds for pause, _ in waits)
    why = Counter(NEITHER if p.late > LONG else p.cause for p, _ in waits if p.seconds > LONG)
    latest = _latest(done)

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
        (f"points beyond {LONG:.0f} s", sum(why.values())),
        *((f"  of which by {cause}", why[cause]) for cause in (TIMETABLE, ON_THE_LINE, NEITHER)),
        ("unplanned seconds in which nobody was tried", f"{latest[0][0].late:.0f}" if latest else "-"),
    ]
    lines = [f"{name:<48}{value:>8}" for name, value in rows]
    each = groupby(done, lambda one: one.point.night)
    lines += [f"  {night:<46}{len(list(ones)):>8}" for night, ones in each]
    lines += ["longest to the next try:"] if waits and seconds[-1] > LONG else []
    lines += [f"  {p.seconds:>5.0f} s  {point}: {p.cause}" for p, point in waits[:WORST] if p.seconds > LONG]
    lines += ["longest that nobody was tried, unplanned:"] if latest else []
    lines += [f"  {pause.late:>5.0f} s  {point}" for pause, point in latest[:WORST]]
    return "\n".join(lines)


def _latest(done: Sequence[Tried]) -> list[tuple[Pause, str]]:
    """(the pause with most unplanned seconds, the point) of each point that has any, longest first."""
    found = [(pause, str(one.point)) for one in done if (pause := one.latest) is not None]
    return sorted(found, key=lambda one: -one[0].late)
