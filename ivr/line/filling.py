"""What a text says: the template that goes by, and what the braces in it stand for."""

from __future__ import annotations

import json
import sqlite3

from ivr.config.texts import HIDDEN
from ivr.line import onelink, weekly
from ivr.line.answer import Line
from ivr.line.entries import NAMED
from ivr.storage import moot, onward, outbox
from ivr.storage.refs import reference

NAMED_REFS = 3  # calls that a text about several names


def call_of(conn: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row | None:
    """Return what a text may need to know of its call. caller_kind: None while its start isn't known."""
    sql = "SELECT caller, caller_kind, disposition FROM calls WHERE call = ?"
    found: sqlite3.Row | None = conn.execute(sql, (row["call"],)).fetchone()
    return found


def template(line: Line, row: sqlite3.Row, call: sqlite3.Row | None) -> str | None:
    """Return a row's template; of a call whose number is hidden the one that doesn't say "ring them"."""
    texts, name = line.config.texts, str(row["template"])
    if call is not None and call["caller_kind"] and not call["caller"] and row["reader"] != outbox.CALLER:
        return texts.get(name + HIDDEN, texts.get(name))
    return texts.get(name)


def words(line: Line, template: str, row: sqlite3.Row, call: sqlite3.Row | None) -> dict[str, object]:
    """Return what the braces of `template` stand for. row: of the outbox; call: the row of its call."""
    if row["template"] == weekly.REPORT:
        return _report(line, row)
    told = json.loads(row["words"])
    refs = _refs(line, row)
    more = f" and {len(refs) - NAMED_REFS} more" if len(refs) > NAMED_REFS else ""
    return {
        "link": _link(line, template, row),
        "due": "",
        "box": "",
        "contact": "",
        "forecast": "",
        "limit": "",
        "clinic": line.config.clinic.name,
        "ref": reference(row["call"]) if row["call"] else "-",
        "disposition": NAMED.get(call["disposition"] if call else "", "urgent"),
        "count": len(refs),
        "refs": ", ".join(refs[:NAMED_REFS]) + more,
        **told,
    }


def _refs(line: Line, row: sqlite3.Row) -> list[str]:
    """The references of the calls that a row is about, without those that somebody has seen to meanwhile."""
    if row["template"] != onward.DIGEST:
        return onward.references(row)
    with line.store.read() as conn:
        return moot.still(conn, row) or onward.references(row)


def _report(line: Line, row: sqlite3.Row) -> dict[str, object]:
    with line.store.read() as conn:
        return weekly.of_row(line.config, conn, row)


def _link(line: Line, template: str, row: sqlite3.Row) -> str:
    """A link by which the reader rings the patient, if the text has a place for one: staff alone get it."""
    if "{link}" not in template or not row["call"] or row["reader"] not in line.config.people:
        return ""
    return onelink.address(line, row["key"], row["reader"], row["call"])
