"""Where calls can lead: nobody is lost, held for ever, or let go with nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, Fault, ends, noted, symptom
from ivr.flow.rules.search import circle, each, search
from ivr.flow.steps import Gate
from ivr.flow.turn import Listen, Ring, TakeMessage


def followed(given: Evidence) -> Iterator[Fault]:
    """Every turn leads to a wait or an end."""

    def judge(edge: Edge) -> Fault | None:
        if not edge.lost:
            return None
        where = edge.through[0] if edge.through else given.exploration.states[edge.source].position.step
        message = "the call can't go on from here: no wait and no end follows"
        return Fault(where, message, "Put an `ask` or an `end` on the way")

    return each(given.exploration, judge)


def reached(given: Evidence) -> Iterator[Fault]:
    """Some call comes through every step."""
    missed = [name for name in given.flows.steps if name not in given.exploration.entered]
    behind = {target for name in missed for _, target in given.flows.steps[name].exits() if target != name}
    # What only another missed step leads to isn't told of: the first of them shows where to look.
    for name in [name for name in missed if name not in behind] or missed[:1]:
        step = name.partition(".")[2]
        yield Fault(name, f"no call ever comes to step {step!r}", "Lead a call there, or take it out")


def goes_on_by_itself(given: Evidence) -> Iterator[Fault]:
    """No call goes round for ever with nobody doing anything."""

    def passive(edge: Edge) -> bool:
        act = edge.acts[0]
        untaken = act.manner == "ring" and not act.meant.startswith("taken")
        return act.manner == "silence" or untaken or (act.manner == "message" and not act.meant)

    return _circles(given, passive, "a call goes round here for ever with nobody doing anything")


def gives_up_asking(given: Evidence) -> Iterator[Fault]:
    """No question is asked for ever, whatever wrong keys are pressed."""

    def missed(edge: Edge) -> bool:
        return edge.acts[0].manner in ("silence", "wrong")

    return _circles(given, missed, "silence and wrong keys are asked again for ever")


def checklist_goes_on(given: Evidence) -> Iterator[Fault]:
    """No clear answer leads back to a gate that was answered."""

    def answered(edge: Edge) -> bool:
        step = given.flows.steps.get(given.exploration.states[edge.source].position.step)
        return isinstance(step, Gate) and edge.acts[0].manner == "clear" and edge.acts[0].meant in ("1", "2")

    return _circles(given, answered, "a clear answer leads back to a gate that was answered")


def offered(given: Evidence) -> Iterator[Fault]:
    """The line hangs up only after a phone was rung for the caller, or a recording was offered."""

    def remember(so_far: bool, edge: Edge) -> bool:
        return so_far or (edge.turn is not None and isinstance(edge.turn.wait, Ring | TakeMessage))

    def judge(so_far: bool, edge: Edge) -> Fault | None:
        if so_far or not ends(edge):
            return None
        message = "the line hangs up, and neither a person nor a recording was offered before"
        return Fault(edge.through[-1], message, "Ring somebody or offer a recording first")

    return search(given.exploration, False, remember, judge)


def silence_is_rung_for(given: Evidence) -> Iterator[Fault]:
    """On the symptom path silence ends no call: a clinician is rung first, or a call-back was promised."""

    def remember(helped: bool, edge: Edge) -> bool:
        tried = [*noted(edge, "ringing"), *noted(edge, "unanswered")]
        rung = any(given.rings_clinicians(str(data["group"])) for data in tried)
        return helped or rung or any(noted(edge, "promised"))

    def judge(helped: bool, edge: Edge) -> Fault | None:
        if not (ends(edge) and symptom(edge)) or edge.acts[0].manner != "silence":
            return None
        if remember(helped, edge):
            return None
        return Fault(edge.through[-1], "silence alone ends a symptom call", "Lead silence to a clinician")

    return search(given.exploration, False, remember, judge)


def _circles(given: Evidence, leads: Callable[[Edge], bool], message: str) -> Iterator[Fault]:
    for edges in circle(given.exploration, leads):
        step = given.exploration.states[edges[-1].source].position.step
        yield Fault(step, message, "Give it another exit", edges)


def waits_listen(given: Evidence) -> Iterator[Fault]:
    """Every wait for a key takes silence and a wrong key, and both lead on."""
    for state in given.exploration.states:
        if isinstance(state.wait, Listen):
            manners = {edge.acts[0].manner for edge in state.edges if edge.turn is not None}
            if not {"silence", "wrong"} <= manners:
                yield Fault(state.position.step, "silence or a wrong key leads nowhere", "Give it both exits")
