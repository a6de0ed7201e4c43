"""Texts (SMS): they fit, tell nothing of a patient, sell nothing, and go to whom they are meant for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.hearing import normal
from ivr.flow.rules.evidence import Evidence, Fault
from ivr.flow.rules.wording import OFFER
from ivr.flow.steps import Gate, Text

# Words that tell what a patient has or had, beside those of the gates' signs.
_SYMPTOMS = frozenset(
    "breathing breath throat sight vision eye speech skin swelling swollen pain blister blisters fever pus"
    " sore redness colour burn eyelid drooping face lips filler fillers botox toxin treatment"
    " symptom symptoms occlusion infection allergy bleeding".split()
)
_COMMON = frozenset("cold very worried getting worse or and a of the".split())
_SELLS = re.compile(
    r"\bbook (?:now|your)|\bfree\b|\bnew treatment|\bfollow us|\breview us|\bhttps?:|\bwww\.", re.I
)
_LEAVES = re.compile(r"\bunsubscribe|\bopt out|\b(?:text|reply|send) STOP\b|\bSTOP to\b", re.I)


def fit(given: Evidence) -> Iterator[Fault]:
    """Every text fits into one SMS of plain letters, with the longest words in it."""
    for name, text in given.texts.items():
        for message, cure in given.text_faults(name, text):
            yield Fault(("texts", name), f"texts.{name}: {message}", cure)


def discreet(given: Evidence) -> Iterator[Fault]:
    """No text tells what a patient has: it can be read on a locked phone."""
    signs = (step.sign for step in given.flows.steps.values() if isinstance(step, Gate))
    words = (_SYMPTOMS | {word for sign in signs for word in normal(sign).split() if len(word) > 2}) - _COMMON
    for name, text in given.texts.items():
        if told := sorted(words & set(normal(text).split())):
            yield Fault(("texts", name), f"texts.{name} says {told[0]!r}", "Let {ref} stand for it")


def service_only(given: Evidence) -> Iterator[Fault]:
    """A text is part of the service: it offers nothing, so nobody has to unsubscribe."""
    for name, text in given.texts.items():
        if found := OFFER.search(text) or _SELLS.search(text):
            yield Fault(("texts", name), f"texts.{name} says {found[0]!r}: texts sell nothing", "Take it out")
        if found := _LEAVES.search(text):
            message = f"texts.{name} says {found[0]!r}: who needs care can't leave a list"
            yield Fault(("texts", name), message, "Take it out")


def right_reader(given: Evidence) -> Iterator[Fault]:
    """A caller is sent what to do when it gets worse; clinicians a reference to look up."""
    for name, step in given.flows.steps.items():
        if not isinstance(step, Text) or step.text not in given.texts:
            continue
        text = given.texts[step.text]
        for_caller = "999" in text and "{disposition}" not in text and "{box}" not in text
        if step.to == "caller" and not for_caller:
            message = f"texts.{step.text} goes to the caller, and is no safety net"
            yield Fault(name, message, "Send it to on_call; send the caller a text that names 999")
        elif step.to != "caller" and (for_caller or "{ref}" not in text):
            yield Fault(name, f"texts.{step.text} goes to {step.to}, and is for callers", "Send it to caller")
