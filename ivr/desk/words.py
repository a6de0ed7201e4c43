"""What templates write: times by the clinic's clocks, masked numbers, people's names."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask, current_app, g, request
from markupsafe import Markup

from ivr.clock import from_iso, iso
from ivr.desk.room import Room
from ivr.line.answer import Line
from ivr.numbers import mask
from ivr.rota.local import twice, wall
from ivr.storage.staff import Member


def install(application: Flask, line: Line) -> None:
    """Give templates their filters and names: when, near, day, date, masked, person; clinic, me, pages."""

    def when(at: str | datetime | None) -> Markup:
        return written(at, line.config.clinic.zone, "%H:%M")

    def near(at: str | datetime | None) -> Markup:
        return written(at, line.config.clinic.zone, "%H:%M", year=False)

    def day(at: str | datetime | None) -> Markup:
        return written(at, line.config.clinic.zone, "")

    def person(name: str) -> str:
        return person_name(line, name)

    application.jinja_env.filters.update(
            when=when, near=near, day=day, date=dated, masked=masked, person=person
        )

    @application.context_processor
    def around() -> dict[str, object]:
        me: Member | None = g.get("member")
        return {
            "clinic": line.config.clinic.name,
            "rehearsal": line.config.line.rehearsal,
            "me": me,
            "my_name": (person(me.person) if me.person else me.name) if me else "",
            "pages": pages_for(me) if me else (),
            "here": request.blueprint,
        }


def pages_for(member: Member) -> tuple[Room, ...]:
    """Return the pages that the navigation offers somebody, in order."""
    rooms = (room for room in current_app.blueprints.values() if isinstance(room, Room))
    return tuple(room for room in rooms if room.label and member.role in room.roles)


def person_name(line: Line, name: str) -> str:
    """Return a person's full name by their id in config.yaml; what isn't one of those, as it is."""
    found = line.config.people.get(name)
    return found.name if found else name


def masked(number: str | None) -> str:
    """Return a number as pages may show it: "+44…123", "withheld"."""
    return mask(number or "")


def dated(day: date | str) -> Markup:
    """Return a day, which has no time zone, as <time>: "Fri 25 Dec 2026"."""
    named = date.fromisoformat(day) if isinstance(day, str) else day
    text = f"{named:%a} {named.day} {named:%b %Y}"
    return Markup('<time datetime="{}">{}</time>').format(named.isoformat(), text)


def written(at: str | datetime | None, zone: str, clock: str, year: bool = True) -> Markup:
    """Return a stored time as <time>: "Tue 24 Nov 2026 02:10"; nothing for None or "".

    In the hour that comes twice it says which: "Sun 25 Oct 2026 01:10 GMT".
    """
    if not at:
        return Markup("")
    instant = from_iso(at) if isinstance(at, str) else at
    there = wall(instant, zone)
    text = f"{there:%a} {there.day} {there:%b}" + (f" {there.year}" if year else "")
    if clock:
        text += f" {there:{clock}}" + (f" {there:%Z}" if twice(there) else "")
    return Markup('<time datetime="{}">{}</time>').format(iso(instant), text)
