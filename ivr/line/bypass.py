"""Urgent texts while the database can't be written: they go out past it.

A page that is opened in such an hour is in the spill file, and so is the text that would tell the chain of
it. A full disk at night must not keep that from anybody until somebody has made room
(docs/decisions/0023).
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from datetime import datetime, timedelta

from ivr.clock import iso
from ivr.line import filling, upkeep
from ivr.line.answer import Line
from ivr.line.contacts import TEXT
from ivr.line.telephone import Permanent, Telephone, TelephoneError
from ivr.line.texting import VALID_FOR
from ivr.storage import Entry, StoreUnavailable, moot, outbox, shadow

log = logging.getLogger(__name__)

AFTER = timedelta(seconds=20)  # a shorter pause of the disk is waited for: then all goes its usual way
LONG = timedelta(minutes=5)  # after which the owner is told, each hour, that there is something to mend
AT_ONCE = 20  # texts a tick
MOST_TRIES = 12  # of one text whose outcome isn't known, or that the provider didn't take: a minute


class Bypass:
    """Sends what the outbox would. Of one process; it remembers what went out while nothing can be noted."""

    def __init__(self, line: Line, telephone: Telephone) -> None:
        self._line, self._telephone = line, telephone
        self._since: datetime | None = None
        self._tried: Counter[str] = Counter()  # by what names a text

    def send(self) -> int:
        """Send the urgent texts that can't wait for the database. Return how many. Never StoreUnavailable."""
        line, now = self._line, self._line.clock.now()
        if not line.store.behind():
            self._since = None
            self._tried.clear()
            return 0
        self._since = self._since or now
        if now - self._since < AFTER:
            return 0
        if now - self._since >= LONG:
            line.store.record(upkeep.alarm(line, "", "the database can't be written"))
        with shadow.cast(line.store) as conn:
            needless = {row["id"] for row, _ in moot.waiting(conn, iso(now))}
            due = [
                row
                for row in outbox.pressing(conn, iso(now))
                if row["id"] not in needless and self._tried[row["key"]] < MOST_TRIES
            ]
            return sum(self._send(conn, row) for row in due[:AT_ONCE])

    def _send(self, conn: sqlite3.Connection, row: sqlite3.Row) -> bool:
        line = self._line
        call = filling.call_of(conn, row)
        template = filling.template(line, row, call)
        if template is None:
            return False
        template = template.replace("{link}", "").rstrip()  # there is nowhere to keep a link
        body = template.format_map(filling.words(line, template, row, call))
        self._tried[row["key"]] += 1
        off = self._off()
        for way in line.contacts.ways(row["reader"]):
            if way.channel != TEXT or way.contact in off:
                continue
            try:
                sid = self._telephone.text(way.to, line.config.clinic.number, body, None, VALID_FOR)
            except Permanent as error:
                log.warning("text to %s was not taken past the database: %s", way.contact, error.why)
                continue  # their next number
            except TelephoneError as error:
                log.warning("text to %s has to wait: %s", way.contact, error.why)
                return False
            self._tried[row["key"]] = MOST_TRIES
            at = iso(line.clock.now(), milliseconds=True)
            data = {"text": row["key"], "sid": sid, "contact": way.contact}
            line.store.record([Entry(at, row["call"] or "", "text_straight", f"straight {row['key']}", data)])
            return True
        return False

    def _off(self) -> set[str]:
        try:
            with self._line.store.read() as conn:
                return self._line.contacts.off(conn)
        except StoreUnavailable:
            return set()
