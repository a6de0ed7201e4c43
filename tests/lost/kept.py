"""What was taken on is there at the end: pages, messages, texts, promises, shifts; and no number went out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from ivr.cli.stage import SECRET
from ivr.clock import iso
from ivr.line.staff import owner_of
from ivr.rota.stints import stint_at
from ivr.storage import moot, outbox
from ivr.storage.errors import StorageError
from ivr.storage.inbox import SILENT
from ivr.storage.recordings import Recordings
from tests.calls.stage import FULL_NUMBER
from tests.lost.apart import Apart
from tests.lost.rung import clinic, speaker

UNKNOWN = "text of unknown outcome"  # not urgent, so it is never sent twice: the outbox's own choice
CALLED = "I am calling your clinician now."  # whoever has heard it has a page
PROMISED = ("A clinician will ring you within 2 hours.",)  # whoever has heard it has a promise
GRACE = timedelta(minutes=5)  # the line may have been down for some minutes when something was due


def ended(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Whoever heard that a clinician is called has a page; each page ended by a person's key."""
    pages = {row["page"]: row for row in conn.execute("SELECT * FROM pages")}
    for call in _heard(apart, (CALLED,)) - pages.keys():
        yield f"page lost: {call} heard that a clinician is called"
    met = {row["call"] for row in conn.execute("SELECT call FROM signs")}
    for call in met - pages.keys() - {row["call"] for row in conn.execute("SELECT call FROM promises")}:
        yield f"page lost: {call} met a sign"
    people = clinic(apart)
    pressed = {
        people.get(speaker(apart, line, line.who))
        for _, line in apart.events
        if line.text.startswith("presses ")
    }
    for page, row in pages.items():
        if row["state"] != "closed":
            yield f"page {page} is {row['state']} at the end"
        elif row["closed_by"] is None or row["closed_by"] not in pressed:
            yield f"page {page} was closed by {row['closed_by']!r}, who pressed nothing"


