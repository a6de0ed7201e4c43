"""Contacts: the ways to reach a person, in order, and which of them are switched off.

A contact has a name ("ana text", "ana mail", "ana phone 2") and a mark: a keyed hash of the number behind it.
A fault that was noted under another mark is no longer this contact's: config.yaml has a new number for it.
"""

from __future__ import annotations

import hmac
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.clock import iso
from ivr.config import Config
from ivr.storage import Entry, faults
from ivr.storage.entry import JSON

if TYPE_CHECKING:
    from ivr.line.answer import Line

log = logging.getLogger(__name__)

TEXT, MAIL = "text", "mail"
TOLD = 12 * 3600  # seconds in which the owner's text about a contact is worth sending


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write to somebody. channel: "text" or "mail"; `to` is the number or address."""

    contact: str
    channel: str
    to: str


class Contacts:
    """All contacts of one configuration."""

    def __init__(self, config: Config) -> None:
        self._ways = {name: tuple(_ways(config, name)) for name in config.people}
        numbers = {way.contact: way.to for ways in self._ways.values() for way in ways}
        self._legs = {leg: faults.phone(leg) for leg in config.legs()}
        numbers |= {contact: config.number_of(leg) for leg, contact in self._legs.items()}
        self._numbers = numbers
        key = hmac.digest(config.environment.secret_key or b"-", b"ivr contacts 1", "sha256")
        self.marks: Mapping[str, str] = {
            contact: hmac.digest(key, number.encode(), "sha256")[:12].hex()
            for contact, number in numbers.items()
        }

    def ways(self, person: str) -> tuple[Way, ...]:
        """Return the ways to write to a person: their text number, their mail, their other numbers."""
        return self._ways.get(person, ())

    def way(self, contact: str) -> Way | None:
        """Return the way of that name, if config.yaml still has it."""
        return next((way for way in self.ways(contact.partition(" ")[0]) if way.contact == contact), None)

    def number(self, contact: str) -> str | None:
        """Return the number or address behind a contact, if config.yaml still has one."""
        return self._numbers.get(contact)

    def off(self, conn: sqlite3.Connection) -> set[str]:
        """Return the contacts that are switched off, as far as their numbers are still the same."""
        return self._still(faults.off_marks(conn))

    def off_legs(self, marks: Mapping[str, str]) -> frozenset[str]:
        """Return the leg ids of the phones that are switched off, from faults.off_marks()."""
        off = self._still(marks) if marks else ()
        return frozenset(leg for leg, contact in self._legs.items() if contact in off)

    def _still(self, marks: Mapping[str, str]) -> set[str]:
        return {contact for contact, mark in marks.items() if self.marks.get(contact) == mark}

    def failed(
        self, at: str, call: str, contact: str, source: str, enough: int, key: str, code: int | None = None
    ) -> Entry:
        """Return the entry of a failure that is the contact's own.

        at       UTC, with or without milliseconds
        source   what met it: text, mail, leg or call
        enough   so many in a row switch it off
        key      names what happened, within the call
        """
        data: dict[str, JSON] = {"contact": contact, "source": source, "enough": enough}
        if code is not None:
            data["code"] = code
        return Entry(at, call, "contact_failed", key, data, {"mark": self.marks.get(contact, "")})


def not_rung(
    line: Line, call: str, leg: str, source: str, enough: int, key: str, code: int | None = None
) -> Entry:
    """Return the entry that counts against a phone that couldn't be rung. As Contacts.failed(), by leg id."""
    at = iso(line.clock.now(), milliseconds=True)
    return line.contacts.failed(at, call, faults.phone(leg), source, enough, key, code)


def look(line: Line) -> int:
    """Tell the owner of contacts that were switched off, and switch on those with a new number.

    Return how many changed.
    """
    with line.store.read() as conn:
        marks, untold, off = faults.all_marks(conn), faults.untold(conn), line.contacts.off(conn)
    changed = [contact for contact, mark in marks.items() if line.contacts.marks.get(contact) != mark]
    for contact in changed:
        line.store.record([switched_on(line, contact, "config")])
    news = [row for row in untold if row["contact"] not in changed]
    for row in news:
        log.error("%s fails for good and is switched off: see `ivr contacts`", row["contact"])
        line.store.record(_off(line, row, off))
    return len(changed) + len(news)


def switched_on(line: Line, contact: str, by: str) -> Entry:
    """Return the entry of a contact that is used again. by: "config" (another number), or "staff"."""
    at = iso(line.clock.now(), milliseconds=True)
    return Entry(at, "", "contact_on", f"on {contact} {at}", {"contact": contact, "by": by})


def _off(line: Line, row: sqlite3.Row, off: set[str]) -> list[Entry]:
    now, contact = line.clock.now(), str(row["contact"])
    at, key = iso(now, milliseconds=True), f"{contact} {row['off_at']}"
    text: dict[str, JSON] = {
        "template": "contact_off",
        "to": "owner",
        "readers": (told_of(line, off),),
        "words": {"contact": contact},
        "urgent": True,
        "deadline": iso(now + timedelta(seconds=TOLD)),
    }
    return [
        Entry(at, "", "contact_off", f"off {key}", {"contact": contact}),
        Entry(at, "", "text", f"off text {key}", text),
    ]


def told_of(line: Line, off: set[str]) -> str:
    """Return the person who is told of trouble: the owner, else whoever on call can be written to."""
    on_call = line.moments.at(int(line.clock.now().timestamp())).on_call
    for person in (line.config.owner, *on_call, *line.config.people):
        if any(way.contact not in off for way in line.contacts.ways(person)):
            return person
    return line.config.owner


def _ways(config: Config, name: str) -> list[Way]:
    person = config.people[name]
    first, *others = dict.fromkeys((person.texts, *person.phones))
    found = [Way(f"{name} text", TEXT, first)]
    if person.mail and config.environment.smtp_url:
        found.append(Way(f"{name} mail", MAIL, person.mail))
    return found + [Way(f"{name} text {place}", TEXT, number) for place, number in enumerate(others, 2)]
