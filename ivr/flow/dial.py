"""The dial step: phones rung in turn until a person takes the call.

Taken means that a person pressed 1. A leg that merely "completed" may be a voicemail.
"""

from __future__ import annotations

from bisect import bisect_left

from ivr.flow.draft import Draft
from ivr.flow.listen import UNSURE
from ivr.flow.steps import Dial, Gate
from ivr.flow.turn import DialEnded, Input, Ring, Wait

# How a ring can end. "unscreened" was bridged although nobody is known to have pressed 1;
# "dropped" was accepted, but the bridge never stood; "passed_on" was answered and not taken.
OUTCOMES = ("taken", "passed_on", "busy", "no_answer", "failed", "canceled", "dropped", "unscreened")

_UNANSWERED = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "canceled"}


def dial(draft: Draft, name: str, step: Dial) -> str | Wait:
    """Enter: open the page (before anything rings), then ring the first phone."""
    if step.disposition is not None:
        draft.note("disposition", disposition=step.disposition)
        if not draft.position.paged:
            draft.note("page_opened", disposition=step.disposition, signs=short_signs(draft))
            draft.move(paged=True)
    draft.move(step=name, misses=0, ring=0, hunt_at=draft.facts.now)
    if step.say:
        draft.say(step.say)
    return _ring(draft, name, step, 0, first=True)


def dialled(draft: Draft, name: str, step: Dial, received: Input) -> str | Wait:
    """Take the end of a ring: on to the next phone, or out of the step."""
    ended = received if isinstance(received, DialEnded) else DialEnded("failed")
    if ring_ended(draft, step, ended) == "taken":
        return step.taken
    return _ring(draft, name, step, draft.position.ring + 1)


def ring_ended(draft: Draft, step: Dial, ended: DialEnded) -> str:
    """Note how the ring ended, and return which of OUTCOMES it was."""
    outcome = outcome_of(ended, screened=step.whisper is not None)
    legs = _legs(draft, step, draft.position.ring)
    draft.note("ring_ended", group=step.dial, legs=legs, outcome=outcome)
    return outcome


def outcome_of(ended: DialEnded, screened: bool) -> str:
    """Return which of OUTCOMES it was. screened: a whisper stood between the answer and the bridge."""
    over = ended.status in ("completed", "answered")
    if screened and ended.accepted and not ended.bridged and not over:
        return "dropped"  # cut off between the key and the bridge, whatever the provider calls that
    if ended.status in _UNANSWERED:
        return _UNANSWERED[ended.status]
    if not over:
        return "failed"
    if not screened:
        return "passed_on" if ended.bridged is False else "taken"
    if ended.accepted:
        return "dropped" if ended.bridged is False else "taken"
    if ended.accepted is None and ended.bridged:
        return "taken"  # the record can't be read; behind our whisper only the key can have bridged it
    return "unscreened" if ended.bridged else "passed_on"


def short_signs(draft: Draft) -> tuple[str, ...]:
    """Return the signs met so far, as a clinician hears them."""
    named = []
    for sign in draft.position.signs:
        gate = draft.flows.steps.get(sign.removesuffix(UNSURE))
        if isinstance(gate, Gate):
            named.append(f"no clear answer about {gate.sign}" if sign.endswith(UNSURE) else gate.sign)
    return tuple(named)


def _ring(draft: Draft, name: str, step: Dial, ring: int, first: bool = False) -> str | Wait:
    hunt = draft.facts.hunts.get(step.dial, ())
    useful = [place for place, rung in enumerate(hunt) if not draft.facts.off.issuperset(rung)]
    useful = useful or list(range(len(hunt)))  # if all are known to fail, they are rung all the same
    ring = next((place for place in useful if place >= ring), len(hunt))
    legs = _legs(draft, step, ring)
    place = bisect_left(useful, ring)
    sure = place < draft.facts.rounds.get(step.dial, 0)
    late = draft.facts.now - draft.position.hunt_at > draft.facts.limits.get(step.dial, 0)
    if not legs or (late and not sure):
        draft.note("unanswered", group=step.dial)
        return step.unanswered
    if not first and step.between:
        draft.say(step.between[min(max(place, 1), len(step.between)) - 1])
    draft.move(ring=ring)
    draft.heard.append(name)
    draft.note("ringing", group=step.dial, legs=legs, ring=ring)
    return Ring(
        step.dial, legs, draft.fill(step.whisper, signs=_spoken_signs(draft)) if step.whisper else None
    )


def _legs(draft: Draft, step: Dial, ring: int) -> tuple[str, ...]:
    hunt = draft.facts.hunts.get(step.dial, ())
    return hunt[ring] if 0 <= ring < len(hunt) else ()


def _spoken_signs(draft: Draft) -> str:
    signs = short_signs(draft)
    if not signs:
        signs = ("rang before about a sign",) if draft.position.repeat else ("wants a clinician",)
    if draft.facts.caller == "withheld":
        signs = (*signs, "number hidden, ask for it")
    return ". ".join(sign[:1].upper() + sign[1:] for sign in signs)
