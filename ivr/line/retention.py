"""Retention: what was said is erased when its box's days are over, and what staff noted on it with it."""

from __future__ import annotations

from datetime import timedelta

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.storage import Entry, inbox
from ivr.storage.recordings import Recordings


def erase(line: Line, recordings: Recordings) -> int:
    """Erase the audio and the notes of messages past their box's `keep_days`. Return how many recordings.

    Some at a time: the next tick goes on. A box that config.yaml no longer has keeps as long as the longest.
    """
    config, now = line.config, line.clock.now()
    longest = max((box.keep_days for box in config.boxes.values()), default=30)
    with line.store.read() as conn:
        names = inbox.boxes(conn)
    erased = 0
    for name in names:
        box = config.boxes.get(name)
        before = iso(now - timedelta(days=box.keep_days if box else longest))
        with line.store.read() as conn:
            rows = inbox.to_erase(conn, name, before)
        for row in rows:
            recordings.delete(row["file"])
            at, recording = iso(now, milliseconds=True), row["recording"] or row["message"]
            data = {"recording": recording, "where": "line"}
            key = f"message_deleted line {recording}"
            line.store.record([Entry(at, row["call"], "message_deleted", key, data)])
        erased += len(rows)
        line.store.write(lambda conn, n=name, b=before: inbox.forget_notes(conn, n, b))  # type: ignore[misc]
    return erased
