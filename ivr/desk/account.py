"""One's own account: password, the app's codes, PIN, phones, and where one is logged in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, code, ownphone, visitor
from ivr.desk.room import Room
from ivr.desk.signin import unconfirmed
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.storage import passwords, phones, pins, secondfactor, sessions, staff
from ivr.storage.staff import ROLES


def blueprint(line: Line) -> Room:
    room = Room("account", *ROLES, label="Your account", home="shown")

    def page(**problems: str) -> str:
        me = member()
        with line.store.read() as conn:
            owned = phones.of_member(conn, line.config, me)
            left = secondfactor.left(conn, me.name)
        return render_template(
            "desk/account.html",
            phones=owned,
            own=f"{phones.OWN}{me.name}",
            left=left,
            pin_set=pins.set_at(line.store, phones.caller_of(me)),
            problems=problems,
        )

    @room.get("/account")
    def shown() -> str:
        return page()

    @room.post("/account/password")
    def password() -> Response | tuple[str, int]:
        me, new = member(), request.form.get("new", "")
        if problem := unconfirmed(line, me, request.form.get("password", "")):
            return page(password=problem), 422
        if problem := passwords.fault(new, me.name):
            return page(new=problem), 422
        if new != request.form.get("again", ""):
            return page(again="The two aren't the same. Type it again, in both places."), 422
        kept, here = passwords.hashed(new), visitor.token(line)
        line.store.write(lambda conn: staff.set_password(conn, me.name, kept))
        line.store.write(lambda conn: sessions.end_all(conn, me.name, here))
        audit.note(line, me, "changed the own password")
        return _done("Your password is changed, and other browsers are logged out.")

    @room.post("/account/pin")
    def pin() -> Response | tuple[str, int]:
        me, new = member(), request.form.get("pin", "").strip()
        if problem := pins.fault(new):
            return page(pin=problem), 422
        if new != request.form.get("pin_again", "").strip():
            return page(pin_again="The two aren't the same. Type it again, in both places."), 422
        if problem := unconfirmed(line, me, request.form.get("password", "")):
            return page(pin_password=problem), 422
        pins.put(line.store, phones.caller_of(me), new, line.clock.now())
        audit.note(line, me, "set the own PIN")
        return _done("Your PIN is set.")

    @room.post("/account/logout")
    def log_out_elsewhere() -> Response:
        me, here = member(), visitor.token(line)
        count = line.store.write(lambda conn: sessions.end_all(conn, me.name, here))
        audit.note(line, me, "logged the own other browsers out")
        return _done(f"Logged out elsewhere: {count}.")

    code.add_to(room, line)
    ownphone.add_to(room, line, page)
    return room


def _done(text: str) -> Response:
    flash(text, "success")
    return redirect(url_for("account.shown"))
