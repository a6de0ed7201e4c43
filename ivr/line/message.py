"""Messages: filed when they end, then fetched from the provider, sealed here, and deleted there."""

from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta

from ivr.clock import iso
from ivr.line import upkeep
from ivr.line.answer import Line
from ivr.line.telephone import Permanent, Telephone, TelephoneError
from ivr.storage import Entry, messages
from ivr.storage.entry import JSON
from ivr.storage.inbox import SILENT
from ivr.storage.recordings import Recordings

log = logging.getLogger(__name__)

AT_ONCE = 10  # messages per tick
RETRY_AFTER = timedelta(seconds=30)
MOST_TRIES = 240  # that say it isn't there, two hours of them: the provider has one ready within minutes
NOT_THERE = 404


def recorded(
    line: Line, call: str, turn: int, box: str, status: str, recording: str, seconds: int
) -> list[Entry]:
    """Return the entry of a recording that the provider tells of: its end may never have been told."""
    if not recording or status != "completed":
        return []
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"box": box, "seconds": seconds, "recording": recording}
    return [Entry(at, call, "message", f"{turn} recording {recording}", data)]


def sealed(line: Line) -> Recordings:
    """Return the recordings that the line keeps."""
    environment = line.config.environment
    return Recordings(environment.data / "recordings", environment.secret_key)


def fetch(line: Line, telephone: Telephone, recordings: Recordings) -> int:
    """Fetch what waits at the provider, and delete there what is safe here. Return how many were kept."""
    with line.store.read() as conn:
        waiting = messages.to_fetch(conn, iso(line.clock.now()), AT_ONCE)
        to_delete = messages.to_delete(conn, AT_ONCE)
    kept = sum(_fetch(line, telephone, recordings, row) for row in waiting)
    for row in to_delete:
        _delete_there(line, telephone, row["call"], row["recording"])
    return kept


def _fetch(line: Line, telephone: Telephone, recordings: Recordings, row: sqlite3.Row) -> bool:
    if row["recording"] and not row["seconds"]:
        _note(line, row["call"], "message_lost", row["recording"], why=SILENT)
        _delete_there(line, telephone, row["call"], row["recording"])
        return False
    recording: str | None = row["recording"]
    try:
        recording = recording or _found(line, telephone, row)
        if recording is None:
            return _missing(line, row, "the provider has no recording of it")
        audio = telephone.recording(recording)
    except Permanent as error:
        return _lost(line, row, recording or row["message"], error.why)
    except TelephoneError as error:
        if error.status == NOT_THERE:
            return _missing(line, row, error.why)
        # We are refused, or nobody answers: it is there still, however long that lasts.
        return _later(line, row, counts=False)
    file = recordings.keep(audio, recording)
    _note(line, row["call"], "message_kept", recording, file=file, bytes=len(audio))
    _delete_there(line, telephone, row["call"], recording)
    return True


def _found(line: Line, telephone: Telephone, row: sqlite3.Row) -> str | None:
    """Look a recording up by its call, for a message whose sid nobody told: the oldest that is free."""
    for recording in reversed(telephone.recordings_of(row["call"])):
        sid = recording.sid
        if recording.status == "completed" and line.store.write(
            lambda conn, sid=sid: messages.adopt(conn, row["message"], sid)  # type: ignore[misc]
        ):
            return sid
    return None


def _delete_there(line: Line, telephone: Telephone, call: str, recording: str) -> None:
    try:
        telephone.delete_recording(recording)
    except TelephoneError as error:  # the next tick asks again
        log.warning("recording %s is kept here, but not deleted at the provider: %s", recording, error.why)
        return
    _note(line, call, "message_deleted", recording)


def _missing(line: Line, row: sqlite3.Row, why: str) -> bool:
    if row["tries"] + 1 >= MOST_TRIES:
        return _lost(line, row, row["recording"] or row["message"], why)
    return _later(line, row, counts=True)


def _later(line: Line, row: sqlite3.Row, counts: bool) -> bool:
    due = iso(line.clock.now() + RETRY_AFTER)
    line.store.write(lambda conn: messages.later(conn, row["message"], due, counts))
    return False


def _lost(line: Line, row: sqlite3.Row, recording: str, why: str) -> bool:
    """Nobody can hear it: the owner is told, and the desk's page says whom to ring."""
    log.error("message %s can't be fetched: %s", row["message"], why)
    _note(line, row["call"], "message_lost", recording, why=why)
    line.store.record(upkeep.alarm(line, row["call"], f"recording lost: {recording}"))
    return False


def _note(line: Line, call: str, kind: str, recording: str, **data: JSON) -> None:
    at = iso(line.clock.now(), milliseconds=True)
    entry = Entry(at, call, kind, f"{kind} {recording}", {"recording": recording, **data})
    line.store.record([entry])
