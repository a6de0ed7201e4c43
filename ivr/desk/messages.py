"""Messages: what was left in the voicemail boxes, played here, noted on and done."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.desk import audit, days
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import message as voicemail
from ivr.line import unheard
from ivr.line.answer import Line
from ivr.storage import StorageError, inbox, phones
from ivr.storage.inbox import SHOWS, SILENT, Show, Wanted
from ivr.storage.staff import Member

AT_ONCE = 25
GONE = "There is no such message, or it isn't in a box that is yours to hear."
LOST = "The recording can't be played: the file is gone or damaged. Ring the caller, and tell the owner."
SHOWN = {"waiting": "to do", "unheard": "not heard", "done": "done", "all": "all"}


def blueprint(line: Line) -> Room:
    room = Room("messages", "clinician", "desk", label="Messages", home="listed")

    def theirs(me: Member) -> list[str]:
        """The boxes whose messages somebody may hear: the desk those that hold nothing urgent."""
        with line.store.read() as conn:
            names = dict.fromkeys([*line.config.boxes, *inbox.boxes(conn)])
        kept = line.config.boxes
        return [name for name in names if me.role != "desk" or (name in kept and not kept[name].urgent)]

    def one(message: str) -> sqlite3.Row:
        with line.store.read() as conn:
            row = inbox.get(conn, message)
        return row if row is not None and row["box"] in theirs(member()) else abort(404, GONE)

    def page(noting: str = "", note_typed: str = "", note_problem: str = "") -> str:
        asked, boxes = request.values, theirs(member())
        box, show = asked.get("box", ""), _show(asked.get("show", ""))
        since, until, problem = days.span(asked.get("day", ""), line.config.clinic.zone)
        chosen = [box] if box in boxes else boxes
        wanted = Wanted(chosen, show, asked.get("words", "").strip()[:60], since, until)
        before = days.place(asked.get("before", ""))
        me, did = member(), None
        with line.store.read() as conn:
            if "did" in asked:
                done = inbox.get(conn, asked["did"])
                did = done if done and done["box"] in boxes else None
            rows = inbox.listed(conn, wanted, before, AT_ONCE + 1)
            own = [phone.leg for phone in phones.of_member(conn, line.config, me) if phone.proved_at]
        more = days.written(rows[AT_ONCE - 1], "left_at", "message") if len(rows) > AT_ONCE else ""
        now = line.clock.now()
        return render_template(
            "desk/messages.html",
            messages=[(row, *_state(line, row, now)) for row in rows[:AT_ONCE]],
            boxes=[(name, name) for name in boxes],
            asked={"box": box if box in boxes else "", "show": show, "day": asked.get("day", "")},
            words=wanted.words,
            did=did,
            shows=[(name, SHOWN[name]) for name in SHOWS],
            more=more,
            paged=before is not None,
            day_problem=problem,
            own=own,
            longest=inbox.LONGEST_NOTE,
            noting=noting,
            note_typed=note_typed,
            note_problem=note_problem,
        )

    @room.get("/messages")
    def listed() -> str:
        return page()

    @room.post("/messages")
    def find() -> str | AnyResponse:
        # Words of a note stay out of addresses: they are kept by browsers and proxies.
        return page() if request.form.get("words", "").strip() else _back("")

    @room.get("/messages/<message>/audio")
    def audio(message: str) -> AnyResponse:
        row, me, now = one(message), member(), line.clock.now()
        if row["state"] != "kept" or not row["file"]:
            abort(404, LOST)
        try:
            sound = voicemail.sealed(line).open(row["file"])
        except StorageError:
            abort(404, LOST)
        if _listens(line, row, me, now):
            audit.note(line, me, "listened to a message", about=row["ref"], call=row["call"])
        asked = request.range
        if not asked or asked.units != "bytes" or len(asked.ranges) != 1:
            request.environ.pop("HTTP_RANGE", None)  # none that can be understood: the whole of it
        answer = Response(sound, mimetype=_kind(sound))
        answer.headers["Content-Disposition"] = "inline"
        return answer.make_conditional(request, accept_ranges=True, complete_length=len(sound))

    @room.post("/messages/<message>/note")
    def note(message: str) -> AnyResponse | tuple[str, int]:
        row, me = one(message), member()
        text = "\n".join(line.rstrip() for line in request.form.get("note", "").splitlines()).strip()
        if len(text) > inbox.LONGEST_NOTE:
            problem = f"That is {len(text)} characters; {inbox.LONGEST_NOTE} are kept. Shorten it."
            return page(noting=message, note_typed=text, note_problem=problem), 422
        was, now = request.form.get("was"), line.clock.now()
        if was is not None and was != (row["noted_at"] or "") and row["note"] != text:
            problem = f"{row['noted_by']} wrote meanwhile: “{row['note']}”. Put both together, then keep it."
            return page(noting=message, note_typed=text, note_problem=problem), 409
        if line.store.write(lambda conn: inbox.note(conn, message, text, me.name, now)):
            audit.note(line, me, "noted something on a message", about=row["ref"], call=row["call"])
            flash(f"Your note on {row['ref']} is kept.", "success")
        return _back(message)

    @room.post("/messages/<message>/done")
    def done(message: str) -> AnyResponse:
        row, me, now = one(message), member(), line.clock.now()
        if line.store.write(lambda conn: inbox.done(conn, message, me.name, now)):
            audit.note(line, me, "marked a message as done", about=row["ref"], call=row["call"])
            return _back("", did=message)
        flash(f"{row['ref']} was done already.", "warning")
        return _back("")

    @room.post("/messages/<message>/undo")
    def undo(message: str) -> AnyResponse:
        row, me = one(message), member()
        if line.store.write(lambda conn: inbox.undone(conn, message)):
            audit.note(line, me, "had a message wait again", about=row["ref"], call=row["call"])
            flash(f"{row['ref']} is to be done again.", "success")
        return _back("")

    return room


def _listens(line: Line, row: sqlite3.Row, me: Member, now: datetime) -> bool:
    """Whether this request begins to play, and isn't a later piece of it. Unsure: it does."""
    first = not request.range or not request.range.ranges or not request.range.ranges[0][0]
    try:
        return line.store.write(lambda conn: inbox.played(conn, row["message"], me.name, now, first))
    except Exception:  # it can still be heard, and the note of it is spilled
        return True


def _state(line: Line, row: sqlite3.Row, now: datetime) -> tuple[datetime, bool, str]:
    """(when it is due, whether that has passed unheard, what became of the recording or "")."""
    at = unheard.due(line.config, row["box"], row["left_at"])
    silent = row["state"] == "lost" and row["why"] == SILENT
    late = now >= at and not (row["heard_at"] or row["done_at"] or silent or row["state"] == "deleted")
    fate = {
        "waiting": "being fetched: it can be played in a moment",
        "lost": "nothing was said" if silent else "the recording was lost: ring the caller",
        "deleted": "the recording was erased when its days were over",
    }
    return at, late, fate.get(row["state"], "")


def _kind(sound: bytes) -> str:
    return "audio/wav" if sound[:4] == b"RIFF" else "audio/mpeg"


def _show(text: str) -> Show:
    return next((name for name in SHOWS if name == text), "waiting")


def _back(message: str, **more: str) -> AnyResponse:
    """Return to the list as it was filtered, but for words that were searched for."""
    kept = {name: request.form[name] for name in ("box", "show", "day") if request.form.get(name)}
    values: dict[str, Any] = {**kept, **more}
    return redirect(url_for("messages.listed", _anchor=message or None, **values))
