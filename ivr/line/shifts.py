"""Shifts: the phone of whoever begins to be on call is really rung, and gaps ahead are told of in time."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.config.legs import of_person
from ivr.line.answer import Line
from ivr.rota.dues import spoken_by
from ivr.rota.rota import chain_at, gaps
from ivr.rota.stints import Stint, next_stint, stint_at
from ivr.storage import Entry, StoreUnavailable, errands, shifts
from ivr.storage.entry import JSON
from ivr.storage.journal import append

log = logging.getLogger(__name__)

DRILL = "drill"
FRESH = timedelta(minutes=15)  # a server that starts later in a shift than this rings nobody about it
PLACED_WITHIN = timedelta(minutes=5)  # a drill that can't be placed for so long counts as a try in vain
SOON = timedelta(minutes=5)  # a notice so shortly before the shift's own call is none
WORTH = timedelta(minutes=60)  # a text about a shift is worth sending for so long
LONGEST_NAME = 20  # signs of a person's name in a text, so that it stays one SMS
NAMED_AHEAD = timedelta(days=6)  # an end that is further ahead has no weekday to be named by


def watch(line: Line) -> None:
    """Begin the shift that goes on, plan its drill, and send the notices and alarms that are due."""
    config, now = line.config, line.clock.now()
    rota = config.rota_table()
    if (stint := stint_at(rota, now)) is not None:
        _begin(line, stint, now)
    if notice := timedelta(minutes=config.shifts.notice_minutes):
        coming = next_stint(rota, now, notice)
        if coming is not None and coming.starts - now >= SOON:
            line.store.record(_notice(config, coming, now))
    for hours in config.shifts.alarm_hours:
        for gap in gaps(rota, now, now + timedelta(hours=hours), 1):
            if gap.starts > now:
                line.store.record(_empty(config, gap.starts, hours, now))


def name_of(stint: Stint) -> str:
    """Return what a shift is called in the record."""
    return f"{stint.person} {iso(stint.starts)}"


def plan(line: Line, shift: str, person: str, number: int, due: datetime) -> bool:
    """Queue the drill's call of this number, from 1: the person's phones take turns."""
    return line.store.write(lambda conn: _put(line.config, conn, shift, person, number, due))


def _put(
    config: Config, conn: sqlite3.Connection, shift: str, person: str, number: int, due: datetime
) -> bool:
    phones = of_person(person, config.people[person])
    return errands.put(
        conn,
        key=f"{DRILL} {shift} {number}",
        kind=DRILL,
        subject=shift,
        leg=phones[(number - 1) % len(phones)],
        due_at=iso(due),
        deadline=iso(due + PLACED_WITHIN),
        data={"try": number},
    )


def confirmed(line: Line, person: str, how: str) -> list[Entry]:
    """Return the entries that confirm the shift of a person who was reached in any way; [] if none waits.

    how   "drill", "page", "command" …
    """
    now = line.clock.now()
    try:
        with line.store.read() as conn:
            rows = shifts.at(conn, iso(now))
    except StoreUnavailable:  # whoever presses 1 is joined all the same
        return []
    waiting = [row for row in rows if row["person"] == person and row["confirmed_at"] is None]
    at = iso(now, milliseconds=True)
    return [
        Entry(at, "", "shift_confirmed", f"confirmed {row['shift']}", {"shift": row["shift"], "how": how})
        for row in waiting
    ]


def missed(line: Line, shift: str, number: int) -> list[Entry]:
    """Return what follows a drill that brought no key 1, and plan the next one.

    After `shifts.tries` of them the next person and the owner are told, and the hunt begins with the next
    person; the drill goes on at longer intervals until the person confirms, or the shift ends.
    """
    config, now = line.config, line.clock.now()
    with line.store.read() as conn:
        row = shifts.get(conn, shift)
    if row is None or row["confirmed_at"] is not None or row["person"] not in config.people:
        return []
    told = config.shifts
    minutes = told.minutes_between if number < told.tries else told.again_minutes
    due = now + timedelta(minutes=minutes)
    if iso(due) < row["ends_at"]:
        plan(line, shift, row["person"], number + 1, due)
    if number != told.tries:
        return []
    log.warning("%s was not reached at the start of the shift", row["person"])
    at = iso(now, milliseconds=True)
    data: dict[str, JSON] = {"shift": shift, "person": row["person"], "tries": number}
    chain = [name for name in chain_at(config.rota_table(), now) if name != row["person"]]
    readers = tuple(dict.fromkeys((*chain[:1], config.owner)))
    words = {"name": _name(config, row["person"]), "until": _until(config, from_iso(row["ends_at"]), now)}
    return [
        Entry(at, "", "shift_unreached", f"unreached {shift}", data),
        _text(now, "unreached", readers, words, f"unreached text {shift}", urgent=True),
    ]


def words_for(config: Config, person: str, ends: datetime, now: datetime) -> str:
    """Return what a person hears whose shift begins."""
    name, until = config.people[person].name, _until(config, ends, now)
    return (
        f"{config.clinic.name} patient line, for {name}."
        f" You are on call until {until}. Press 1 to confirm that calls reach you."
    )


def _begin(line: Line, stint: Stint, now: datetime) -> None:
    """Note that a shift began, and plan its drill: both or neither. Errors: StoreUnavailable."""
    shift = name_of(stint)
    with line.store.read() as conn:
        if shifts.get(conn, shift) is not None:
            return
    data: dict[str, JSON] = {
        "shift": shift,
        "person": stint.person,
        "starts": iso(stint.starts),
        "ends": iso(stint.ends),
    }
    began = Entry(iso(now, milliseconds=True), "", "shift_started", f"shift {shift}", data)

    def work(conn: sqlite3.Connection) -> None:
        append(conn, [began])
        if line.config.shifts.drill and now - stint.starts <= FRESH:
            _put(line.config, conn, shift, stint.person, 1, now)

    line.store.write(work)


def _notice(config: Config, coming: Stint, now: datetime) -> list[Entry]:
    words = {
        "name": _name(config, coming.person),
        "from": spoken_by(coming.starts, now, config.clinic.zone),
        "until": _until(config, coming.ends, now),
    }
    return [_text(now, "handover", (coming.person,), words, f"handover {name_of(coming)}")]


def _empty(config: Config, starts: datetime, hours: int, now: datetime) -> list[Entry]:
    what = {"what": f"nobody is on call from {iso(starts)}"}
    key = f"empty {iso(starts)} {hours}"
    words = {"from": spoken_by(starts, now, config.clinic.zone)}
    return [
        Entry(iso(now, milliseconds=True), "", "alarm", key, what),
        _text(now, "empty_shift", (config.owner,), words, f"{key} text", urgent=True),
    ]


def _name(config: Config, person: str) -> str:
    return config.people[person].name[:LONGEST_NAME]


def _until(config: Config, ends: datetime, now: datetime) -> str:
    return spoken_by(ends, now, config.clinic.zone) if ends - now < NAMED_AHEAD else "further notice"


def _text(
    now: datetime,
    template: str,
    readers: tuple[str, ...],
    words: dict[str, str],
    key: str,
    urgent: bool = False,
) -> Entry:
    data: dict[str, JSON] = {
        "template": template,
        "to": "on_call",
        "readers": readers,
        "words": words,
        "urgent": urgent,
        "deadline": iso(now + WORTH),
    }
    return Entry(iso(now, milliseconds=True), "", "text", key, data)
