"""The engine: a position, what came in and what is known, to the next turn.

It runs from step to step until one waits for somebody. No clock, no database, no
provider: the same four values always give the same turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr.flow import dial, listen, plain
from ivr.flow.draft import Draft
from ivr.flow.model import Flows
from ivr.flow.steps import Dial, Record
from ivr.flow.turn import Facts, HangUp, HungUp, Input, Position, Start, Turn, Wait

MAX_STEPS = 50  # in one turn; the longest way through the shipped flows takes 9

# One row per kind of step: how it is entered, and how it takes what ended its wait.
# A step function writes to the draft and returns the next step's name, or the wait.
ENTER: Mapping[str, Callable[[Draft, str, Any], str | Wait]] = {
    "say": plain.say,
    "ask": listen.ask,
    "gate": listen.gate,
    "hours": plain.hours,
    "dial": dial.dial,
    "record": plain.record,
    "text": plain.text,
    "promise": plain.promise,
    "goto": plain.goto,
    "end": plain.end,
}
RESUME: Mapping[str, Callable[[Draft, str, Any, Input], str | Wait | None]] = {
    "ask": listen.answered_ask,
    "gate": listen.answered_gate,
    "dial": dial.dialled,
    "record": plain.recorded,
}


class Lost(Exception):
    """The position or the flows can't be followed; whoever asked must fall back to a person."""


def advance(flows: Flows, position: Position, received: Input, facts: Facts) -> Turn:
    """Return the turn that follows `received` at `position`.

    Input that doesn't fit the wait (a key where a dial was expected) counts as the
    wait having ended with nothing. Errors: Lost for a step that the flows don't have,
    or a loop without a wait.
    """
    draft = Draft(flows, position, facts)
    if isinstance(received, HungUp):
        return _gone(draft, received)
    where: str | Wait | None
    if isinstance(received, Start):
        draft.move(revision=flows.revision)
        where = flows.start
    else:
        step = flows.steps.get(position.step)
        resume = RESUME.get(step.kind) if step is not None else None
        if step is None or resume is None:
            raise Lost(f"no step {position.step!r} waits in flows {flows.revision}")
        where = resume(draft, position.step, step, received)
    for _ in range(MAX_STEPS):
        if where is None:
            break
        if not isinstance(where, str):
            return draft.turn(where)
        where = _enter(draft, where)
    raise Lost(f"no wait within {MAX_STEPS} steps after {position.step!r}")


def _enter(draft: Draft, name: str) -> str | Wait:
    step = draft.flows.steps.get(name)
    if step is None:
        raise Lost(f"no step {name!r} in flows {draft.flows.revision}")
    path = draft.flows.flow_of(name).path
    if path not in ("open", draft.position.path):
        draft.move(path=path)
        draft.note("path", path=path)
    return ENTER[step.kind](draft, name, step)


def _gone(draft: Draft, received: HungUp) -> Turn:
    step = draft.flows.steps.get(draft.position.step)
    if isinstance(step, Record) and received.seconds > 0:
        draft.note("message", box=step.record, seconds=received.seconds)
    elif isinstance(step, Dial) and received.ring is not None:
        dial.ring_ended(draft, step, received.ring)
    draft.note("hung_up", step=draft.position.step)
    return draft.turn(HangUp())
