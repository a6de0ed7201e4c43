"""What is checked before any page, and what every answer carries: in one place, for all of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.desk import visitor
from ivr.desk.room import PUBLIC, Room
from ivr.line.answer import Line

LONGEST = 64 * 1024  # bytes of a form: no page of ours asks for more
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FILES = frozenset({"bootstrap.static", "desk.static", "health.health_view"})  # never need to know who asks

# Bootstrap's style sheet draws its ticks and arrows as data: images. Nothing else comes from elsewhere.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOREIGN = "This didn't come from a page of the desk. Open the page again, and press the button there."
LOGGED_OUT = "You were logged out, and what you sent wasn't kept. Log in, then send it again."
_A_YEAR = "max-age=31536000"


def install(application: Flask, line: Line) -> None:
    """Have every request of `application` checked, and every answer made safe."""
    encrypted = visitor.encrypted(line)
    ours = urlsplit(line.config.environment.public_url).netloc
    application.config.update(
        MAX_CONTENT_LENGTH=LONGEST,
        MAX_FORM_PARTS=100,
        SESSION_COOKIE_NAME="__Host-flash" if encrypted else "flash",  # holds flash() messages only
        SESSION_COOKIE_SECURE=encrypted,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )

    @application.before_request
    def check() -> AnyResponse | str | None:
        g.member = None
        if request.endpoint is None:
            g.member = visitor.find(line)
            return None  # there is no such page: it says so, with the navigation
        if request.method not in SAFE and not from_our_pages(ours):
            abort(403, FOREIGN)
        if (request.content_length or 0) > LONGEST:
            abort(413)
        if request.endpoint in _FILES:
            return None
        g.member = visitor.find(line)
        if request.endpoint in PUBLIC:
            return None
        return _admit()

    @application.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if encrypted:
            response.headers.setdefault("Strict-Transport-Security", _A_YEAR)
        if request.endpoint not in _FILES:
            response.headers["Cache-Control"] = "no-store"
        return response


def from_our_pages(ours: str) -> bool:
    """Return whether a request was made by a page of ours. ours: host and port of IVR_PUBLIC_URL.

    Browsers say so in Sec-Fetch-Site, older ones in Origin; what says neither is refused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if not origin:
        return False
    return urlsplit(origin).netloc in (request.host, ours)


def _admit() -> AnyResponse | str | None:
    """Let a member in whom the Room names; send others to log in, or away. What is of no Room is refused."""
    room = current_app.blueprints.get(request.blueprint or "")
    if not isinstance(room, Room):
        abort(403)
    if g.member is None:
        if request.method in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
            # A link in a mail: the browser keeps a Strict cookie back, but not when our own page asks again.
            return render_template("desk/again.html")
        if request.method not in SAFE:
            flash(LOGGED_OUT, "warning")
            if unsent := request.form.get("note", "").strip():
                back = urlsplit(request.referrer or "")._replace(scheme="", netloc="", fragment="").geturl()
                return render_template("desk/login.html", onward=back, unsent=unsent)
            return redirect(url_for("login.form"))
        return redirect(url_for("login.form", next=request.full_path.rstrip("?")))
    if g.member.role not in room.roles:
        abort(403)
    if g.member.role == "owner" and not g.member.coded and room.name not in ("account", "login"):
        flash("Owners need codes from an app as well as a password. Set them up here.", "warning")
        return redirect(url_for("account.code"))
    return None
