"""The record itself: the list of calls as a file, and whether the journal is as it was written."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.clock import from_iso, iso
from ivr.desk import audit, live
from ivr.desk.calls import filtered
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.desk.words import masked
from ivr.line.answer import Line
from ivr.line.naming import who
from ivr.rota.local import wall
from ivr.storage import StoreUnavailable, callbook, chain
from ivr.storage.callbook import Wanted

PIECE = 1000  # rows that are read and sent at a time
HEADS = (
    *("reference", "day", "time", "caller", "about"),
    *("disposition", "page", "taken by", "seconds", "messages", "began in UTC"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def blueprint(line: Line) -> Room:
    room = Room("records", "clinician")

    @room.get("/calls.csv")
    def export() -> Response:
        wanted, asked, _ = filtered(line)
        audit.note(line, member(), "exported calls", about=asked["day"] if wanted.since else "all days")
        answer = Response(_written(line, wanted), mimetype="text/csv")
        name = f"calls-{asked['day'] if wanted.since else 'all'}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @room.get("/chain")
    def checked() -> str:
        with line.store.read() as conn:
            return render_template("desk/chain.html", check=chain.get(conn), mark=_mark(line))

    @room.post("/chain")
    def check() -> AnyResponse:
        me, at = member(), iso(line.clock.now())
        if line.store.write(lambda conn: chain.ask(conn, me.name, at)):
            audit.note(line, me, "had the journal's chain checked")
            flash("The check has begun. It goes on if you leave this page.", "success")
        else:
            flash("A check is going on already.", "warning")
        return redirect(url_for("records.checked"))

    @room.get("/chain/events")
    def progress() -> Response:
        return live.events(line, lambda: _mark(line))

    return room


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(line: Line, wanted: Wanted) -> Iterator[bytes]:
    """Yield the file, piece by piece. The connection is given back between two."""
    yield _rows([HEADS])
    before = None
    while True:
        with line.store.read() as conn:
            rows = callbook.listed(conn, wanted, before, PIECE)
        if rows:
            yield _rows([_cells(line, row) for row in rows])
        if len(rows) < PIECE:
            return
        before = callbook.place(rows[-1])


def _cells(line: Line, row: sqlite3.Row) -> tuple[object, ...]:
    there = wall(from_iso(row["started_at"]), line.config.clinic.zone)
    get = row.__getitem__
    taken_by = who(get("accepted_by"), line.config) if get("accepted_by") else ""
    return (
        get("ref"),
        f"{there:%Y-%m-%d}",
        f"{there:%H:%M:%S}",
        masked(get("caller")),
        get("path"),
        get("disposition"),
        get("became"),
        taken_by,
        get("duration"),
        get("messages"),
        get("started_at"),  # an hour comes twice when clocks go back
    )


def _rows(rows: list[tuple[object, ...]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([cell(value) for value in row] for row in rows)
    return file.getvalue().encode()


def _mark(line: Line) -> str:
    try:
        with line.store.read() as conn:
            row = chain.get(conn)
    except StoreUnavailable:
        return "unreadable"
    return f"{row['seq']}-{row['ended_at']}" if row else "never"
