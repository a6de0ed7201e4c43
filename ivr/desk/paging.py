"""What a clinician does with a page from here: take it, close it with its outcome, open it again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, done
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import outcome
from ivr.line.answer import Line
from ivr.storage import pages, phones


def blueprint(line: Line) -> Room:
    room = Room("paging", "clinician")

    @room.post("/pages/<page>/take")
    def take(page: str) -> Response:
        ref, me = done.ref_of(line, pages.get, page), member()
        result = outcome.take(line, page, phones.caller_of(me))
        if result == "taken":
            audit.note(line, me, "took a page", about=ref, call=page)
            flash(f"You have taken {ref}. Ring the patient now, then close it here.", "success")
        elif result == "same":
            flash(f"You have {ref} already.")
        else:
            flash(f"Somebody was faster: {ref} is taken or closed.", "warning")
        return redirect(url_for("now.shown"))

    @room.post("/pages/<page>/close")
    def close(page: str) -> Response:
        ref, me, chosen = done.ref_of(line, pages.get, page), member(), request.form.get("outcome", "")
        if chosen not in outcome.OUTCOMES.values():
            flash(f"Say how {ref} ended, then close it.", "warning")
            return redirect(url_for("now.shown"))
        said = f"{ref} is closed: {chosen.replace('_', ' ')}. It can be opened again below."
        closed = outcome.close(line, page, phones.caller_of(me), chosen)
        return done.told(line, closed, "closed a page", ref, page, said, f"{ref} was closed already.")

    @room.post("/pages/<page>/reopen")
    def reopen(page: str) -> Response:
        ref, me = done.ref_of(line, pages.get, page), member()
        opened = outcome.reopen(line, page, phones.caller_of(me))
        said = f"{ref} is open again: clinicians are rung until one takes it."
        return done.told(line, opened, "opened a page again", ref, page, said, f"{ref} is open already.")

    return room
