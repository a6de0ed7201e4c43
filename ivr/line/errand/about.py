"""What a clinician is told of a page: who calls them, since when the patient waits, and why."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from ivr.clock import from_iso
from ivr.line.answer import Line
from ivr.line.entries import due_words
from ivr.line.errand.errand import Errand
from ivr.rota.local import wall
from ivr.storage import messages, pages, promises


@dataclass(frozen=True, slots=True)
class About:
    """What a clinician is told of a page, and the patient's number (E.164; "" when it is hidden)."""

    row: sqlite3.Row
    number: str
    words: str


def calling(line: Line, errand: Errand, how: str) -> str:
    """Who is calling whom, first of all: a call-screening robot shows it to the person."""
    found = line.config.people.get(whose(line, errand))
    return f"{line.config.clinic.name} patient line calling {found.name if found else 'the clinic'}{how}."


def of_page(line: Line, page: str) -> About:
    """Return what there is to tell of a page. Errors: LookupError; StoreUnavailable."""
    with line.store.read() as conn:
        row = pages.get(conn, page)
        call = conn.execute("SELECT caller, repeat FROM calls WHERE call = ?", (page,)).fetchone()
        missed = [one for one in promises.of_call(conn, page) if one["state"] == "missed"]
        left = any(message["seconds"] for message in messages.of_call(conn, page))
    if row is None or call is None:
        raise LookupError("a call about a page that isn't there")
    since = clock(line, row["opened_at"])
    wants = "rang before about a sign" if call["repeat"] else "wants a clinician"
    signs = ", ".join(json.loads(row["signs"]) or [wants])
    words = f"Patient waiting since {since}; {signs}."
    if missed:
        due = due_words(line.config, from_iso(missed[-1]["due_at"]), line.clock.now())
        words = f"Call-back promised by {due} was missed; {signs}."
    if row["disposition"] == "emergency":
        words = f"Emergency. {words} Told to call 999."
    if left:
        words += " A message was left; it is on the desk page."
    if not call["caller"]:
        words += " The number is hidden."
    return About(row, call["caller"] or "", words)


def clock(line: Line, at: str) -> str:
    """A time by the clinic's clocks: "21:04", with the day if that isn't today."""
    zone = line.config.clinic.zone
    then, now = wall(from_iso(at), zone), wall(line.clock.now(), zone)
    return f"{then:%H:%M}" + ("" if then.date() == now.date() else f" on {then:%A}")


def whose(line: Line, errand: Errand) -> str:
    """Return whose phone it is: a person, or a group of phones that nobody in particular answers."""
    return line.config.person_of(errand.leg) or errand.leg
