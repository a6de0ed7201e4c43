"""Having a patient rung: asked for on a page of the desk, or through a link that a text held.

Who asks has proved who they are (a log-in, a PIN). Their own phone rings first, and when they press 1 on it
the patient's: either sees the clinic's number (ivr.line.errand.callback).
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Literal

from ivr import numbers
from ivr.clock import iso
from ivr.line.answer import Line
from ivr.line.staff import owner_of, role_of
from ivr.storage import Entry, callbacks, errands, phones
from ivr.storage.entry import JSON

LASTS = timedelta(minutes=5)  # whoever asked stands beside their phone

Asked = Literal["queued", "going on", "not theirs", "no number"]


def request(
    line: Line,
    person_leg: str,
    page: str | None = None,
    message: str | None = None,
    number: str | None = None,
) -> Asked:
    """Queue the call that rings `person_leg` first, then the patient. Exactly one of the others says whom.

    page     the patient's call (its sid), whether it has a page or not
    message  as `page`, for somebody of the desk who is to ring whoever left a message
    number   as keyed: "07700…", or 00 and the country code; see numbers.keyed()

    "going on"    that phone rings, or talks, about this patient already: nothing is queued
    "not theirs"  the desk may not ring the patient of a page
    "no number"   it was withheld, isn't known, or must not be rung
    Errors: StoreUnavailable; ValueError unless one of the three is given.
    """
    given = [subject for subject in (page, message, number) if subject is not None]
    if len(given) != 1:
        raise ValueError("give one of page, message and number")
    rung = None
    if number is not None:
        config = line.config
        rung = numbers.keyed(number, config.clinic.home, config.callback.countries)
        if rung is None or rung == config.clinic.number:
            return "no number"
    return line.store.write(lambda conn: queue(line, conn, person_leg, given[0], rung))


def queue(line: Line, conn: sqlite3.Connection, leg: str, call: str, number: str | None = None) -> Asked:
    """Do what request() does, within the write door. number: E.164, then `call` is of no account."""
    found = phones.of_leg(conn, line.config, leg)
    who = found.owner if found else owner_of(leg)
    subject = callbacks.KEYED if number else call
    if number is None:
        row = callbacks.patient(conn, call)
        if row is None or not row["caller"]:
            return "no number"
        if row["page"] is not None and role_of(line, conn, who) == "desk":
            return "not theirs"
    if any(row["leg"] == leg for row in errands.going_on(conn, callbacks.KIND, subject)):
        return "going on"
    now = line.clock.now()
    errands.put(
        conn,
        key=f"callback {iso(now, milliseconds=True)} {leg} {subject}",
        kind=callbacks.KIND,
        subject=subject,
        leg=leg,
        due_at=iso(now),
        deadline=iso(now + LASTS),
        data={"who": who},
        number=number or "",
    )
    return "queued"


def asked(line: Line, leg: str, call: str, how: str) -> Entry:
    """Return the entry that says that somebody asked for a call to a patient. how: "link", "desk"."""
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"who": owner_of(leg), "leg": leg, "what": how, "result": "asked"}
    return Entry(at, call, "callback", f"callback {how} {leg} {at}", data)
