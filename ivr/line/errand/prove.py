"""Proving that a phone is somebody's: it is rung, and the code that their page shows is keyed in.

Whoever is logged in sees the code and whoever holds the phone keys it: only one person does both.
"""

from __future__ import annotations

import secrets
import sqlite3
from datetime import timedelta

from ivr.clock import iso
from ivr.flow.turn import HungUp, Input, Keys, Listen
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand, Kind, Said
from ivr.line.errand.record import result
from ivr.storage import errands, phones, throttle
from ivr.storage.phones import Phone
from ivr.storage.staff import Member, noted

NAME = "prove_phone"
DIGITS = 4
LASTS = timedelta(minutes=10)
TRIES = 3  # keyings in one call
# Calls that somebody may have made for them: whoever's phone it is may not want to be rung.
PACE = throttle.Pace(free=3, first=60, longest=3600)


def begin(line: Line, who: Member, phone: Phone) -> str:
    """Have a phone rung, and return the code to be keyed in. "": too many calls were asked for just now.

    Errors: StoreUnavailable.
    """
    now = line.clock.now()
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    if not line.store.write(lambda conn: throttle.may_try(conn, f"prove:{who.name}", PACE, now)):
        return ""

    def plan(conn: sqlite3.Connection) -> bool:
        phones.expect(conn, phone, who.name, code, now + LASTS)
        errands.withdraw(conn, NAME, phone.leg)
        return errands.put(
            conn,
            key=f"{NAME} {secrets.token_hex(8)}",
            kind=NAME,
            subject=phone.leg,
            leg=phone.leg,
            due_at=iso(now),
            deadline=iso(now + LASTS),
            data={"who": who.name},
            number=phone.number,
        )

    line.store.write(plan)
    return code


def turn(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """Ask for the code; the right one proves the phone."""
    if isinstance(came_in, HungUp):
        return Said((), errand)
    if isinstance(came_in, Keys):
        now, typed = line.clock.now(), came_in.digits.rstrip("#")
        if line.store.write(lambda conn: phones.prove(conn, errand.leg, typed, now)):
            done = noted(str(errand.data.get("who", "")), "proved a phone by a call", now, errand.leg)
            return Said(
                ("Thank you. This phone is yours on the clinic's pages now. Goodbye.",),
                errand.at("proved"),
                entries=(result(line, errand, "confirmed"), done),
            )
    misses = errand.misses + 1
    if misses > TRIES:
        return Said(("That isn't the code. Ask for another call on the page. Goodbye.",), errand.at("over"))
    first = f"This is {line.config.clinic.name}. Key in the four digits that your page shows."
    again = "That isn't it. Key in the four digits that your page shows."
    asked = again if isinstance(came_in, Keys) else first
    return Said((), errand.at("asked", misses), Listen((asked,), 8, keys=DIGITS, speech=False))


KIND = Kind(turn, unproved=True)
