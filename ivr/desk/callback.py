"""The page behind a text's link: with the PIN it has a patient rung, once. It tells nothing of them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ivr.desk import visitor
from ivr.line import onelink
from ivr.line.answer import Line

# The same whatever was wrong: the link, its age, its use, the PIN, or too many tries.
WRONG = "That didn't work. The PIN may be wrong, or the link was used or is more than two hours old."


def blueprint(line: Line) -> Blueprint:
    """Return the page. Anybody may ask for it: whether a link is one shows only with the right PIN."""
    callback = Blueprint("callback", __name__)

    @callback.get("/c/<token>")
    def form(token: str) -> str:
        return render_template("desk/callback.html", problem="")

    @callback.post("/c/<token>")
    def ring(token: str) -> str | tuple[str, int]:
        address = visitor.address()
        pin = "".join(request.form.get("pin", "").split())
        if onelink.use(line, token, pin, address, visitor.behind_a_proxy(address)):
            return render_template("desk/ringing.html")
        return render_template("desk/callback.html", problem=WRONG), 403

    return callback