def messages(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Each recording with anything in it lies here, whole."""
    book, kept = apart.exchange.book, Recordings(apart.data / "recordings", SECRET.encode())
    rows = {row["recording"]: row for row in conn.execute("SELECT * FROM messages")}
    there = [sid for sid, one in book.recordings.items() if one.duration and one.status == "completed"]
    for sid in (*there, *book.deleted):
        row = rows.get(sid)
        if row is not None and row["state"] == "lost" and not row["seconds"] and row["why"] == SILENT:
            continue  # a tone, and nobody spoke
        if row is None or row["state"] != "kept":
            yield f"message lost: {sid} is {row['state'] if row else 'not known'}"
            continue
        try:
            kept.open(row["file"])
        except StorageError as error:
            yield f"message lost: {error}"
    lost = [message for message, row in rows.items() if row["recording"] is None]
    if lost:
        yield f"messages without a recording: {lost}"


def texts(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Each text and mail that was put went out, was put together with others, or another one stood in.

    Whoever has left the clinic meanwhile is not texted any more: then somebody else was told.
    """
    rows = list(conn.execute("SELECT * FROM outbox"))
    arrived = {mail["Message-ID"] for mail in apart.mails.mails} if apart.mails else set()

    def went(row: sqlite3.Row) -> bool:
        there = arrived if row["channel"] == "mail" else apart.exchange.book.messages
        return row["state"] in ("merged", "replaced") or (row["state"] == "sent" and row["sid"] in there)

    staffs: list[set[str]] = [set(held.config.people) for held in apart.rotas]
    # For a time: whoever else is told of it has to be.
    left = {who for staff in staffs for who in staff if not all(who in one for one in staffs)}
    others = {(row["call"], row["template"]) for row in rows if went(row) and row["reader"] not in left}
    stood_in = {row["root"] for row in rows if row["root"] and went(row)}
    for row in rows:
        if went(row) or row["id"] in stood_in or row["root"] in stood_in:
            continue
        if row["root"] and went(next(one for one in rows if one["id"] == row["root"])):
            continue
        if row["reader"] in left and (row["call"], row["template"]) in others:
            continue
        if row["state"] == "expired" and row["last_error"] in (moot.TAKEN, moot.CLOSED):
            continue  # it said that a page waits, and waited itself until that was untrue
        unsure = row["last_error"] == outbox.UNKNOWN or "no answer" in str(row["last_error"])
        unknown = row["state"] == "failed" and unsure and not row["urgent"]
        what = f"{UNKNOWN}:" if unknown else "text lost:"
        yield f"{what} {row['template']} to {row['reader']} is {row['state']} ({row['last_error']})"


def promised(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Whoever was promised a call is waited for; one that is overdue was reminded of, and is a page."""
    rows = {row["call"]: row for row in conn.execute("SELECT * FROM promises")}
    for call in _heard(apart, PROMISED) - rows.keys():
        yield f"promise lost: {call} was promised a call"
    late = iso(apart.clock.now() - GRACE)
    for call, row in rows.items():
        if row["due_at"] < late and row["state"] == "due":
            yield f"promise lost: {call} was due at {row['due_at']}"
        if row["missed_at"]:
            page = conn.execute("SELECT 1 FROM pages WHERE page = ?", (call,)).fetchone()
            text = conn.execute("SELECT 1 FROM outbox WHERE call = ? AND template = 'reminder'", (call,))
            if page is None:
                yield f"promise lost: {call} was missed, and nobody is paged"
            if text.fetchone() is None:
                yield f"reminder lost: of {call}, due at {row['due_at']}"


def shifts(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Whoever's shift began is known; with drills, they confirmed it, or a call to them is planned."""
    if not apart.config.shifts.drill:
        return
    began = stint_at(apart.config.rota_table(), apart.clock.now())
    rows = {row["shift"]: row for row in conn.execute("SELECT * FROM shifts")}
    if began is not None and f"{began.person} {iso(began.starts)}" not in rows:
        yield f"shift lost: of {began.person}"
    for shift, row in rows.items():
        drills = list(conn.execute("SELECT * FROM errands WHERE kind = 'drill' AND subject = ?", (shift,)))
        pending = any(one["state"] in ("queued", "placing", "placed") for one in drills)
        if row["starts_at"] >= iso(apart.at) and not row["confirmed_at"] and not pending:
            yield f"drill lost: {shift} is neither confirmed nor asked for"
        told = "SELECT 1 FROM outbox WHERE template = 'unreached'"
        if row["unreached_at"] and conn.execute(told).fetchone() is None:
            yield f"text lost: nobody was told that {shift} is unreached"
        if len({json.loads(one["data"])["try"] for one in drills}) != len(drills):
            yield f"{shift} was asked twice for one try"


def links(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """A link that was used led to a call, and to one only, unless that phone was ringing about it already."""
    sql = (
        "SELECT l.call, l.leg, used, count(e.id) AS calls, total(e.key NOT LIKE 'callback CA%') AS queued"
        " FROM (SELECT call, leg, count(used_at) AS used FROM callback_links JOIN calls USING (call)"
        "  WHERE caller IS NOT NULL GROUP BY call, leg) l"  # a hidden number can't be rung
        " LEFT JOIN errands e ON e.kind = 'callback' AND e.subject = l.call AND e.leg LIKE l.leg || '%'"
        " GROUP BY l.call, l.leg"
    )
    for row in conn.execute(sql):
        asked = owner_of(row["leg"]) in apart.asked  # at the desk: these calls look the same
        if any(owner_of(row["leg"]) not in held.config.people for held in apart.rotas):
            continue  # they had left the clinic: nobody is rung for them
        if (row["used"] and not row["calls"]) or (row["queued"] > row["used"] and not asked):
            yield f"call-back lost: {row['used']} links of {row['leg']} led to {row['calls']} calls"


def said(apart: Apart, allowed: tuple[str, ...]) -> Iterator[str]:
    """No number leaves the line, and no error is logged but those that a fault explains."""
    bodies = [text.body for text in apart.exchange.texts]
    bodies += [str(mail.get_content()) for mail in apart.mails.mails] if apart.mails else []
    for request in apart.exchange.requests:
        if FULL_NUMBER.search(request.url):
            yield f"a number in a URL: {request.url}"
    for body in bodies:
        if FULL_NUMBER.search(body):
            yield f"a number in a text: {body}"
    for written in apart.log.read_text(encoding="utf-8").splitlines():
        level, words = json.loads(written)
        if FULL_NUMBER.search(words):
            yield f"a number in the log: {words}"
        if level in ("ERROR", "CRITICAL") and not any(part in words for part in allowed):
            yield f"an error was logged: {words}"


def _heard(apart: Apart, words: tuple[str, ...]) -> set[str]:
    """Return the calls (sids) in which the line said any of that to a caller."""
    sids = {call.sid for call in apart.exchange.book.calls.values() if call.direction == "inbound"}
    return {
        line.call for _, line in apart.events if line.spoken and any(part in line.text for part in words)
    } & sids
