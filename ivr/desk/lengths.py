"""What templates write of phones and lengths: how long ago, how long, at which second, whose phone."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from ivr.clock import from_iso
from ivr.desk.sights import contact_name, leg_name
from ivr.line.answer import Line
from ivr.rota.local import wall


def install(application: Flask, line: Line) -> None:
    """Give templates the filters since, lasted, contact, clock and leg."""
    application.jinja_env.filters.update(
        since=lambda at: since(at, line.clock.now()),
        lasted=lasted,
        contact=lambda contact: contact_name(line, contact),
        clock=lambda at: clock(at, line.config.clinic.zone),
        leg=lambda leg: leg_name(line, leg),
    )


def since(at: str | datetime, now: datetime) -> int:
    """Return the seconds from `at` until now; never less than 0."""
    return max(int((now - _instant(at)).total_seconds()), 0)


def lasted(seconds: int) -> str:
    """Return a length as people read it: "0:42", "12:07", "3 h 05 min", "4 days"."""
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02}"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"
    return f"{seconds // 86400} days"


def clock(at: str | datetime, zone: str) -> str:
    """Return the time of day, to the second: "02:10:05"."""
    return f"{wall(_instant(at), zone):%H:%M:%S}"


def _instant(at: str | datetime) -> datetime:
    return from_iso(at) if isinstance(at, str) else at
