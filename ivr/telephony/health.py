"""GET /health: would the line answer a call now, as it should?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from ivr.line.answer import Line
from ivr.line.signed import unsigned
from ivr.line.watch import Watch
from ivr.storage import faults


def blueprint(line: Line, watch: Watch) -> Blueprint:
    """Return the one route that needs no signature. It tells nothing of any call, person or number.

    200: all is well. 503: something is wrong; `problems` says what. Calls are answered even then.
    `warnings` are what somebody has to see to in the next days.
    """
    health = Blueprint("health", __name__)

    @health.get("/health")
    def health_view() -> tuple[Response, int]:
        problems = problems_of(line, watch)
        live = line.editions.live
        state = {
            "ok": not problems,
            "problems": problems,
            "warnings": warnings_of(line),
            "revision": live.revision,
            "rehearsal": live.config.line.rehearsal,
            "unsigned": unsigned(live.config, live.flows, line.clock.now()),
        }
        return jsonify(state), 503 if problems else 200

    return health


def warnings_of(line: Line) -> list[str]:
    """Return how many contacts are switched off, and since when; `ivr rota` names them."""
    try:
        with line.store.read() as conn:
            off = line.contacts.off(conn)
            since = [row["off_at"] for row in faults.listed(conn) if row["contact"] in off]
    except Exception:
        return []  # `problems` says that the database can't be read
    if not since:
        return []
    many = "a phone or address is" if len(since) == 1 else f"{len(since)} phones or addresses are"
    return [f"{many} switched off, since {min(since)}: `ivr contacts` names them, with the cure"]


def problems_of(line: Line, watch: Watch) -> list[str]:
    """Return what is wrong, in words for the person who runs the server; nothing is wrong: []."""
    problems = []
    if not line.store.writable():
        problems.append("the database can't be written: what happens is spilled beside it")
    elif line.store.behind():
        problems.append("spilled lines have yet to be taken in")
    try:
        with line.store.read() as conn:
            conn.execute("SELECT 1 FROM calls LIMIT 1").fetchone()
        problems += watch.problems()
    except Exception:
        problems.append("the database can't be read")
    live = line.editions.live
    if not live.config.line.rehearsal:
        for name, state in unsigned(live.config, live.flows, line.clock.now()).items():
            problems.append(f"no clinician answers for flow {name}: {state}")
    if line.editions.failed:
        problems.append("what was published last can't be taken in: the log says why")
    return problems
