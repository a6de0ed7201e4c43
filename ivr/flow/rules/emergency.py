"""What is said to a caller with a symptom: 999 for an emergency, and what to do while phones ring."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, Fault, ends, noted, symptom
from ivr.flow.rules.search import each, search
from ivr.flow.steps import Dial, Gate
from ivr.flow.telling import spoken
from ivr.flow.turn import Ring

_999 = re.compile(r"\b999\b")
_HANG_UP = re.compile(r"\bhang up\b[^.!?]*\bcall 999\b", re.IGNORECASE)
_LESS = re.compile(r"\bA and E\b|\bA&E\b|\b111\b")
RANK = ("routine", "same_day", "two_hours", "clinician_now", "emergency")


def told_first(given: Evidence) -> Iterator[Fault]:
    """In an emergency the first and the last words before a phone rings are: hang up and call 999."""

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None or not _begins(given, edge):
            return None
        says = list(edge.turn.says)
        steps = [name for name in edge.turn.heard if given.flows.steps[name].kind == "say"]
        dial = edge.turn.position.step if isinstance(edge.turn.wait, Ring) else edge.through[-1]
        first = spoken(edge.turn)[:1]
        where = steps[0] if steps else dial
        if not first or not _HANG_UP.search(first[0]):
            return Fault(
                where, "in an emergency the first words aren't 999", "Say first: Hang up now and call 999"
            )
        if not says:
            message = "in an emergency a key can cut off 999 when nobody is on call"
            return Fault(where, message, "Give it `interrupt: false`")
        if isinstance(edge.turn.wait, Ring) and sum(bool(_HANG_UP.search(text)) for text in says) < 2:
            cure = "Say once more, before the phone rings: Hang up and call 999"
            return Fault(steps[-1] if steps else dial, "in an emergency 999 isn't said again", cure)
        if not any(noted(edge, "text", to="on_call")):
            cure = "Send `text: told` to on_call before ringing"
            return Fault(dial, "in an emergency clinicians are sent no text before a phone rings", cure)
        return None

    return each(given.exploration, judge)


def abroad(given: Evidence) -> Iterator[Fault]:
    """Who calls from abroad hears 112 in an emergency."""

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None or not _begins(given, edge):
            return None
        known = {**dict(given.exploration.states[edge.source].kept), **dict(edge.chosen)}
        if known.get("caller", "abroad") == "abroad" and not any("112" in text for text in spoken(edge.turn)):
            dial = next((n for n in edge.through if given.flows.steps[n].kind == "dial"), edge.through[-1])
            return Fault(dial, "a caller from abroad doesn't hear 112", "Add a `say` with `only: abroad`")
        return None

    return each(given.exploration, judge)


def _begins(given: Evidence, edge: Edge) -> bool:
    """Whether this turn calls it an emergency for the first time: not when a phone is tried once more."""
    tried = given.exploration.states[edge.source].position.paged
    return not tried and any(noted(edge, "disposition", disposition="emergency"))


def stays_999(given: Evidence) -> Iterator[Fault]:
    """Who was told to call 999 is never told of 111, or of A and E, later in the call."""

    def judge(emergency: bool, edge: Edge) -> Fault | None:
        if edge.turn is None or not remember(emergency, edge):
            return None
        for text in spoken(edge.turn):
            if found := _LESS.search(text):
                came = given.exploration.states[edge.source].position.step
                step = next((n for n in edge.through if given.flows.steps[n].kind == "dial"), came)
                message = f"in an emergency, {step} leads on to {found[0]}"
                return Fault(step, message, "Lead it to words that name only 999")
        return None

    def remember(emergency: bool, edge: Edge) -> bool:
        return emergency or any(noted(edge, "disposition", disposition="emergency"))

    return search(given.exploration, False, remember, judge)


def told_while_ringing(given: Evidence) -> Iterator[Fault]:
    """What is said around rings of a clinician holds 999, for who gets worse."""
    for name, step in given.flows.steps.items():
        if not isinstance(step, Dial) or step.disposition is None:
            continue
        first = f"{step.say or ''} {step.between[0] if step.between else ''}"
        if step.disposition != "emergency" and not _999.search(first):
            cure = "Name 999 in `say`, or in the first text of `between`"
            yield Fault(name, "who waits for a clinician isn't told of 999", cure)
        if not _999.search(step.between[-1] if step.between else ""):
            cure = "Name 999 in the last text of `between`"
            yield Fault(name, "between rings 999 isn't named again", cure)


def last_words(given: Evidence) -> Iterator[Fault]:
    """Nobody with a symptom is let go without being told to ring 999, or to ring again."""

    def judge(edge: Edge) -> Fault | None:
        if not (ends(edge) and symptom(edge) and edge.turn):
            return None
        last = edge.turn.says[-1] if edge.turn.says else ""
        if _999.search(last) or "ring us again" in last:
            return None
        message = "the last words name neither 999 nor ringing again"
        return Fault(edge.through[-1], message, "Add: If anything gets worse, ring us again. Or: call 999")

    return each(given.exploration, judge)


def most_urgent_first(given: Evidence) -> Iterator[Fault]:
    """The first gate is for 999, and no gate is more urgent than the one before it."""
    least: dict[str, int] = {}
    onward: dict[str, str] = {}
    for edge in given.exploration.edges():
        if edge.acts[0].manner != "clear" or edge.turn is None:
            continue
        step = given.exploration.states[edge.source].position.step
        if not isinstance(given.flows.steps[step], Gate):
            continue
        if edge.acts[0].meant == "1":
            rank = max((RANK.index(str(d["disposition"])) for d in noted(edge, "disposition")), default=0)
            least[step] = min(rank, least.get(step, rank))
        elif edge.acts[0].meant == "2":
            onward[step] = edge.turn.position.step
    firsts = [gate for gate in least if gate not in onward.values()]
    for gate in firsts:
        if RANK[least[gate]] != "emergency":
            message = "the checklist doesn't begin with what needs 999"
            yield Fault(
                gate, message, "Ask first about breathing, sight and speech, with `yes` leading to 999"
            )
    for gate, following in onward.items():
        if following in least and least[following] > least.get(gate, 0):
            yield Fault(following, "this gate is more urgent than the one before it", "Ask it earlier")
