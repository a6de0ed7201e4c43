"""Which ways a call took through the flows, read from its journal alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ivr.flow.model import Flows
from ivr.flow.steps import Ask, Dial, Gate, Goto, Record
from ivr.storage.journal import Line

WAITING = ("ask", "gate", "dial", "record", "end")
Exit = tuple[str, tuple[str, ...]]  # "flow.step", and the place of the exit in it


def ways(flows: Flows, lines: Sequence[Line]) -> tuple[set[str], set[Exit]]:
    """Return the steps that one call visited, and the exits that it took."""
    visited: set[str] = set()
    taken: set[Exit] = set()
    kind = next((str(line.data["caller_kind"]) for line in lines if line.kind == "call_started"), "")
    for line in lines:
        if line.kind != "turn":
            continue
        said = any(other.kind == "message" and other.key.startswith(f"{line.key}.") for other in lines)
        step, came, then = (str(line.data[name]) for name in ("step", "input", "next"))
        found = [
            (place, path)
            for place, target in _begins(flows, step, came, said)
            if (path := _path(flows, target, then, kind)) is not None
        ]
        visited.add(then)
        if found and (len(found) == 1 or came != "speech"):  # which words it was, nobody wrote down
            place, path = found[0]
            visited |= {name for name, _ in path}
            taken |= {*path, (step, place)}
    return visited, taken - {("", ("start",))}


def all_exits(flows: Flows) -> set[Exit]:
    """Return every exit of every step."""
    return {(name, place) for name, step in flows.steps.items() for place, _ in step.exits()}


def _begins(flows: Flows, name: str, came: str, said: bool) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the exits by which the caller may have left a wait, with what came in; the likeliest first."""
    if came == "start":
        yield ("start",), flows.start
        return
    step, key = flows.steps[name], came.removeprefix("key ")
    exits = dict(step.exits())
    places: Iterable[tuple[str, ...]] = exits
    if isinstance(step, Ask) and came != "speech":
        places = [("keys", key) if key in step.keys else ("silence",) if came == "silence" else ("wrong",)]
    elif isinstance(step, Gate) and came != "speech":
        places = [("no",) if key == "2" else ("yes",)]
    elif isinstance(step, Dial):
        places = [("taken",), ("unanswered",)]
    elif isinstance(step, Record):
        places = [("done",) if said else ("nothing",), *(place for place in exits if place[0] == "keys")]
    if came in ("key 0", "speech", "recorded") and (clinician := flows.flow_of(name).clinician):
        yield ("0",), clinician
    yield from ((place, exits[place]) for place in places)


def _path(flows: Flows, begin: str, end: str, caller: str) -> list[Exit] | None:
    """Return the exits of the steps between a wait's exit and the next wait; None: it doesn't lead there."""
    if begin == end:
        return []
    step = flows.steps[begin]
    if step.kind in WAITING:
        return None
    exits = list(step.exits())
    if isinstance(step, Goto) and step.only in ("withheld", "abroad"):
        exits = [exits[0] if caller == step.only else exits[-1]]
    for place, target in exits:
        if (path := _path(flows, target, end, caller)) is not None:
            return [(begin, place), *path]
    return None
