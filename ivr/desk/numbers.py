"""A number behind its mask: shown on a press of a button, which is noted."""

from __future__ import annotations

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.storage import calls, phones
from ivr.storage.staff import ROLES, Member


def blueprint(line: Line) -> Room:
    """`of` says which: "call:REF" (the caller's, for everybody) or "phone:LEG" (an owner's, or one's own)."""
    room = Room("numbers", *ROLES)

    @room.post("/number")
    def show() -> Response | str:
        kind, _, what = request.form.get("of", "").partition(":")
        number, name, call = _find(line, member(), kind, what)
        if number is None:
            abort(404, "There is no number: it was withheld, or has been erased.")
        audit.note(line, member(), "looked at a number", about=name, call=call)
        if request.headers.get("Accept") == "text/plain":
            return Response(number, mimetype="text/plain")
        return render_template("desk/number.html", number=number, of=name)

    return room


def _find(line: Line, who: Member, kind: str, what: str) -> tuple[str | None, str, str]:
    """(the number or None, what it is known by, its CallSid or ""). Errors: 403 for others' phones."""
    with line.store.read() as conn:
        if kind == "call":
            row = calls.find(conn, what)
            return (row["caller"], row["ref"], row["call"]) if row else (None, "", "")
        phone = phones.of_leg(conn, line.config, what) if kind == "phone" else None
    if phone is None:
        return None, "", ""
    if who.role != "owner" and phone.owner != phones.caller_of(who):
        abort(403, "Only an owner sees other people's numbers. Ask one of them.")
    return phone.number, phone.leg, ""
