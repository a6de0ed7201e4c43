"""The page behind an invitation's link: it sets a password, once."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, known, visitor
from ivr.desk.room import Room
from ivr.line.answer import Line
from ivr.storage import passwords, staff, tokens
from ivr.storage.staff import ROLES, Member

GONE = "This link was used, or is older than three days. Ask an owner for a new one (People, Reset)."


def blueprint(line: Line) -> Room:
    room = Room("invitation", *ROLES)

    def invited(link: str) -> Member:
        with line.store.read() as conn:
            found = staff.invited(conn, tokens.digest(link), line.clock.now())
        return found or abort(404, GONE)

    @room.get("/invitation/<link>")
    def form(link: str) -> str:
        return render_template("desk/invitation.html", name=invited(link).name, problem="")

    @room.post("/invitation/<link>")
    def accept(link: str) -> Response | tuple[str, int]:
        who = invited(link)
        password = request.form.get("password", "")
        problem = passwords.fault(password, who.name)
        if not problem and password != request.form.get("again", ""):
            problem = "The two aren't the same. Type it again, in both places."
        if problem:
            return render_template("desk/invitation.html", name=who.name, problem=problem), 422
        kept, now = passwords.hashed(password), line.clock.now()
        if not line.store.write(lambda conn: staff.accept(conn, tokens.digest(link), kept, now)):
            abort(404, GONE)
        answer = redirect(url_for("home.first"))
        visitor.let_in(line, answer, who.name)
        known.remember(line, answer, who.name)
        audit.note(line, who, "set a password by a link")
        flash("Your password is set, and you are logged in.")
        return answer

    return room
