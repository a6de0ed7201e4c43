"""Rota: the weeks ahead, who stands in for whom, days with other hours, and calendars to subscribe to."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from flask import Response as Plain
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, days, rotaform
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.desk.weeks import Stretch, weeks
from ivr.line import laying
from ivr.line.answer import Line
from ivr.line.laying import Unfit
from ivr.rota.ical import calendar
from ivr.rota.local import wall
from ivr.storage import feeds, laid, tokens
from ivr.storage.staff import Member

WEEKS, MOST = 4, 26
BACK, AHEAD = timedelta(days=14), timedelta(days=182)  # of a calendar
MEANWHILE = "Somebody changed the rota meanwhile. Look at what yours would do now, and save it again."
OTHER_HOURS = (
    "Somebody changed the hours of that day meanwhile: “Now” is what holds by theirs. Look, and save again."
)


def blueprint(line: Line) -> Room:
    room = Room("rota", "clinician", "desk", label="Rota", home="shown")

    @room.get("/rota")
    def shown() -> str:
        me, config, now = member(), line.config, line.clock.now()

        def link(one: Stretch, whose: str) -> str:
            given = rotaform.given(config, me, one, whose) if one.ends > now else {}
            return f"{url_for('rota.change')}?{urlencode(given)}" if given else ""

        count = min(max(request.args.get("weeks", WEEKS, int), 1), MOST)
        with line.store.read() as conn:
            changes = laid.coming(conn, now)
            days = laid.days(conn, wall(now, config.clinic.zone).date())
            fed = feeds.made_at(conn, me.person) if me.person else ""
        return render_template(
            "desk/rota.html",
            weeks=weeks(config, now, count, link),
            count=count,
            changes=changes,
            days=days,
            fed=fed,
            link=link,
            now=now,
        )

    def form(given: dict[str, str], problems: dict[str, str], found: laying.Preview | None = None) -> str:
        people = [(name, one.name) for name, one in line.config.people.items()]
        return render_template(
            "desk/rotachange.html", typed=given, problems=problems, found=found, people=people
        )

    @room.get("/rota/change")
    def change() -> str | tuple[str, int]:
        """The form; once it was filled in, what the change would do."""
        me, given = _may_change(), rotaform.typed(request.args, member())
        if "look" not in request.args:
            return form(given, {})
        try:
            return form(given, {}, rotaform.change(line.config, given, me, line.clock.now()))
        except Unfit as error:
            return form(given, {error.field: str(error)}), 422

    @room.post("/rota/change")
    def save() -> Response | str | tuple[str, int]:
        me, given = _may_change(), rotaform.typed(request.form, member())
        try:
            found = rotaform.change(line.config, given, me, line.clock.now())
        except Unfit as error:
            return form(given, {error.field: str(error)}), 422
        number = laying.save(line, found, me.name, request.form.get("state", ""))
        if number is None:
            flash(MEANWHILE, "warning")
            return form(given, {}, rotaform.change(line.config, given, me, line.clock.now())), 409
        audit.note(line, me, "changed the rota", about=f"change {number}")
        flash("Saved. It holds from the next minute.", "success")
        return redirect(url_for("rota.shown"))

    @room.post("/rota/undo")
    def undo() -> Response:
        me = _may_change()
        number = request.form.get("change", 0, days.number)
        if laying.undo(line, number, None if me.role == "owner" else me.name):
            audit.note(line, me, "undid a change of the rota", about=f"change {number}")
            flash("Undone. What it did until now stays.", "success")
        else:
            flash("Nothing to undo: it is over, was undone, or somebody else made it.", "warning")
        return redirect(url_for("rota.shown"))

    def day_form(problems: dict[str, str], found: rotaform.Day | None = None) -> str:
        tables = [(name, name) for name in line.config.hours]
        was = 0
        if found:
            with line.store.read() as conn:
                was = laid.day_number(conn, found.hours, found.day)
        return render_template(
            "desk/rotaday.html", typed=request.values, problems=problems, found=found, tables=tables, was=was
        )

    @room.get("/rota/day")
    def day() -> str | tuple[str, int]:
        _owner()
        if "look" not in request.args:
            return day_form({})
        try:
            return day_form({}, rotaform.day(line.config, request.args, line.clock.now()))
        except Unfit as error:
            return day_form({error.field: str(error)}), 422

    @room.post("/rota/day")
    def save_day() -> Response | tuple[str, int]:
        me = _owner()
        try:
            found = rotaform.day(line.config, request.form, line.clock.now())
        except Unfit as error:
            return day_form({error.field: str(error)}), 422
        was = request.form.get("was", 0, days.number)
        if not laying.day_differs(line, found.hours, found.day, found.after, me.name, was):
            flash(OTHER_HOURS, "warning")
            return day_form({}, rotaform.day(line.config, request.form, line.clock.now())), 409
        audit.note(line, me, "changed the hours of a day", about=f"{found.hours} {found.day}")
        flash("Saved.", "success")
        return redirect(url_for("rota.shown"))

    @room.post("/rota/day/undo")
    def undo_day() -> Response:
        me, number = _owner(), request.form.get("day", 0, days.number)
        if laying.day_as_ever(line, number):
            audit.note(line, me, "gave a day its ordinary hours again", about=f"day {number}")
            flash("Undone: the day has its ordinary hours.", "success")
        else:
            flash("Nothing to undo: it was undone already.", "warning")
        return redirect(url_for("rota.shown"))

    @room.post("/rota/calendar")
    def begin_calendar() -> str:
        me, token, now = member(), tokens.new(), line.clock.now()
        if me.person not in line.config.people:
            abort(403, "Your account belongs to nobody on the rota. An owner makes one that does.")
        line.store.write(lambda conn: feeds.begin(conn, me.person, token, now))
        audit.note(line, me, "made an address for the own calendar")
        address = f"{line.config.environment.public_url}{url_for('rota.fetched', token=token)}"
        return render_template("desk/rotafeed.html", address=address)

    @room.post("/rota/calendar/end")
    def end_calendar() -> Response:
        me = member()
        if line.store.write(lambda conn: feeds.end(conn, me.person)):
            audit.note(line, me, "ended the address of the own calendar")
        flash("The address no longer works.", "success")
        return redirect(url_for("rota.shown"))

    @room.get("/rota/<token>.ics")
    def fetched(token: str) -> Plain:
        """For calendar programs, which can't log in: whoever has the address may read one person's shifts."""
        config, now = line.config, line.clock.now()
        with line.store.read() as conn:
            person = feeds.of_token(conn, token)
        if person is None or person not in config.people:
            abort(404)
        name = f"{config.clinic.name}: on call"
        text = calendar(config.rota_table(), person, name, now - BACK, now + AHEAD, now)
        return Plain(text, mimetype="text/calendar")

    return room


def _may_change() -> Member:
    me = member()
    if me.role != "owner" and not (me.role == "clinician" and me.person):
        abort(403, "An owner changes the rota, and clinicians hand over their own shifts.")
    return me


def _owner() -> Member:
    me = member()
    if me.role != "owner":
        abort(403, "An owner changes the hours of a day.")
    return me
