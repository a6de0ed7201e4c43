"""One's own phone: its number, and whether a call has proved it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.numbers import caller
from ivr.storage import phones

WRITE = "Write it with the country code, as in +44 7700 900123."


def add_to(room: Room, line: Line, page: Callable[..., str]) -> None:
    """Add the views to the account's room. page: renders the account, with problems by field."""

    @room.post("/account/phone")
    def set_phone() -> Response | tuple[str, int]:
        me, typed = member(), request.form.get("phone", "")
        number = "".join(sign for sign in typed if sign not in " -()")
        if number.startswith("0") and not number.startswith("00"):
            number = line.config.clinic.home + number[1:]
        if number and caller(number, line.config.clinic.home).number is None:
            return page(phone=WRITE, phone_typed=typed), 422
        if number:
            line.store.write(lambda conn: phones.put(conn, me.name, number))
        else:
            line.store.write(lambda conn: phones.remove(conn, me.name))
        audit.note(line, me, "changed the own phone" if number else "removed the own phone")
        flash("Your phone's number is kept." if number else "Your phone's number is removed.", "success")
        return redirect(url_for("account.shown"))
