"""The phones of staff: those of their person in config.yaml, and one of their own; each proved by a call."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from ivr.clock import iso
from ivr.config import Config
from ivr.config.legs import of_person
from ivr.storage.staff import Member
from ivr.storage.tokens import digest

OWN = "staff/"  # and an account's name: the leg id of its own phone


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of somebody.

    leg        its id: "ana/1", "staff/joe"
    owner      caller_of() its member
    proved_at  UTC; "" while no call has proved that it is theirs
    """

    leg: str
    owner: str
    number: str = field(repr=False)
    proved_at: str = ""


def caller_of(member: Member) -> str:
    """Return under which id a member is known to the telephone: their PIN's, and their phones'."""
    return member.person or f"{OWN}{member.name}"


def of_member(conn: sqlite3.Connection, config: Config, member: Member) -> list[Phone]:
    """Return a member's phones: those of config.yaml first, then their own."""
    person = config.people.get(member.person)
    legs = [*(of_person(member.person, person) if person else ()), f"{OWN}{member.name}"]
    return [phone for leg in legs if (phone := of_leg(conn, config, leg)) is not None]


def of_leg(conn: sqlite3.Connection, config: Config, leg: str) -> Phone | None:
    """Return the phone of a leg id, or None when there is none. A number changed since isn't proved."""
    row = conn.execute(
        "SELECT staff_phones.*, staff.person FROM staff_phones JOIN staff USING (name) WHERE phone = ?",
        (leg,),
    ).fetchone()
    if leg.startswith(OWN):
        return Phone(leg, row["person"] or leg, row["number"], row["proved_at"] or "") if row else None
    owner = config.person_of(leg)
    if owner is None:
        return None
    number = config.number_of(leg)
    proved = row["proved_at"] or "" if row and row["number"] == number else ""
    return Phone(leg, owner, number, proved)


def put(conn: sqlite3.Connection, name: str, number: str) -> None:
    """Set the number (E.164) of an account's own phone; another number has yet to be proved."""
    conn.execute(
        "INSERT INTO staff_phones (phone, name, number) VALUES (?, ?, ?) ON CONFLICT (phone) DO UPDATE"
        " SET number = excluded.number, code = NULL, code_until = NULL,"
        " proved_at = CASE WHEN number = excluded.number THEN proved_at END",
        (f"{OWN}{name}", name, number),
    )


def remove(conn: sqlite3.Connection, name: str) -> bool:
    """Forget the number of an account's own phone. False: there was none."""
    return conn.execute("DELETE FROM staff_phones WHERE phone = ?", (f"{OWN}{name}",)).rowcount == 1


def expect(conn: sqlite3.Connection, phone: Phone, name: str, code: str, until: datetime) -> None:
    """Keep the code that proves a phone to be an account's, until then (UTC)."""
    conn.execute(
        "INSERT INTO staff_phones (phone, name, number, code, code_until) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (phone) DO UPDATE SET name = excluded.name, number = excluded.number,"
        " code = excluded.code, code_until = excluded.code_until,"
        " proved_at = CASE WHEN number = excluded.number THEN proved_at END",
        (phone.leg, name, phone.number, digest(f"{phone.leg} {code}"), iso(until)),
    )


def prove(conn: sqlite3.Connection, leg: str, code: str, now: datetime) -> bool:
    """Use a code up: the phone is proved. False: it is another code, or too old."""
    return (
        conn.execute(
            "UPDATE staff_phones SET proved_at = ?1, code = NULL, code_until = NULL"
            " WHERE phone = ?2 AND code = ?3 AND code_until > ?1",
            (iso(now), leg, digest(f"{leg} {code}")),
        ).rowcount
        == 1
    )
