"""What is done about promised call-backs and switched-off phones from the page Now."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, done
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import contacts, promises
from ivr.line.answer import Line
from ivr.storage import calls, faults, phones


def blueprint(line: Line) -> Room:
    """Clinicians say that they kept a promise; an owner uses a phone again."""
    room = Room("promised", "clinician")

    @room.post("/promises/<call>/kept")
    def kept(call: str) -> Response:
        ref, me = done.ref_of(line, calls.find, call), member()
        was = promises.keep(line, call, phones.caller_of(me))
        said = f"The call-back of {ref} is done. It can be undone below."
        otherwise = f"The call-back of {ref} was done already."
        return done.told(line, was, "kept a promised call-back", ref, call, said, otherwise)

    @room.post("/promises/<call>/undo")
    def undo(call: str) -> Response:
        ref, me = done.ref_of(line, calls.find, call), member()
        was = promises.undo(line, call, phones.caller_of(me))
        said = f"The call-back of {ref} is to be done again."
        otherwise = f"The call-back of {ref} waits already."
        return done.told(line, was, "had a promised call-back wait again", ref, call, said, otherwise)

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
