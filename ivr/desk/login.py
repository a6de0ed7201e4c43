"""Logging in and out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, known, visitor
from ivr.desk.room import Room
from ivr.desk.signin import sign_in
from ivr.line.answer import Line
from ivr.storage import staff
from ivr.storage.staff import ROLES

SAID = {
    "wrong": "Name, password or code isn't right. Look at each, and try again.",
    "throttled": "Too many tries. Wait a little (at most 15 minutes), then try again; nothing was looked at."
    " If it was somebody else who guessed, log in where you logged in before: there you needn't wait.",
}


def blueprint(line: Line) -> Room:
    room = Room("login", *ROLES)

    def page(name: str = "", problem: str = "") -> str:
        with line.store.read() as conn:
            nobody = not staff.everyone(conn)
        onward = request.values.get("next", "")
        return render_template("desk/login.html", name=name, problem=problem, nobody=nobody, onward=onward)

    @room.get("/login")
    def form() -> str:
        return page()

    @room.post("/login")
    def log_in() -> Response | tuple[str, int]:
        name = request.form.get("name", "").strip().lower()[:64]
        address = visitor.address()
        password, code = request.form.get("password", ""), request.form.get("code", "")[:32]
        shared, here = visitor.behind_a_proxy(address), known.mark(line, name)
        found = sign_in(line, name, password, code, address, shared, here)
        if isinstance(found, str):
            return page(name, SAID[found]), 429 if found == "throttled" else 401
        answer = redirect(onward(request.form.get("next", "")))
        visitor.let_in(line, answer, found.name)
        known.remember(line, answer, found.name)
        audit.note(line, found, "logged in")
        return answer

    @room.post("/logout")
    def log_out() -> Response:
        answer = redirect(url_for("login.form"))
        visitor.let_out(line, answer)
        audit.note(line, visitor.member(), "logged out")
        flash("You are logged out.")
        return answer

    return room


def onward(path: str) -> str:
    """Return where to go after logging in: a page of the desk, whatever the address asked for."""
    fine = path.startswith("/desk/") and path.isprintable() and not set(path) & set('\\<>"')
    return path if fine and "/login" not in path else url_for("home.first")
