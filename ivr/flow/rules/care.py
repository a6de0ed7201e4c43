"""What becomes of a caller with a symptom: a clinician, or advice with a page open, or a kept promise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, Fault, ends, noted, symptom
from ivr.flow.rules.search import each, search
from ivr.flow.steps import Dial, Gate
from ivr.flow.telling import spoken
from ivr.flow.turn import Listen, Ring

Marks = frozenset[str]
NONE: Marks = frozenset()
_ELSEWHERE = re.compile(r"\b(?:A and E|A&E|111|999)\b")
_RING_YOU = re.compile(r"\bring you\b", re.IGNORECASE)


def cared_for(given: Evidence) -> Iterator[Fault]:
    """A symptom call ends with a clinician, with advice and an open page and texts, or with a call-back."""

    def remember(marks: Marks, edge: Edge) -> Marks:
        if edge.turn is None:
            return marks
        heard = " ".join(spoken(edge.turn))
        found = set(marks)
        for event in edge.turn.events:
            data = dict(event.data)
            if event.kind == "page_opened":
                found.add("page")
            elif event.kind == "ring_ended" and data["outcome"] == "taken":
                found |= {"taken"} if given.rings_clinicians(str(data["group"])) else set()
            elif event.kind == "unanswered" and given.rings_clinicians(str(data["group"])):
                found -= {"told", "advised", "promised", "ring you"}
                found.add("unanswered")
            elif event.kind == "promised":
                found -= {"told", "ring you"}
                found.add("promised")
            elif event.kind == "text":
                found.add("told" if data["to"] == "on_call" else f"text to {data['to']}")
        if "unanswered" in found and _ELSEWHERE.search(heard):
            found.add("advised")
        if "promised" in found and _RING_YOU.search(heard):
            found.add("ring you")
        return frozenset(found)

    def judge(marks: Marks, edge: Edge) -> Fault | None:
        if not (ends(edge) and symptom(edge)):
            return None
        now = remember(marks, edge)
        if "taken" in now:
            return None
        step = edge.through[-1]
        if "unanswered" in now:
            lacks = {
                "page": "no page is open",
                "told": "clinicians are not sent a text",
                "advised": "the caller isn't told where else to turn",
            }
        elif "promised" in now:
            lacks = {"told": "clinicians are not sent a summary", "ring you": "no call-back is spoken of"}
        else:
            message = "a symptom call ends with no clinician rung, and no call-back promised"
            return Fault(step, message, "Lead it to a clinician")
        missing = [words for mark, words in lacks.items() if mark not in now]
        if not missing:
            return None
        why = "nobody took it" if "unanswered" in now else "a call-back is promised"
        return Fault(step, f"a symptom call ends here, {why}, and {' and '.join(missing)}", "Add it before")

    return search(given.exploration, NONE, remember, judge)


def sign_is_enough(given: Evidence) -> Iterator[Fault]:
    """Once a sign is met no further gate is asked, and the call-back isn't a routine one."""

    def judge(met: bool, edge: Edge) -> Fault | None:
        here = next((str(sign["gate"]) for sign in noted(edge, "sign")), "")
        if edge.turn is None or not (met or here):
            return None
        step = given.flows.steps.get(edge.turn.position.step)
        if isinstance(edge.turn.wait, Listen) and isinstance(step, Gate) and edge.acts[0].manner == "clear":
            gate = here or edge.turn.position.step
            return Fault(
                gate, "after a yes another gate is asked", "Lead `yes` to what is done about the sign"
            )
        if any(noted(edge, "promised", disposition="routine")):
            promise = next(name for name in edge.through if given.flows.steps[name].kind == "promise")
            return Fault(here or promise, "a sign leads to a routine call-back", "Lead `yes` to a sooner one")
        return None

    def remember(met: bool, edge: Edge) -> bool:
        return met or any(noted(edge, "sign"))

    return search(given.exploration, False, remember, judge)


def unclear_is_not_put_off(given: Evidence) -> Iterator[Fault]:
    """Nobody whose last answer was silence or a wrong key is left with a promise."""

    def judge(unclear: bool, edge: Edge) -> Fault | None:
        if remember(unclear, edge) and any(noted(edge, "promised")):
            step = given.exploration.states[edge.source].position.step
            message = "silence or wrong keys lead to a call-back, not to a clinician"
            return Fault(step, message, "Lead `silence` and `wrong` to a clinician")
        return None

    def remember(unclear: bool, edge: Edge) -> bool:
        manner = edge.acts[0].manner
        return manner in ("silence", "wrong") if manner in ("silence", "wrong", "clear") else unclear

    return search(given.exploration, False, remember, judge)


def promises_can_be_kept(given: Evidence) -> Iterator[Fault]:
    """No call-back is promised to a number that can't be rung."""

    def judge(edge: Edge) -> Fault | None:
        kept = {**dict(given.exploration.states[edge.source].kept), **dict(edge.chosen)}
        if kept.get("caller", "withheld") != "withheld" or not any(noted(edge, "promised")):
            return None
        promise = next(name for name in edge.through if given.flows.steps[name].kind == "promise")
        cure = "Put `goto: a clinician, only: withheld` before it"
        return Fault(promise, "a caller who hides their number is promised a call-back", cure)

    return each(given.exploration, judge)


def talk_is_over(given: Evidence) -> Iterator[Fault]:
    """After a talk with a clinician no phone rings by itself."""

    def judge(edge: Edge) -> Fault | None:
        taken = any(
            given.rings_clinicians(str(end["group"])) for end in noted(edge, "ring_ended", outcome="taken")
        )
        if taken and edge.turn and isinstance(edge.turn.wait, Ring) and edge.acts[0].manner == "ring":
            step = given.exploration.states[edge.source].position.step
            return Fault(
                step, "after a talk with a clinician a phone rings again", "Lead `taken` to an `end`"
            )
        return None

    return each(given.exploration, judge)


def whispers_ask(given: Evidence) -> Iterator[Fault]:
    """Whoever is rung about a symptom hears the signs, and which key takes the call."""
    for name, step in given.flows.steps.items():
        if not isinstance(step, Dial) or step.disposition is None:
            continue
        whisper = step.whisper or ""
        if not re.search(r"\bpress 1\b", whisper, re.IGNORECASE):
            yield Fault(name, "the whisper doesn't say that 1 takes the call", "Write: Press 1 to take it")
        if "{signs}" not in whisper:
            yield Fault(name, "the whisper doesn't name the signs", "Put {signs} into it")
