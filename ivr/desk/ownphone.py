"""One's own phone: its number, and whether a call has proved it."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.room import Room
from ivr.desk.signin import unconfirmed
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.line.errand import prove
from ivr.numbers import caller
from ivr.storage import phones

WRITE = "Write it with the country code, as in +44 7700 900123."


def add_to(room: Room, line: Line, page: Callable[..., str]) -> None:
    """Add the views to the account's room. page: renders the account, with problems by field."""

    @room.post("/account/phone/call")
    def call_phone() -> str | Response:
        me, leg = member(), request.form.get("phone", "")
        with line.store.read() as conn:
            phone = next((one for one in phones.of_member(conn, line.config, me) if one.leg == leg), None)
        if phone is None:
            abort(404)
        code = prove.begin(line, me, phone)
        if not code:
            flash("Too many calls were asked for. Wait a little, then try again.", "warning")
            return redirect(url_for("account.shown"))
        audit.note(line, me, "had a phone rung to prove it", about=leg)
        return render_template("desk/proving.html", phone=phone, code=code)

    @room.post("/account/phone")
    def set_phone() -> Response | tuple[str, int]:
        me, typed = member(), request.form.get("phone", "")
        number = "".join(sign for sign in typed if sign not in " -()")
        if number.startswith("0") and not number.startswith("00"):
            number = line.config.clinic.home + number[1:]
        if number and caller(number, line.config.clinic.home).number is None:
            return page(phone=WRITE, phone_typed=typed), 422
        if problem := unconfirmed(line, me, request.form.get("password", "")):
            return page(phone_password=problem, phone_typed=typed), 422
        if number:
            line.store.write(lambda conn: phones.put(conn, me.name, number))
        else:
            line.store.write(lambda conn: phones.remove(conn, me.name))
        audit.note(line, me, "changed the own phone" if number else "removed the own phone")
        flash("Your phone's number is kept." if number else "Your phone's number is removed.", "success")
        return redirect(url_for("account.shown"))
