"""The one table of rules, and their judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.flow.rules import (
    by_hours,
    calendar,
    care,
    documents,
    emergency,
    in_time,
    messages,
    opening,
    paths,
    signed,
    ways,
    wording,
)
from ivr.flow.rules.evidence import Evidence, Fault, Violation
from ivr.flow.telling import call_to


@dataclass(frozen=True)
class Rule:
    """A rule: its name, the sentence that it holds (the first line of its docstring), and how it is found."""

    name: str
    look: Callable[[Evidence], Iterable[Fault]]

    @property
    def says(self) -> str:
        return (self.look.__doc__ or "").partition("\n")[0]


RULES: tuple[Rule, ...] = (
    Rule("999 in time", opening.said_in_time),
    Rule("nothing before 999", opening.nothing_before),
    Rule("cared for", care.cared_for),
    Rule("a sign is enough", care.sign_is_enough),
    Rule("unclear is not put off", care.unclear_is_not_put_off),
    Rule("promises can be kept", care.promises_can_be_kept),
    Rule("a talk is over", care.talk_is_over),
    Rule("whispers ask", care.whispers_ask),
    Rule("emergency: 999 first", emergency.told_first),
    Rule("emergency: 112 abroad", emergency.abroad),
    Rule("emergency: 999 to the end", emergency.stays_999),
    Rule("999 while ringing", emergency.told_while_ringing),
    Rule("last words", emergency.last_words),
    Rule("most urgent first", emergency.most_urgent_first),
    Rule("followed", ways.followed),
    Rule("reached", ways.reached),
    Rule("never by itself", ways.goes_on_by_itself),
    Rule("gives up asking", ways.gives_up_asking),
    Rule("waits listen", ways.waits_listen),
    Rule("checklist goes on", ways.checklist_goes_on),
    Rule("offered", ways.offered),
    Rule("silence is rung for", ways.silence_is_rung_for),
    Rule("clinicians for symptoms", paths.clinicians_for_symptoms),
    Rule("asked before rung", paths.asked_before_rung),
    Rule("symptoms for clinicians", paths.symptoms_for_clinicians),
    Rule("pages for symptoms", paths.pages_for_symptoms),
    Rule("desk rings when open", by_hours.desk_rings_when_open),
    Rule("nights put off nothing", by_hours.nights_put_off_nothing),
    Rule("unwell is asked", paths.unwell_is_asked_about_signs),
    Rule("rings in time", in_time.rings),
    Rule("advised in time", in_time.advised),
    Rule("short prompts", wording.short),
    Rule("nothing forbidden", wording.nothing_forbidden),
    Rule("speakable", wording.speakable),
    Rule("keys named", wording.names_its_keys),
    Rule("voice known", wording.voice_is_known),
    Rule("texts fit", messages.fit),
    Rule("texts discreet", messages.discreet),
    Rule("texts sell nothing", messages.service_only),
    Rule("texts to their reader", messages.right_reader),
    Rule("open or closed", calendar.open_or_closed),
    Rule("somebody on call", calendar.somebody_on_call),
    Rule("signed", signed.by_a_clinician),
    Rule("TwiML legal", documents.legal),
)


def judge(given: Evidence, rules: Iterable[Rule] = RULES) -> tuple[Violation, ...]:
    """Return every violation, by file and line: each once, with the first call that was found for it."""
    found: dict[object, Violation] = {}
    for rule in rules:
        for fault in rule.look(given):
            place = (rule.name, fault.where, fault.message)
            if place not in found:
                found[place] = _violation(given, rule, fault)
    return tuple(sorted(found.values(), key=lambda one: (one.file, one.line or 0, one.rule)))


def _violation(given: Evidence, rule: Rule, fault: Fault) -> Violation:
    if isinstance(fault.where, str):
        flow = given.flows.flow_of(fault.where)
        file, line = flow.file, flow.lines.get(fault.where)
    else:
        file, line = given.config_file, given.config_line(*fault.where)
    call = call_to(given.exploration, fault.edges) if fault.edges else None
    return Violation(rule.name, fault.message, fault.cure, file, line, call, fault.level)
