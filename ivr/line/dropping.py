"""Texts that came to be untrue while they waited, in an outage of the provider's say, are dropped."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.storage import Entry, moot, outbox
from ivr.storage.entry import JSON
from ivr.storage.journal import append

log = logging.getLogger(__name__)


def claim(line: Line, conn: sqlite3.Connection, channel: str) -> list[sqlite3.Row]:
    """Drop what is no longer true, then claim the next row of `channel`. Within the write door.

    In one transaction: nobody takes a page between the look at it and the claim of a text that it waits.
    """
    now = line.clock.now()
    append(conn, [_dropped(row, why, now) for row, why in moot.waiting(conn, iso(now))])
    return outbox.claim(conn, iso(now), channel=channel)


def _dropped(row: sqlite3.Row, why: str, now: datetime) -> Entry:
    log.info("text %s of row %s is not needed any more: %s", row["template"], row["id"], why)
    data: dict[str, JSON] = {"outbox": row["id"], "why": why}
    return Entry(iso(now, milliseconds=True), row["call"], "text_moot", f"text moot {row['id']}", data)
