"""One person's shifts as a calendar that phones and mail programs subscribe to (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ivr.clock import utc
from ivr.rota.laid import stretches
from ivr.rota.rota import Rota

PLACES = ("first", "second", "third")
_WIDEST = 75  # bytes of a line


def calendar(rota: Rota, person: str, name: str, starts: datetime, ends: datetime, now: datetime) -> bytes:
    """Return the times at which `person` is on call, from `starts` until `ends`.

    name   of the calendar; each event says only which place on the list the person has
    now    when it is made
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//clinic line//rota//EN",
        "METHOD:PUBLISH",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for at, until, place in _shifts(rota, person, starts, ends):
        word = PLACES[place] if place < len(PLACES) else f"place {place + 1}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_instant(at)}-{person}@clinic-line",
            f"DTSTAMP:{_instant(now)}",
            f"DTSTART:{_instant(at)}",
            f"DTEND:{_instant(until)}",
            f"SUMMARY:{_escaped(f'On call, {word}')}",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line)).encode()


def _shifts(
    rota: Rota, person: str, starts: datetime, ends: datetime
) -> list[tuple[datetime, datetime, int]]:
    """(from, until, place from 0), times that follow on each other with the same place as one."""
    found: list[tuple[datetime, datetime, int]] = []
    for at, until, chain in stretches(rota, starts, ends):
        if person in chain:
            place = chain.index(person)
            if found and found[-1][1:] == (at, place):
                at = found.pop()[0]
            found.append((at, until, place))
    return found


def _instant(at: datetime) -> str:
    return f"{utc(at):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 bytes, never split within a letter; each but the first is indented."""
    part, room = "", _WIDEST
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield part
            part, room = " ", _WIDEST - 1
        part, room = part + sign, room - size
    yield part
