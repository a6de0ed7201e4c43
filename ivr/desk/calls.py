"""Calls: the list of all of them, and one call's story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, days
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.line.heard import heard
from ivr.line.outcome import OUTCOMES
from ivr.line.story import told
from ivr.storage import callbook, calls, inbox, journal, pages
from ivr.storage import messages as kept_messages
from ivr.storage.callbook import Wanted
from ivr.storage.projections import DISPOSITIONS

AT_ONCE = 50
CLINICAL = "This call is about a treatment. A clinician or an owner can open it."
ABOUT = {"symptom": "a treatment", "booking": "booking or other", "open": "not chosen"}
# What became of a page, as the filter names it.
BECAME: Mapping[str, str] = {
    "open": "waits for a clinician",
    "taken": "taken, not closed",
    **{outcome: outcome.replace("_", " ") for outcome in OUTCOMES.values()},
    "closed": "closed",
}
_AFTERWARDS = frozenset({"staff"})  # kinds that tell of the pages here, not of the call


def blueprint(line: Line) -> Room:
    room = Room("calls", "clinician", "desk", label="Calls", home="listed")

    @room.get("/calls")
    def listed() -> str | Response:
        if ref := request.args.get("ref", "").strip():
            return one_by_ref(ref)
        wanted, asked, problem = filtered(line)
        before = days.place(request.args.get("before", ""))
        with line.store.read() as conn:
            rows = callbook.listed(conn, wanted, before, AT_ONCE + 1)
        more = days.written(rows[AT_ONCE - 1], "started_at", "call") if len(rows) > AT_ONCE else ""
        values: dict[str, Any] = {"more": more, "paged": before is not None, "day_problem": problem}
        return show(rows=rows[:AT_ONCE], asked=asked, **values)

    def show(ref: str = "", ref_problem: str = "", **values: object) -> str:
        empty: dict[str, object] = {"rows": [], "asked": {}, "more": "", "paged": False, "day_problem": ""}
        return render_template(
            "desk/calls.html",
            clinical=member().role != "desk",
            dispositions=[(name, name.replace("_", " ")) for name in DISPOSITIONS],
            became=list(BECAME.items()),
            words=BECAME,
            about=ABOUT,
            ref=ref,
            ref_problem=ref_problem,
            **{**empty, **values},
        )

    def one_by_ref(ref: str) -> str | Response:
        with line.store.read() as conn:
            row = calls.find(conn, ref[:64])
        if row is None:
            return show(ref=ref, ref_problem="There is no call with this reference. Look at it once more.")
        return redirect(url_for("calls.one", call=row["call"]))

    @room.get("/calls/<call>")
    def one(call: str) -> str:
        me = member()
        with line.store.read() as conn:
            row = calls.find(conn, call)
            if row is None:
                abort(404, "There is no such call. Look at the list under Calls.")
            if me.role == "desk" and row["path"] == "symptom":
                abort(403, CLINICAL)
            story = told(conn, row, line.config)
            lines = calls.story(conn, row["call"])
            page, found = pages.get(conn, row["call"]), kept_messages.of_call(conn, row["call"])
            works = [one for one in (inbox.get(conn, message["message"]) for message in found) if one]
        boxes = line.config.boxes
        audit.note(line, me, "read a call's story", about=row["ref"], call=row["call"])
        sentences = heard(line, lines)
        return render_template(
            "desk/call.html",
            call=row,
            page=page,
            about=ABOUT,
            words=BECAME,
            clinical=me.role != "desk",
            story=[
                (telling, came_in(entry) if entry.kind == "turn" else "", sentences.get(entry.seq, ()))
                for telling, entry in zip(story, lines, strict=True)
                if entry.kind not in _AFTERWARDS
            ],
            looked=[telling for telling in story if telling.kind in _AFTERWARDS],
            messages=[
                one
                for one in works
                if me.role != "desk" or (one["box"] in boxes and not boxes[one["box"]].urgent)
            ],
        )

    return room


def came_in(turn: journal.Line) -> str:
    """Return what the caller, or the network, did in a turn, in words."""
    what, _, rest = str(turn.data["input"]).partition(" ")
    if what == "key":
        return f"The caller presses {' '.join(rest)}" if rest else "The caller presses nothing"
    return {
        "start": "The call is answered",
        "speech": "The caller says something",
        "silence": "The caller says and presses nothing",
        "dial": f"The ringing ends: {rest.replace('-', ' ')}",
        "recorded": "The recording ends",
        "hung": "The caller hangs up",
    }.get(what, str(turn.data["input"]))


def filtered(line: Line) -> tuple[Wanted, dict[str, str], str]:
    """Return what the address asks for, what to show in the form, and what is wrong with the day."""
    day, clinical = request.args.get("day", ""), member().role != "desk"
    since, until, problem = days.span(day, line.config.clinic.zone)
    disposition, became = request.args.get("disposition", ""), request.args.get("became", "")
    if not clinical or disposition not in DISPOSITIONS:
        disposition = ""
    if not clinical or became not in BECAME:
        became = ""
    asked = {"day": day, "disposition": disposition, "became": became}
    return Wanted(since, until, disposition, became, symptoms=clinical), asked, problem
