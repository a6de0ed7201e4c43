"""GET /health: would the line answer a call now, as it should?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from ivr.line.answer import Line


def blueprint(line: Line) -> Blueprint:
    """Return the one route that needs no signature. It tells nothing of any call, person or number.

    200: all is well. 503: something is wrong; `problems` says what. Calls are answered even then.
    """
    health = Blueprint("health", __name__)

    @health.get("/health")
    def health_view() -> tuple[Response, int]:
        problems = problems_of(line)
        live = line.editions.live
        state = {
            "ok": not problems,
            "problems": problems,
            "revision": live.revision,
            "rehearsal": live.config.line.rehearsal,
        }
        return jsonify(state), 503 if problems else 200

    return health


def problems_of(line: Line) -> list[str]:
    """Return what is wrong, in words for the person who runs the server; nothing is wrong: []."""
    problems = []
    if not line.store.writable():
        problems.append("the database can't be written: what happens is spilled beside it")
    elif line.store.behind():
        problems.append("spilled lines have yet to be taken in")
    try:
        with line.store.read() as conn:
            conn.execute("SELECT 1 FROM calls LIMIT 1").fetchone()
    except Exception:
        problems.append("the database can't be read")
    if not line.moments.at(int(line.clock.now().timestamp())).hunts.get("on_call"):
        problems.append("nobody is on call")
    return problems
