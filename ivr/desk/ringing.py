"""Having a patient rung: one's own phone rings first, and either sees the clinic's number."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import callback
from ivr.line.answer import Line
from ivr.storage import calls, phones

NO_PHONE = "No phone is proved to be yours. Have it rung once, under Your account; then call from here."
SAID = {
    "queued": "Your phone rings within a few seconds. Answer it and press 1: then the patient is rung.",
    "going on": "Your phone rings about this patient already.",
    "not theirs": "This caller reported a sign: a clinician rings them. Nobody was rung.",
    "no number": "There is no number to ring: it was withheld, or has been erased.",
}


def blueprint(line: Line) -> Room:
    """`call` says whose caller, `phone` which of one's own phones ("": the first that is proved)."""
    room = Room("ringing", "clinician", "desk")

    @room.post("/callback")
    def ring() -> Response:
        me, asked_for = member(), request.form.get("call", "")
        with line.store.read() as conn:
            row = calls.find(conn, asked_for)
            own = [phone.leg for phone in phones.of_member(conn, line.config, me) if phone.proved_at]
        chosen = request.form.get("phone", "") or next(iter(own), "")
        back = redirect(url_for(_home(request.form.get("back", ""))))
        if row is None:
            flash("There is no such call.", "warning")
        elif chosen not in own:
            flash(NO_PHONE, "warning")
        else:
            what = callback.request(line, chosen, page=row["call"])
            if what == "queued":
                audit.note(line, me, "asked to be joined to a caller", about=row["ref"], call=row["call"])
            flash(SAID[what], "success" if what == "queued" else "warning")
        return back

    return room


def _home(name: str) -> str:
    """Return the view to go back to, of those that have such a button."""
    return {"messages": "messages.listed"}.get(name, "now.shown")
