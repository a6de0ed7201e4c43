"""The steps that wait for nobody, and the recording of a message."""

from __future__ import annotations

from ivr.flow.draft import Draft
from ivr.flow.hearing import CLINICIAN
from ivr.flow.steps import Condition, End, Goto, Hours, Promise, Record, Say, Text
from ivr.flow.turn import HangUp, Input, Keys, Recorded, TakeMessage, Wait


def say(draft: Draft, name: str, step: Say) -> str:
    """Speak, if the condition holds, and go on."""
    if step.only is None or holds(draft, step.only):
        draft.say(step.say, step.interrupt)
        draft.heard.append(name)
    return step.next


def hours(draft: Draft, name: str, step: Hours) -> str:
    """Go where the opening hours say. A table that isn't known counts as closed."""
    return step.open if draft.facts.open.get(step.hours, False) else step.closed


def text(draft: Draft, name: str, step: Text) -> str:
    """Have a text sent. Nobody can text a withheld number."""
    if not (step.to == "caller" and draft.facts.caller == "withheld"):
        draft.note("text", template=step.text, to=step.to)
    return step.next


def promise(draft: Draft, name: str, step: Promise) -> str:
    """Promise a call-back."""
    draft.note("disposition", disposition=step.disposition)
    draft.note("promised", promise=step.promise, disposition=step.disposition)
    return step.next


def goto(draft: Draft, name: str, step: Goto) -> str:
    """Go on elsewhere."""
    if step.only is None or step.otherwise is None or holds(draft, step.only):
        return step.goto
    return step.otherwise


def end(draft: Draft, name: str, step: End) -> Wait:
    """Say the last words and hang up."""
    draft.move(step=name, misses=0)
    draft.say(step.end)
    draft.heard.append(name)
    draft.note("ended", step=name)
    return HangUp()


def record(draft: Draft, name: str, step: Record) -> Wait:
    """Begin a recording. On the symptom path key 0 leaves it for the clinician."""
    draft.move(step=name, misses=0)
    if step.say:
        draft.say(step.say)
    draft.heard.append(name)
    return _take(draft, name, step, draft.cut_short())


def recorded(draft: Draft, name: str, step: Record, received: Input) -> str | Wait | None:
    """Take the end of a recording: keep what was said, then go where the key says.

    A key that means nothing here cuts the prompts short: the tone comes at once.
    """
    if isinstance(received, Keys):
        key = received.digits[:1]
        return _leads(draft, name, step, key) or _take(draft, name, step, ())
    ended = received if isinstance(received, Recorded) else Recorded(0)
    if ended.seconds > 0:
        draft.note("message", box=step.record, seconds=ended.seconds)
    return _leads(draft, name, step, ended.key) or (step.done if ended.seconds > 0 else step.nothing)


def _take(draft: Draft, name: str, step: Record, prompts: tuple[str, ...]) -> TakeMessage:
    keys = "".join(step.keys)
    if draft.position.path == "symptom" and CLINICIAN not in keys:
        keys += CLINICIAN
    return TakeMessage(step.record, draft.flows.known.boxes.get(step.record, 90), keys, prompts)


def _leads(draft: Draft, name: str, step: Record, key: str) -> str | None:
    if key in step.keys:
        return step.keys[key]
    if key == CLINICIAN and draft.position.path == "symptom":
        return draft.flows.clinician_of(name)
    return None


def holds(draft: Draft, condition: Condition) -> bool:
    """Return whether a condition is true of this caller."""
    facts = draft.facts
    if condition != "repeat":
        return facts.caller == condition
    if facts.repeat:
        draft.move(repeat=True)  # a clinician is to hear of it, whoever is rung and when
    return facts.repeat
