"""Who asks: the cookie that a log-in leaves, the member it belongs to, and the address."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

from flask import g, request
from werkzeug.wrappers import Response

from ivr.line.answer import Line
from ivr.storage import StoreUnavailable, sessions
from ivr.storage.staff import Member


def encrypted(line: Line) -> bool:
    """Return whether browsers reach the line over https. Only an address on this machine may be without."""
    return line.config.environment.public_url.startswith("https://")


def cookie(line: Line) -> str:
    """Return the cookie's name. Browsers refuse a __Host- cookie that another host or plain http sets."""
    return "__Host-ivr" if encrypted(line) else "ivr"


def member() -> Member:
    """Return who is logged in. Only for routes of a Room, which let nobody else in."""
    found: Member = g.member
    return found


def find(line: Line) -> Member | None:
    """Return whose cookie came along, or None; note that it is in use. Errors: StoreUnavailable."""
    token = request.cookies.get(cookie(line), "")
    if not token:
        return None
    now = line.clock.now()
    with line.store.read() as conn:
        found = sessions.find(conn, token, now)
    if found is None:
        return None
    who, stale = found
    if stale and "text/event-stream" not in request.headers.get("Accept", ""):
        with suppress(StoreUnavailable):  # looking goes on while nothing can be written
            line.store.write(lambda conn: sessions.seen(conn, token, now))
    return who


def let_in(line: Line, response: Response, name: str) -> None:
    """Log an account in: begin a session, and put its secret into a cookie. Errors: StoreUnavailable."""
    now = line.clock.now()
    token = line.store.write(lambda conn: sessions.begin(conn, name, now))
    response.set_cookie(
        cookie(line), token, path="/", secure=encrypted(line), httponly=True, samesite="Strict"
    )


def let_out(line: Line, response: Response) -> None:
    """Log this browser out. Errors: StoreUnavailable."""
    token = request.cookies.get(cookie(line), "")
    line.store.write(lambda conn: sessions.end(conn, token))
    response.delete_cookie(cookie(line), path="/", secure=encrypted(line), httponly=True, samesite="Strict")


def token(line: Line) -> str:
    """Return the secret of this browser's own session."""
    return request.cookies.get(cookie(line), "")


def address() -> str:
    """Return where a request comes from. A proxy on this machine is believed, and so only what it added."""
    direct = request.remote_addr or ""
    if not _loopback(direct):
        return direct
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:64] or direct


def behind_a_proxy(address: str) -> bool:
    """Return whether many may share an address: it is the one of a proxy here, which didn't say who asked."""
    return _loopback(address)


def _loopback(text: str) -> bool:
    try:
        return ip_address(text.strip("[]")).is_loopback
    except ValueError:
        return False
