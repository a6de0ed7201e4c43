"""Booking and symptoms kept apart: who is rung, which box records, who comes to which path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, Fault, noted, symptom
from ivr.flow.rules.search import each
from ivr.flow.rules.sentences import of_key
from ivr.flow.steps import Ask, Record
from ivr.flow.turn import Ring, TakeMessage

# Who says one of these has a symptom, and must be asked about signs.
UNWELL = re.compile(r"\b(?:unwell|ill|sick|wrong|problem|pain|hurts?|worried|swelling|symptoms?)\b", re.I)


def clinicians_for_symptoms(given: Evidence) -> Iterator[Fault]:
    """A clinician's phone rings only for somebody who told of a symptom."""

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None or symptom(edge) or not isinstance(edge.turn.wait, Ring):
            return None
        if not given.rings_clinicians(edge.turn.wait.group):
            return None
        message = f"a caller who told of no symptom rings {edge.turn.wait.group}"
        return Fault(
            edge.turn.position.step, message, "Ring the desk here, or lead the caller to the checklist"
        )

    return each(given.exploration, judge)


def asked_before_rung(given: Evidence) -> Iterator[Fault]:
    """Who comes to the symptom path is asked about signs first, or rang about one before."""

    def judge(edge: Edge) -> Fault | None:
        before = given.exploration.states[edge.source].position
        if before.path == "symptom" or edge.turn is None or edge.turn.position.repeat:
            return None
        if any(noted(edge, "page_opened")):
            message = "a clinician is rung for a caller who was never asked about signs"
            return Fault(before.step, message, "Lead the caller to the first gate")
        return None

    return each(given.exploration, judge)


def symptoms_for_clinicians(given: Evidence) -> Iterator[Fault]:
    """Somebody with a symptom is put through to clinicians only, and recorded only where it can't wait."""

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None or not symptom(edge):
            return None
        wait, step = edge.turn.wait, edge.turn.position.step
        if isinstance(wait, Ring) and not given.rings_clinicians(wait.group):
            return Fault(step, f"a caller with a symptom is put through to {wait.group}", "Ring a clinician")
        if isinstance(wait, TakeMessage) and not given.boxes.get(wait.box, False):
            message = f"a message about a symptom goes to box {wait.box}, which is for what can wait"
            return Fault(step, message, "Record it in a box with `urgent: true`")
        return None

    return each(given.exploration, judge)


def pages_for_symptoms(given: Evidence) -> Iterator[Fault]:
    """Pages are opened and call-backs promised only on the symptom path; a page rings clinicians."""

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None or not any(noted(edge, "disposition")):
            return None
        kinds = ("dial", "promise")
        step = next((n for n in edge.through if given.flows.steps[n].kind in kinds), edge.through[-1])
        if not symptom(edge):
            message = "a page or a promise for a caller who told of no symptom"
            return Fault(step, message, "Lead the caller to the checklist first")
        return None

    return each(given.exploration, judge)


def unwell_is_asked_about_signs(given: Evidence) -> Iterator[Fault]:
    """A key that is offered to who feels unwell leads to the symptom path."""
    for name, step in given.flows.steps.items():
        if not isinstance(step, Ask | Record) or given.flows.flow_of(name).path == "symptom":
            continue
        question = step.ask if isinstance(step, Ask) else step.say or ""
        for key, target in step.keys.items():
            words = " ".join(step.words.get(key, ())) if isinstance(step, Ask) else ""
            if not UNWELL.search(f"{of_key(question, key)} {words}"):
                continue
            if given.flows.flow_of(target).path != "symptom":
                message = f"key {key} is for who feels unwell, and leads to {target}"
                yield Fault(name, message, "Lead it to the checklist")
