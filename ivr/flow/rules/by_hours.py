"""What opening hours may change for a caller, and what they may not."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.emergency import RANK
from ivr.flow.rules.evidence import Evidence, Fault, noted
from ivr.flow.rules.search import each
from ivr.flow.steps import Hours
from ivr.flow.turn import Ring


def desk_rings_when_open(given: Evidence) -> Iterator[Fault]:
    """Only clinicians are rung out of hours."""

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None or not isinstance(edge.turn.wait, Ring):
            return None
        group = edge.turn.wait.group
        if given.rings_clinicians(group) or not (closed := _hours(given, edge, False)):
            return None
        message = f"{group} is rung while it is closed"
        return Fault(closed[0], message, "Swap `open` and `closed`, or lead `closed` to a message")

    return each(given.exploration, judge)


def nights_put_off_nothing(given: Evidence) -> Iterator[Fault]:
    """A sign that is put through in opening hours is put through outside them too."""
    for state in given.exploration.states:
        for by_day in state.edges:
            if not any(noted(by_day, "sign")) or not (hours := _hours(given, by_day, True)):
                continue
            for at_night in state.edges:
                if at_night.acts == by_day.acts and hours[0] in _hours(given, at_night, False):
                    if _rank(at_night) < _rank(by_day):
                        message = "out of hours a sign is less urgent than in them"
                        edges = (*given.exploration.way(state.number), at_night)
                        yield Fault(hours[0], message, "Swap `open` and `closed`", edges)


def _hours(given: Evidence, edge: Edge, open_: bool) -> list[str]:
    """The steps of an edge that asked for opening hours, and found them so."""
    read = dict(edge.chosen)
    steps = ((name, given.flows.steps[name]) for name in edge.through)
    return [
        name for name, step in steps if isinstance(step, Hours) and read.get(f"open {step.hours}") == open_
    ]


def _rank(edge: Edge) -> int:
    """How urgent what follows at once is; 0 when more is asked first."""
    return max((RANK.index(str(data["disposition"])) + 1 for data in noted(edge, "disposition")), default=0)
