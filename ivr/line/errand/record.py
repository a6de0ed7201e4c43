"""The lines of the journal that every errand writes, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand
from ivr.line.telephone import ENDED
from ivr.storage import Entry
from ivr.storage.entry import JSON


def answered(line: Line, errand: Errand) -> list[Entry]:
    """Return the entry of a phone that somebody or something answered."""
    return [entry(line, errand, "errand_answered", {})]


def result(line: Line, errand: Errand, what: str) -> Entry:
    """Return the entry of what the person made known: "taken", "passed_on", "confirmed", …"""
    return entry(line, errand, "errand_result", {"result": what}, f" {errand.turn}")


def patient_leg(line: Line, errand: Errand, status: str, seconds: int | None) -> list[Entry]:
    """Return the entry of news of the patient's phone, of which only the answer and the end are kept."""
    if status not in ("in-progress", *ENDED):
        return []
    data: dict[str, JSON] = {"status": status} | ({} if seconds is None else {"seconds": seconds})
    return [entry(line, errand, "patient_leg", data, f" {errand.turn} {status}")]


def note(line: Line, errand: Errand, seconds: int, recording: str) -> Entry:
    """Return the entry of what a clinician recorded about a page: a message of the patient's call."""
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"box": errand.data["box"], "seconds": seconds, "recording": recording}
    return Entry(at, errand.subject, "message", f"errand {errand.row} note {errand.turn}", data)


def entry(line: Line, errand: Errand, kind: str, data: Mapping[str, JSON], more: str = "") -> Entry:
    """Return an entry of an errand; those about a call's page belong to that call's story.

    more: what tells it from others of its kind in the same errand
    """
    at = iso(line.clock.now(), milliseconds=True)
    call = errand.subject if errand.subject.startswith("CA") else ""
    key = f"{kind} {errand.row}{more}"
    return Entry(at, call, kind, key, {"errand": errand.row, "leg": errand.leg, **data})
