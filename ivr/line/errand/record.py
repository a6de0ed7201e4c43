"""The lines of the journal that every errand writes, whatever its kind."""

from __future__ import annotations

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand
from ivr.storage import Entry


def answered(line: Line, errand: Errand) -> list[Entry]:
    """Return the entry of a phone that somebody or something answered."""
    return [entry(line, errand, "errand_answered", {})]


def result(line: Line, errand: Errand, what: str) -> Entry:
    """Return the entry of what the person made known: "taken", "passed_on", "confirmed", …"""
    return entry(line, errand, "errand_result", {"result": what}, f" {errand.turn}")


def entry(line: Line, errand: Errand, kind: str, data: dict[str, str], more: str = "") -> Entry:
    """Return an entry of an errand; those about a call's page belong to that call's story.

    more: what tells it from others of its kind in the same errand
    """
    at = iso(line.clock.now(), milliseconds=True)
    call = errand.subject if errand.subject.startswith("CA") else ""
    key = f"{kind} {errand.row}{more}"
    return Entry(at, call, kind, key, {"errand": errand.row, "leg": errand.leg, **data})
