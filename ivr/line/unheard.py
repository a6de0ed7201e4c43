"""Messages that nobody listens to: when each is due, and who is told when that time has passed."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.config import Config, written
from ivr.line.answer import Line
from ivr.rota.local import instant, wall
from ivr.storage import Entry, inbox
from ivr.storage.entry import JSON
from ivr.storage.journal import append

URGENT_WITHIN = timedelta(minutes=30)  # the chain was sent a text when it was left
GRACE = timedelta(hours=1)  # after an ordinary box's hour: somebody has begun to listen by then
TEMPLATE = "unheard"
WORTH = timedelta(hours=4)  # such a text is worth sending for so long


def due(config: Config, box: str, left_at: str) -> datetime:
    """Return when a message ought to have been heard (UTC). A box that config.yaml lost is urgent."""
    left, kept = from_iso(left_at), config.boxes.get(box)
    if kept is None or kept.urgent:
        return left + URGENT_WITHIN
    zone, minute = config.clinic.zone, written.minutes(kept.listened_at)
    today = wall(left, zone).date()
    at = instant(zone, today, minute)
    return at if at > left else instant(zone, today + timedelta(days=1), minute)


def tell(line: Line) -> int:
    """Text about messages that are unheard past their time, once. Return about how many.

    Urgent boxes: whoever is on call, and the owner. Others: the owner, one text for each box and day; nobody
    on call hears of a booking.
    """
    config, now = line.config, line.clock.now()
    with line.store.read() as conn:
        waiting = inbox.unheard(conn)
    late = [row for row in waiting if _late(config, row, now)]
    for row in late:
        line.store.write(lambda conn, row=row: _told(line, conn, row, now))  # type: ignore[misc]
    return len(late)


def _late(config: Config, row: sqlite3.Row, now: datetime) -> bool:
    box = config.boxes.get(row["box"])
    grace = timedelta() if box is None or box.urgent else GRACE
    return now >= due(config, row["box"], row["left_at"]) + grace


def _told(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> None:
    if not inbox.told(conn, row["message"], iso(now)):
        return
    config, box = line.config, line.config.boxes.get(row["box"])
    urgent = box is None or box.urgent
    chain = line.moments.at(int(now.timestamp())).on_call if urgent else ()
    data: dict[str, JSON] = {
        "template": TEMPLATE,
        "to": "on_call" if urgent else "owner",
        "readers": tuple(dict.fromkeys((*chain, config.owner))),
        "words": {"box": row["box"]},
        "urgent": urgent,
        "deadline": iso(now + WORTH),
    }
    # Ordinary messages share a text: the same key a second time is no second line.
    call = row["call"] if urgent else ""
    which = row["message"] if urgent else f"{row['box']} {iso(due(config, row['box'], row['left_at']))}"
    append(conn, [Entry(iso(now, milliseconds=True), call, "text", f"{TEMPLATE} {which}", data)])
