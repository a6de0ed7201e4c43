"""Setting up the codes of an app (TOTP), and the recovery codes that go with it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.room import Room
from ivr.desk.signin import sealer, step_of, unconfirmed
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.storage import secondfactor, tokens

CODES = 8  # recovery codes


def add_to(room: Room, line: Line) -> None:
    """Add the views to the account's room."""

    def waiting(name: str) -> tuple[str, str]:
        """(the sealed secret that waits for its first code, itself). One is made when there is none."""
        import pyotp

        fresh = sealer(line).seal(pyotp.random_base32(), name)
        with line.store.read() as conn:
            kept = secondfactor.proposed(conn, name)
        if kept is None:
            line.store.write(lambda conn: secondfactor.propose(conn, name, fresh))
            with line.store.read() as conn:
                kept = secondfactor.proposed(conn, name) or fresh
        return kept, sealer(line).open(kept, name) or ""

    def page(**problems: str) -> str:
        import pyotp
        import segno

        me = member()
        _, secret = waiting(me.name)
        totp = pyotp.TOTP(secret, name=me.name, issuer=line.config.clinic.name)
        drawn = segno.make(totp.provisioning_uri(), error="m")
        picture = Markup(drawn.svg_inline(svgclass="qr", lineclass="", omitsize=True))
        spelt = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return render_template("desk/code.html", picture=picture, spelt=spelt, problems=problems)

    @room.get("/account/code")
    def code() -> str:
        return page()

    @room.post("/account/code")
    def begin_codes() -> str | tuple[str, int] | Response:
        me = member()
        sealed, secret = waiting(me.name)
        if problem := unconfirmed(line, me, request.form.get("password", "")):
            return page(
                password=problem
            ), 422  # whoever found this browser open doesn't take the account over
        step = step_of(secret, request.form.get("code", ""), line.clock.now()) if secret else None
        if step is None:
            return page(code="That isn't the code that the app shows now. Is the phone's time right?"), 422
        codes = [tokens.recovery_code() for _ in range(CODES)]
        if not line.store.write(lambda conn: secondfactor.begin(conn, me.name, sealed, step, codes)):
            flash("This was set up in another window just now.", "warning")
            return redirect(url_for("account.shown"))
        audit.note(line, me, "set up codes of an app")
        return render_template("desk/recovery.html", codes=codes)
