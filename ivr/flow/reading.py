"""A flow as it is read aloud: each step's words, and where each answer leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.flow.model import Flow
from ivr.flow.steps import Dial, Gate, Goto, Hours, Promise, Record, Say, Step, Text
from ivr.flow.timing import filled

THEN = "then"  # for an exit that is taken whatever happens

# The words for an exit, by its place in the step; a key's own come before it.
EXITS: Mapping[str, str] = {
    "next": THEN,
    "keys": "key",
    "silence": "silence",
    "wrong": "wrong key",
    "yes": "yes",
    "no": "no",
    "open": "open",
    "closed": "closed",
    "taken": "taken",
    "unanswered": "nobody takes it",
    "done": "message left",
    "nothing": "no message",
    "goto": THEN,
    "otherwise": "all others",
}
# The words for who hears a text, where it isn't the caller in the ordinary course.
FIELDS: Mapping[str, str] = {
    "again": "second time",
    "between": "before the next phone",
    "whisper": "to the clinician",
}


@dataclass(frozen=True)
class Line:
    """One step, read aloud.

    name     of the step, within its flow
    about    what it does beside speaking: whom it rings, what it asks about ("" for nothing)
    heard    (whose words or when, "" for the caller in the ordinary course; the words) in order
    answers  (answer, step that it leads to) in order
    """

    name: str
    kind: str
    about: str
    heard: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]


def reading(flow: Flow, words: Mapping[str, str]) -> tuple[Line, ...]:
    """Return a flow's steps as its file has them. `words`: the values of the placeholders."""
    return tuple(
        Line(
            name=name.partition(".")[2],
            kind=step.kind,
            about=about(step),
            heard=tuple((FIELDS.get(field, ""), filled(text, words)) for field, text in step.spoken()),
            answers=tuple(answers(flow, step)),
        )
        for name, step in flow.steps.items()
    )


def answers(flow: Flow, step: Step) -> Iterator[tuple[str, str]]:
    """Yield (answers that lead to the same step, that step as its flow's file would call it)."""
    leads: dict[str, list[str]] = {}
    for loc, target in step.exits():
        leads.setdefault(target, []).append(said(step, loc))
    for target, by in leads.items():
        yield ", ".join(by), target.removeprefix(f"{flow.name}.")


def said(step: Step, loc: tuple[str, ...]) -> str:
    """Return the words for an exit at `loc` of a step."""
    if len(loc) > 1:
        return f"{EXITS[loc[0]]} {loc[1]}"
    if isinstance(step, Goto) and step.only and loc == ("goto",):
        return f"if {step.only}"
    return {"yes": "1, yes, or unclear", "no": "2 or no"}.get(loc[0], EXITS[loc[0]])


def about(step: Step) -> str:
    """Return what a step does beside speaking, in few words."""
    if isinstance(step, Gate):
        return step.sign
    if isinstance(step, Dial):
        urgent = f", {step.disposition.replace('_', ' ')}" if step.disposition else ""
        return f"rings {step.dial.replace('_', ' ')}{urgent}"
    if isinstance(step, Hours):
        return f"is {step.hours} open?"
    if isinstance(step, Record):
        return f"records into box {step.record}"
    if isinstance(step, Text):
        return f"text {step.text} to {step.to.replace('_', ' ')}"
    if isinstance(step, Promise):
        return f"promises {step.promise.replace('_', ' ')}"
    if isinstance(step, Say) and step.only:
        return f"only if {step.only}"
    return ""
