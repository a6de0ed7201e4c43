"""Shortest calls that break a rule.

A rule that must remember something of a call (a sign was met, a page is open) says what it remembers
and how each turn changes that. All calls are then looked at together: state by state, once for each
thing remembered, shortest first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import TypeVar

from ivr.flow.explore import Edge, Exploration
from ivr.flow.rules.evidence import Fault
from ivr.flow.telling import can_be_staged

M = TypeVar("M", bound=Hashable)
_Ways = dict[tuple[int, M], tuple[tuple[int, M], Edge] | None]  # how each situation was first come to


def search(
    exploration: Exploration,
    first: M,
    remember: Callable[[M, Edge], M],
    judge: Callable[[M, Edge], Fault | None],
) -> Iterator[Fault]:
    """Yield each different fault once, with a shortest call; if there is one, with one that can be played.

    first     what is remembered before the call
    remember  (what was, a turn) → what is remembered after it
    judge     (what was remembered before, a turn) → what is wrong with it
    """
    told: set[Fault] = set()
    for counts in (can_be_staged, _any):  # a call that can be played shows it better than a shorter one
        ways: _Ways[M] = {(0, first): None}
        ahead = [(0, first)]
        for here in ahead:  # it grows while it is walked
            number, mark = here
            for edge in exploration.states[number].edges:
                if not counts(exploration, edge):
                    continue
                fault = judge(mark, edge)
                if fault is not None and fault not in told:
                    told.add(fault)
                    yield replace(fault, edges=(*_way(ways, here), edge))
                if edge.target is not None:
                    there = (edge.target, remember(mark, edge))
                    if there not in ways:
                        ways[there] = (here, edge)
                        ahead.append(there)


def _any(exploration: Exploration, edge: Edge) -> bool:
    return True


def each(exploration: Exploration, judge: Callable[[Edge], Fault | None]) -> Iterator[Fault]:
    """Yield each different fault of single turns once, with a shortest call."""
    return search(exploration, None, lambda nothing, edge: None, lambda nothing, edge: judge(edge))


def _way(ways: _Ways[M], here: tuple[int, M]) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    while (step := ways[here]) is not None:
        here, edge = step
        edges.append(edge)
    return tuple(reversed(edges))


def circle(exploration: Exploration, leads: Callable[[Edge], bool]) -> Iterator[tuple[Edge, ...]]:
    """Yield, for each knot of edges that can be gone round for ever, a way into it and once around.

    leads: whether an edge counts. Linear (Tarjan's strongly connected components, without recursion).
    """
    onward = [
        [edge for edge in s.edges if edge.target is not None and leads(edge)] for s in exploration.states
    ]
    for knot in _knots(onward):
        start = min(knot)
        yield (*exploration.way(start), *_around(onward, knot, start))


def _around(onward: list[list[Edge]], knot: set[int], start: int) -> tuple[Edge, ...]:
    ways: dict[int, tuple[Edge, ...]] = {start: ()}
    ahead = [start]
    for here in ahead:
        for edge in onward[here]:
            if edge.target == start:
                return (*ways[here], edge)
            if edge.target in knot and edge.target not in ways:
                ways[edge.target] = (*ways[here], edge)
                ahead.append(edge.target)
    return ()


def _knots(onward: list[list[Edge]]) -> Iterator[set[int]]:
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in range(len(onward)):
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            here, at = work.pop()
            if at == 0:
                index[here] = low[here] = len(index)
                stack.append(here)
                on_stack.add(here)
            elif (behind := onward[here][at - 1].target) is not None:
                low[here] = min(low[here], low[behind])
            for at_edge in range(at, len(onward[here])):
                target = onward[here][at_edge].target
                if target is not None and target not in index:
                    work += [(here, at_edge + 1), (target, 0)]
                    break
                if target in on_stack:
                    low[here] = min(low[here], index[target])
            else:
                if low[here] == index[here]:
                    knot: set[int] = set()
                    while here not in knot:
                        member = stack.pop()
                        on_stack.discard(member)
                        knot.add(member)
                    if len(knot) > 1 or any(edge.target == here for edge in onward[here]):
                        yield knot
