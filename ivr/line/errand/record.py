"""The lines of the journal that every errand writes, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.clock import iso
from ivr.line import promises
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand
from ivr.line.staff import role_of
from ivr.line.telephone import ENDED
from ivr.storage import Entry, StoreUnavailable, pages
from ivr.storage.entry import JSON
from ivr.storage.working import SHORT_TALK


def answered(line: Line, errand: Errand, sid: str) -> list[Entry]:
    """Return the entry of a phone that somebody or something answered. sid: of the call."""
    return [entry(line, errand, "errand_answered", {"sid": sid})]


def result(line: Line, errand: Errand, what: str, sid: str = "") -> Entry:
    """Return the entry of what the person made known: "taken", "passed_on", "confirmed", …

    sid: of the call in which they did, if that has to count whatever other calls there were
    """
    data: dict[str, JSON] = {"result": what, "sid": sid} if sid else {"result": what}
    return entry(line, errand, "errand_result", data, f" {errand.turn}")


def patient_leg(line: Line, errand: Errand, status: str, seconds: int | None) -> list[Entry]:
    """Return the entry of news of the patient's phone, of which only the answer and the end are kept."""
    if status not in ("in-progress", *ENDED):
        return []
    data: dict[str, JSON] = {"status": status} | ({} if seconds is None else {"seconds": seconds})
    entries = [entry(line, errand, "patient_leg", data, f" {errand.turn} {status}")]
    if status == "completed" and (seconds is None or seconds >= SHORT_TALK):
        entries += _called_back(line, errand)
    return entries


def _called_back(line: Line, errand: Errand) -> list[Entry]:
    """The patient was on the line with whoever of the clinic rang them: what they were promised is kept.

    Only by a clinician, and where no page is theirs: about that they are asked how it ended.
    """
    who = str(errand.data.get("who", ""))
    if errand.kind != "callback" or not errand.subject.startswith("CA"):
        return []
    key = f"{errand.row} {errand.turn}"
    try:
        with line.store.read() as conn:
            page = pages.get(conn, errand.subject)
            if (page is not None and page["state"] == "taken") or role_of(line, conn, who) == "desk":
                return []
            return promises.kept(line, conn, errand.subject, who, promises.CALLED, key)
    except StoreUnavailable:  # then it stays due, and somebody is reminded of it
        return []


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
