"""What is done about promised call-backs and switched-off phones from the page Now."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import contacts, promises
from ivr.line.answer import Line
from ivr.storage import calls, faults, phones


def blueprint(line: Line) -> Room:
    """Clinicians say that they kept a promise; an owner uses a phone again."""
    room = Room("promised", "clinician")

    def ref_of(call: str) -> str:
        with line.store.read() as conn:
            row = calls.find(conn, call)
        return str(row["ref"]) if row else abort(404)

    @room.post("/promises/<call>/kept")
    def kept(call: str) -> Response:
        ref, me = ref_of(call), member()
        if promises.keep(line, call, phones.caller_of(me)):
            audit.note(line, me, "kept a promised call-back", about=ref, call=call)
            flash(f"The call-back of {ref} is done. It can be undone below.", "success")
        else:
            flash(f"The call-back of {ref} was done already.", "warning")
        return redirect(url_for("now.shown"))

    @room.post("/promises/<call>/undo")
    def undo(call: str) -> Response:
        ref, me = ref_of(call), member()
        if promises.undo(line, call, phones.caller_of(me)):
            audit.note(line, me, "had a promised call-back wait again", about=ref, call=call)
            flash(f"The call-back of {ref} is to be done again.", "success")
        else:
            flash(f"The call-back of {ref} waits already.", "warning")
        return redirect(url_for("now.shown"))

    @room.post("/contacts/on")
    def used_again() -> Response:
        me, contact = member(), request.form.get("contact", "")
        if me.role != "owner":
            abort(403, "An owner decides that a phone is used again.")
        with line.store.read() as conn:
            there = faults.is_off(conn, contact)
        if there:
            line.store.record([contacts.switched_on(line, contact, "staff")])
            audit.note(line, me, "had a phone or address used again", about=contact)
            flash(f"{contact} is used again. If it fails again, it is switched off again.", "success")
        else:
            flash("Nothing to switch on: it is used already.", "warning")
        return redirect(url_for("now.shown"))

    return room
