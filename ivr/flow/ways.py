"""Ways through the flows that lead no caller anywhere good. Looked at once all flows are tied together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.flow.engine import RESUME
from ivr.flow.model import Flow
from ivr.flow.steps import Dial, Step

Found = tuple[str, tuple[str, ...], str, str]  # "flow.step", place in the step, message, cure


def problems_of_ways(flows: Mapping[str, Flow]) -> Iterator[Found]:
    """Yield the exits that lead from a symptom to booking, and the loops in which nobody is waited for."""
    steps = {name: step for flow in flows.values() for name, step in flow.steps.items()}
    yield from _to_booking(flows, steps)
    yield from _loops(steps)


def _to_booking(flows: Mapping[str, Flow], steps: Mapping[str, Step]) -> Iterator[Found]:
    """Who told of a sign must never end at the desk, also not by way of a flow that both paths share."""
    path_of = {name: flow.path for flow in flows.values() for name in flow.steps}
    shared = {name: [to for _, to in steps[name].exits()] for name, path in path_of.items() if path == "open"}
    for name, step in steps.items():
        for loc, target in step.exits() if path_of[name] == "symptom" else ():
            if any(path_of.get(reached) == "booking" for reached in _reached(target, shared)):
                message = f"step {name.partition('.')[2]!r} leads from a symptom to booking"
                message += f" by way of {target}" if path_of[target] == "open" else ""
                yield name, loc, message, "Lead it to a clinician"


def _loops(steps: Mapping[str, Step]) -> Iterator[Found]:
    """The engine gives up on those, and the caller would get the safe answer instead of the flow."""
    onward = {name: list(_at_once(step)) for name, step in steps.items()}
    told: set[str] = set()
    for name in steps:
        after = set().union(*(_reached(target, onward) for target in onward[name]))
        if name in after and name not in told:
            told |= {other for other in after if name in _reached(other, onward)}
            message = f"step {name.partition('.')[2]!r} comes back to itself and waits for nobody on the way"
            yield name, (), message, "Put an `ask` or an `end` on the way"


def _at_once(step: Step) -> Iterator[str]:
    """Where a step can lead before the caller or a phone has done anything."""
    if isinstance(step, Dial):
        yield step.unanswered  # nobody may be on call
    elif step.kind not in RESUME:
        yield from (target for _, target in step.exits())


def _reached(start: str, onward: Mapping[str, list[str]]) -> set[str]:
    """`start` and all that lies behind it."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        if (name := ahead.pop()) not in seen:
            seen.add(name)
            ahead += onward.get(name, ())
    return seen
