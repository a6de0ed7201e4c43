"""Whom to ring: the latest page, another call by its reference, or a number keyed in.

Clinicians hear of pages and their signs; the desk may ring whoever left a message that isn't for a clinician.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from ivr import numbers
from ivr.clock import from_iso, iso
from ivr.flow.turn import Input, Keys
from ivr.line.answer import Line
from ivr.line.errand import ringing
from ivr.line.errand.asking import ask, key_of, missed
from ivr.line.errand.errand import Errand, Said
from ivr.line.errand.keypad import may_mean
from ivr.line.staff import role_of
from ivr.rota.local import wall
from ivr.storage import Entry, callbacks, errands

LATEST = "Press 1 to ring the patient."
OTHERS = "For another, by its reference, press 2. To key a number, press 3."
NONE_OPEN = "No page is open."
REFERENCE = "Key the six characters of the reference, each on the key that has it, then hash."
UNKNOWN = "I don't find that reference."
NUMBER = "Key the patient's number, then hash. For another country, begin with 0 0."
SURE = "The number that ends in {ending}. Press 1 to ring it, or 2 to key another."
REFUSED = "That number can't be rung from here."
LONGEST = 20  # keys of a number: 00, a country code, and the hash is the 18th at most
KEPT = timedelta(days=14)  # how old a call may be to be found by its reference
MOST = 4  # calls that are offered for the same keys


def menu(
    line: Line, errand: Errand, says: str = "", misses: int = 0, entries: Sequence[Entry] = ()
) -> Said:
    """Offer what there is. says: spoken before, with which a key cuts in."""
    with line.store.read() as conn:
        clinician = role_of(line, conn, str(errand.data["who"])) == "clinician"
        waiting = callbacks.waiting(conn) if clinician else []
    words, latest = OTHERS, ""
    if waiting:
        latest = waiting[0]["call"]
        count = f"{len(waiting)} pages are open. The latest:" if len(waiting) > 1 else "Open:"
        words = f"{count} {_told(line, waiting[0])}. {LATEST} {OTHERS}"
    elif clinician:
        words = f"{NONE_OPEN} {OTHERS}"
    return ask(line, errand, "menu", f"{says} {words}".strip(), 1, misses, entries, latest=latest)


def chosen(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Take the key pressed at the menu."""
    key, latest = key_of(came), str(errand.data.get("latest", ""))
    if key == "1" and latest:
        return _of_call(line, errand, latest, sid)
    if key == "2":
        return ask(line, errand, "reference", REFERENCE, 7)
    if key == "3":
        return ask(line, errand, "number", NUMBER, LONGEST)
    if key == "*":
        return menu(line, errand)
    if errand.misses + 1 >= 3:
        return missed(line, errand, "menu", "")
    return menu(line, errand, misses=errand.misses + 1)


def referred(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Take the keys of a reference: offer the calls that they can mean."""
    keys = came.digits if isinstance(came, Keys) else ""
    if keys == "*":
        return menu(line, errand)
    now = line.clock.now()
    with line.store.read() as conn:
        desk = role_of(line, conn, str(errand.data["who"])) == "desk"
        found = [
            row
            for row in callbacks.patients_since(conn, iso(now - KEPT))
            if may_mean(keys, row["ref"]) and not (desk and not for_desk(line, row))
        ][:MOST]
    if not found:
        return missed(line, errand, "reference", REFERENCE, 7, why=UNKNOWN if keys else "")
    return ask(line, errand, "which", _offered(line, found), calls=[row["call"] for row in found])


def picked(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Take the key for one of the calls that were offered."""
    key, given = key_of(came), errand.data["calls"]
    calls = [str(call) for call in given] if isinstance(given, (list, tuple)) else []
    if key == "*":
        return menu(line, errand)
    if key.isdigit() and 1 <= int(key) <= len(calls):
        return _of_call(line, errand, calls[int(key) - 1], sid)
    with line.store.read() as conn:
        found = [row for call in calls if (row := callbacks.patient(conn, call)) is not None]
    return missed(line, errand, "which", _offered(line, found))


def keyed(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Take a number that was keyed in. It is kept in the errand's row, and never said but for its end."""
    keys = came.digits if isinstance(came, Keys) else ""
    if keys == "*":
        return menu(line, errand)
    config = line.config
    number = numbers.keyed(keys, config.clinic.home, config.callback.countries)
    if number is None or number == config.clinic.number:
        return missed(line, errand, "number", NUMBER, LONGEST, why=REFUSED if keys else "")
    errand = ringing.begun(line, errand, callbacks.KEYED, sid, number)
    return ask(line, errand, "sure", SURE.format(ending=numbers.ending(number)))


def sure(line: Line, errand: Errand, came: Input, sid: str) -> Said:
    """Ring the number that was keyed in, if it is the right one."""
    key = key_of(came)
    if key == "1":
        return ringing.keyed(line, errand, sid)
    if key == "2":
        return ask(line, errand, "number", NUMBER, LONGEST)
    with line.store.read() as conn:
        row = errands.get(conn, errand.row)
    ending = numbers.ending(row["number"] or "") if row else ""
    return missed(line, errand, "sure", SURE.format(ending=ending))


def for_desk(line: Line, row: sqlite3.Row) -> bool:
    """Return whether the desk may ring a call's patient: a message, none for a clinician, no page."""
    boxes = str(row["boxes"] or "").split(",")
    known = line.config.boxes
    urgent = any(box in known and known[box].urgent for box in boxes)
    return row["page"] is None and bool(row["boxes"]) and not urgent


def _of_call(line: Line, errand: Errand, call: str, sid: str) -> Said:
    problem = ringing.problem(line, errand, call)
    return menu(line, errand, problem) if problem else ringing.patient(line, errand, call, sid)


def _offered(line: Line, rows: Sequence[sqlite3.Row]) -> str:
    return " ".join(f"For {_told(line, row)}, press {place}." for place, row in enumerate(rows, 1))


def _told(line: Line, row: sqlite3.Row) -> str:
    """A call in words, with the signs of its page: the desk is never offered one that has a page."""
    zone, now = line.config.clinic.zone, line.clock.now()
    if row["page"] is None:
        what = "the message" if row["boxes"] else "the call"
        return f"{what} of {since(from_iso(row['started_at']), now, zone)}"
    words = f"the page since {since(from_iso(row['opened_at']), now, zone)}"
    if signs := json.loads(row["signs"] or "[]"):
        words += f", {' and '.join(signs)}"
    if row["accepted_by"]:
        person = line.config.people.get(row["accepted_by"])
        words += f", taken by {person.name if person else 'somebody'}"
    return words


def since(at: datetime, now: datetime, zone: str) -> str:
    """Return a time in the past as it is said: "21:04", "21:04 yesterday", "21:04 on Monday"."""
    then, today = wall(at, zone), wall(now, zone)
    days = (today.date() - then.date()).days
    clock = f"{then:%H:%M}"
    if days <= 0:
        return clock
    if days == 1:
        return f"{clock} yesterday"
    return f"{clock} on {then:%A}" if days < 7 else f"{clock} on {then.day} {then:%B}"
