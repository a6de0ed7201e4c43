"""Now: pages that wait, calls on the line, who is on call, and whether the line is well."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.desk import audit, live, sights
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import shifts
from ivr.line.answer import Line
from ivr.line.outcome import OUTCOMES
from ivr.storage import StoreUnavailable

HEALTH_FOR = 10  # seconds for which an answer about the line's health is good
UNREADABLE = "unreadable"


def blueprint(line: Line, health: Callable[[], Sequence[str]]) -> Room:
    """health: what is wrong with the line, in words; nothing: []."""
    room = Room("now", "clinician", "desk", label="Now", home="shown")

    @lru_cache(1)
    def asked(_moment: int) -> tuple[str, ...]:
        return tuple(health())

    def problems() -> tuple[str, ...]:
        return asked(int(line.clock.now().timestamp()) // HEALTH_FOR)

    @lru_cache(1)
    def mark_of(_second: int) -> str:
        try:
            return sights.look(line, problems).mark()
        except StoreUnavailable:
            return UNREADABLE

    def mark() -> str:
        return mark_of(int(time.monotonic()))  # one look a second, however many browsers are open

    @room.get("/now")
    def shown() -> str:
        sight = sights.look(line, problems)
        return render_template(
            "desk/now.html",
            sight=sight,
            clinical=member().role != "desk",
            mine=sight.on_call.stint is not None and sight.on_call.stint.person == member().person,
            outcomes=[(outcome, outcome.replace("_", " ")) for outcome in OUTCOMES.values()],
        )

    @room.get("/now/events")
    def events() -> Response:
        return live.events(line, mark)

    @room.post("/now/confirm")
    def confirm() -> AnyResponse:
        me = member()
        entries = shifts.confirmed(line, me.person, "desk") if me.person else []
        if not entries:
            flash("Nothing to confirm: you are not the first on call now, or have confirmed.", "warning")
        else:
            line.store.record(entries)
            audit.note(line, me, "confirmed the own shift")
            flash("Thank you. Calls reach you first now.", "success")
        return redirect(url_for("now.shown"))

    return room
