"""What is done from the page Now about something of a call: looked up, noted, told, and back to the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from ivr.desk import audit
from ivr.desk.visitor import member
from ivr.line.answer import Line

Find = Callable[[sqlite3.Connection, str], sqlite3.Row | None]


def ref_of(line: Line, find: Find, call: str) -> str:
    """Return the reference of what `find` finds for a call. Errors: 404."""
    with line.store.read() as conn:
        row = find(conn, call)
    return str(row["ref"]) if row else abort(404)


def told(line: Line, done: int, what: str, ref: str, call: str, said: str, otherwise: str) -> Response:
    """Go back to Now, and say there what was done, or that it was so already.

    done   how many were; 0 or False: none
    what   as the record of who did what has it
    """
    if done:
        audit.note(line, member(), what, about=ref, call=call)
        flash(said, "success")
    else:
        flash(otherwise, "warning")
    return redirect(url_for("now.shown"))
