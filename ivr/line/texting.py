"""Sending what waits in the outbox: claimed in one transaction, sent outside it, its result recorded."""

from __future__ import annotations

import json
import logging
import sqlite3
from datetime import timedelta

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.line.entries import NAMED
from ivr.line.telephone import Permanent, Telephone, Temporary, Unknown
from ivr.storage import Entry, outbox
from ivr.storage.refs import reference

log = logging.getLogger(__name__)

RETRY_AFTER = (5, 15, 30, 60, 120)  # seconds after the first failed try, the second, …; the last one repeats
VALID_FOR = 300  # seconds: an urgent text that lies at the network for hours is worse than none


def send(line: Line, telephone: Telephone) -> int:
    """Send what is due, urgent texts first, and return how many went out."""
    now = iso(line.clock.now())
    sent = 0
    while rows := line.store.write(lambda conn: outbox.claim(conn, now)):
        sent += sum(_send(line, telephone, row) for row in rows)
    for row in line.store.write(lambda conn: outbox.expire(conn, now)):
        _given_up(line, row, row["last_error"] or "its time ran out before it could be sent")
    return sent


def _send(line: Line, telephone: Telephone, row: sqlite3.Row) -> bool:
    with line.store.read() as conn:
        call = conn.execute("SELECT caller, disposition FROM calls WHERE call = ?", (row["call"],)).fetchone()
    to = _number(line, row, call)
    template = line.config.texts.get(row["template"])
    if to is None or template is None:
        _failed(line, row, "its reader has no number" if to is None else "config.yaml has lost its text")
        return False
    try:
        sid = telephone.text(
            to, line.config.clinic.number, _body(line, template, row, call), validity=VALID_FOR
        )
    except Temporary as error:
        _later(line, row, error.why)
    except Unknown as error:
        if row["urgent"]:
            _later(line, row, error.why)
        else:
            _failed(line, row, error.why)
    except Permanent as error:
        _failed(line, row, error.why)
    else:
        _note(line, row, "text_sent", sid=sid)
        return True
    return False


def _number(line: Line, row: sqlite3.Row, call: sqlite3.Row | None) -> str | None:
    if row["reader"] != "caller":
        person = line.config.people.get(row["reader"])
        return person.texts if person else None
    return str(call["caller"]) if call and call["caller"] else None


def _body(line: Line, template: str, row: sqlite3.Row, call: sqlite3.Row | None) -> str:
    words = {
        "clinic": line.config.clinic.name,
        "ref": reference(row["call"]) if row["call"] else "-",
        "disposition": NAMED.get(call["disposition"] if call else "", "urgent"),
    }
    return template.format_map({**dict.fromkeys(("due", "box"), ""), **words, **json.loads(row["words"])})


def _later(line: Line, row: sqlite3.Row, why: str) -> None:
    wait = RETRY_AFTER[min(row["tries"], len(RETRY_AFTER)) - 1]
    due = iso(line.clock.now() + timedelta(seconds=wait))
    line.store.write(lambda conn: outbox.later(conn, row["id"], due, why))
    log.warning("text %s for call %s has to wait: %s", row["id"], reference(row["call"]), why)


def _failed(line: Line, row: sqlite3.Row, why: str) -> None:
    _given_up(line, row, why)
    _note(line, row, "text_failed", why=why)


def _given_up(line: Line, row: sqlite3.Row, why: str) -> None:
    level = logging.ERROR if row["urgent"] else logging.WARNING
    log.log(level, "text %s for call %s was not sent: %s", row["template"], reference(row["call"]), why)


def _note(line: Line, row: sqlite3.Row, kind: str, **data: str) -> None:
    at = iso(line.clock.now(), milliseconds=True)
    line.store.record([Entry(at, row["call"], kind, f"{kind} {row['id']}", {"outbox": row["id"], **data})])
