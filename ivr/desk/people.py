"""People: the accounts of the clinic's staff, and who did what."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit, days
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.storage import journal, phones, pins, secondfactor, sessions, staff, tokens
from ivr.storage.staff import ROLES, Member, Role

AT_ONCE = 50  # lines of the list of what staff did
UNKNOWN = "There is no such account. Look at the list under People."
SO_ALREADY = "Nothing to change: it is so already."
LAST_OWNER = "That is the last owner who can log in. Make somebody else an owner first."


def blueprint(line: Line) -> Room:
    room = Room("people", label="People", home="everyone")

    def page(problem: str = "", field: str = "name", **typed: str) -> str:
        with line.store.read() as conn:
            members = staff.everyone(conn)
            inside = sessions.count(conn, line.clock.now())
        taken = {one.person for one in members}
        free = [(name, one.name) for name, one in line.config.people.items() if name not in taken]
        return render_template(
            "desk/people.html",
            members=members,
            inside=inside,
            free=free,
            problem=problem,
            field=field,
            typed=typed,
        )

    def someone(name: str) -> Member:
        with line.store.read() as conn:
            return staff.get(conn, name) or abort(404, UNKNOWN)

    def linked(name: str, link: str, why: str) -> str:
        address = f"{line.config.environment.public_url}{url_for('invitation.form', link=link)}"
        return render_template("desk/invited.html", name=name, address=address, why=why)

    def back(name: str, text: str, done: bool, otherwise: str = SO_ALREADY) -> Response:
        flash(text if done else otherwise, "success" if done else "warning")
        return redirect(url_for("people.one", name=name))

    @room.get("/people")
    def everyone() -> str:
        return page()

    @room.post("/people")
    def invite() -> str | tuple[str, int]:
        name, person = request.form.get("name", "").strip().lower(), request.form.get("person", "")
        role, link, now = _role(request.form.get("role", "")), tokens.new(), line.clock.now()
        typed = {"name": name, "person": person, "role": role}
        if person and person not in line.config.people:
            return page("There is nobody of that name in config.yaml.", "person", **typed), 422
        try:
            made = line.store.write(
                lambda conn: staff.add(conn, name, role, person, tokens.digest(link), now)
            )
        except ValueError as error:
            return page(str(error), **typed), 422
        if not made:
            taken = "This name, or this person, has an account already: open it above for a new link."
            return page(taken, **typed), 422
        audit.note(line, member(), f"invited somebody as {role}", about=name)
        return linked(name, link, "invited")

    @room.get("/people/<name>")
    def one(name: str) -> str:
        who = someone(name)
        with line.store.read() as conn:
            owned = phones.of_member(conn, line.config, who)
            left = secondfactor.left(conn, name)
            inside = sessions.count(conn, line.clock.now()).get(name, 0)
        pin_set = pins.set_at(line.store, phones.caller_of(who))
        return render_template(
            "desk/person.html",
            who=who,
            phones=owned,
            left=left,
            inside=inside,
            pin_set=pin_set,
            roles=[(role, role) for role in ROLES],
        )

    @room.post("/people/<name>/role")
    def change_role(name: str) -> Response:
        who, role = someone(name), _role(request.form.get("role", ""))
        done = line.store.write(lambda conn: staff.set_role(conn, name, role))
        if done:
            line.store.write(lambda conn: sessions.end_all(conn, name, ""))
            audit.note(line, member(), f"changed a role to {role}", about=name)
        last = who.role == "owner" != role
        return back(name, f"{name} is {role} from the next log-in.", done, *([LAST_OWNER] if last else []))

    @room.post("/people/<name>/reset")
    def reset(name: str) -> str | Response:
        someone(name)
        link, now = tokens.new(), line.clock.now()
        if not line.store.write(lambda conn: staff.invite(conn, name, tokens.digest(link), now)):
            return back(name, "", False, "The account is disabled. Enable it first.")
        audit.note(line, member(), "made a new link for an account", about=name)
        return linked(name, link, "reset")

    @room.post("/people/<name>/disable")
    def disable(name: str) -> Response:
        who, now = someone(name), line.clock.now()
        done = line.store.write(lambda conn: staff.disable(conn, name, now))
        if done:
            audit.note(line, member(), "disabled an account", about=name)
        last = [LAST_OWNER] if who.role == "owner" and not who.disabled_at else []
        return back(name, f"{name} can't log in any more.", done, *last)

    @room.post("/people/<name>/enable")
    def enable(name: str) -> Response:
        someone(name)
        done = line.store.write(lambda conn: staff.enable(conn, name))
        if done:
            audit.note(line, member(), "enabled an account", about=name)
        return back(name, f"{name} can log in again, with the password it had.", done)

    @room.post("/people/<name>/logout")
    def log_out(name: str) -> Response:
        someone(name)
        count = line.store.write(lambda conn: sessions.end_all(conn, name))
        audit.note(line, member(), "logged an account out everywhere", about=name)
        return back(name, f"{name} is logged out everywhere ({count}).", True)

    @room.post("/people/<name>/pin")
    def remove_pin(name: str) -> Response:
        done = pins.remove(line.store, phones.caller_of(someone(name)))
        if done:
            audit.note(line, member(), "removed a PIN", about=name)
        return back(name, f"{name} has no PIN now.", done)

    @room.get("/history")
    def history() -> str:
        with line.store.read() as conn:
            lines = journal.staff(conn, max(request.args.get("before", 0, days.number), 0), AT_ONCE)
        earlier = lines[-1].seq if len(lines) == AT_ONCE else 0
        return render_template("desk/history.html", lines=lines, earlier=earlier)

    return room


def _role(text: str) -> Role:
    """Return the role that a form names. Errors: 400."""
    return next((role for role in ROLES if role == text), None) or abort(400)
