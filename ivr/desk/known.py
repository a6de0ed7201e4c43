"""Browsers in which somebody has logged in before: guesses from elsewhere don't hold them up."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from ivr.clock import from_iso, iso
from ivr.desk import visitor
from ivr.line.answer import Line
from ivr.storage import tokens

LASTS = timedelta(days=180)  # after the last log-in


def cookie(line: Line, name: str) -> str:
    """Return the cookie's name: of its own for each account, since an office shares a browser."""
    begin = "__Host-known" if visitor.encrypted(line) else "known"
    return f"{begin}-{tokens.digest(name)[:12]}"


def remember(line: Line, response: Response, name: str) -> None:
    """Leave the proof that this account has logged in here. It lets nobody in."""
    response.set_cookie(
        cookie(line, name),
        _sealer(line).seal(iso(line.clock.now()), name),
        max_age=LASTS,
        path="/",
        secure=visitor.encrypted(line),
        httponly=True,
        samesite="Strict",
    )


def mark(line: Line, name: str) -> str:
    """Return what tells this browser from others, if that account has logged in here lately; "" if not."""
    kept = request.cookies.get(cookie(line, name), "")[:512]
    at = _sealer(line).open(kept, name) if kept else None
    if at is None or not timedelta() <= line.clock.now() - from_iso(at) < LASTS:
        return ""
    return tokens.digest(kept)[:32]


def _sealer(line: Line) -> tokens.Sealer:
    return tokens.Sealer(line.config.environment.secret_key, "known browsers")
