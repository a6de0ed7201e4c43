"""What each kind of entry changes in the tables: one function a kind, run once, in the entry's transaction.

Entries can come in any order (callbacks overtake each other, spilled lines are filed late), so no function
counts on another having run: a state only moves forward, an older turn loses. Just the call's row is there:
the journal sees to it, once for all entries of a call that come together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from ivr.storage import faults, moot, onward, outbox, pages, promises, working
from ivr.storage.attempts import accepted, leg_status, ring_ended, ringing, whisper
from ivr.storage.callbacks import callback, give_back
from ivr.storage.entry import Entry
from ivr.storage.errands import errand_answered, errand_ended, errand_placed, errand_result
from ivr.storage.messages import message, message_deleted, message_kept, message_lost
from ivr.storage.pages import page_opened, unanswered
from ivr.storage.refs import reference
from ivr.storage.rows import make_call, second
from ivr.storage.shifts import shift_confirmed, shift_started, shift_unreached

DISPOSITIONS = ("emergency", "clinician_now", "two_hours", "same_day", "routine")  # the most urgent first

Project = Callable[[sqlite3.Connection, Entry], None]


def call_started(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "INSERT INTO calls (call, ref, started_at, last_at, caller, caller_kind, revision, repeat)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (call) DO UPDATE SET caller = excluded.caller, caller_kind = excluded.caller_kind,"
        " revision = excluded.revision, repeat = excluded.repeat,"
        " started_at = min(started_at, excluded.started_at)",
        (
            entry.call,
            reference(entry.call),
            second(entry.at),
            entry.at,
            entry.private.get("caller") or None,
            entry.data["caller_kind"],
            entry.data["revision"],
            1 if entry.data["repeat"] else 0,
        ),
    )


def turn(conn: sqlite3.Connection, entry: Entry) -> None:
    _reach(conn, entry, entry.data["next"] or entry.data["step"])


def ended(conn: sqlite3.Connection, entry: Entry) -> None:
    _reach(conn, entry, entry.data["step"])


def _reach(conn: sqlite3.Connection, entry: Entry, step: object) -> None:
    sql = (
        "UPDATE calls SET last_step = ?1, last_at = ?2"
        " WHERE call = ?3 AND (last_at <= ?2 OR last_step IS NULL)"
    )
    if conn.execute(sql, (step, entry.at, entry.call)).rowcount == 0 and make_call(
        conn, entry.call, entry.at
    ):
        conn.execute(sql, (step, entry.at, entry.call))


def path(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute("UPDATE calls SET path = ? WHERE call = ?", (entry.data["path"], entry.call))


def sign(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "INSERT INTO signs (call, gate, sign, how, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (entry.call, entry.data["gate"], entry.data["sign"], entry.data["how"], second(entry.at)),
    )


def disposition(conn: sqlite3.Connection, entry: Entry) -> None:
    """The most urgent one of a call stands: key 0 after an emergency doesn't make it less of one."""
    new = entry.data["disposition"]
    more = DISPOSITIONS[: DISPOSITIONS.index(new)] if new in DISPOSITIONS else DISPOSITIONS
    conn.execute(
        "UPDATE calls SET disposition = ? WHERE call = ?"
        f" AND (disposition IS NULL OR disposition NOT IN ({', '.join('?' * len(more))}))",
        (new, entry.call, *more),
    )


def text(conn: sqlite3.Connection, entry: Entry) -> None:
    given = entry.data["readers"]
    readers = (given,) if isinstance(given, str) else given
    words = entry.data.get("words")
    for reader in readers if isinstance(readers, (list, tuple)) else ():
        outbox.put(
            conn,
            key=f"{entry.call}:{entry.key}:{reader}",
            reader=str(reader),
            template=str(entry.data["template"]),
            words=words if isinstance(words, Mapping) else {},
            call=entry.call,
            due_at=str(entry.data.get("due") or second(entry.at)),
            deadline=str(entry.data["deadline"]) if entry.data.get("deadline") else None,
            urgent=bool(entry.data.get("urgent")),
            channel=str(entry.data.get("channel") or "text"),
        )


def text_sent(conn: sqlite3.Connection, entry: Entry) -> None:
    outbox.sent(
        conn, _number(entry, "outbox"), str(entry.data["sid"]), second(entry.at), _contact(entry)
    )


def text_straight(conn: sqlite3.Connection, entry: Entry) -> None:
    """It went out while its row could not be written: it is found by what names it."""
    row = conn.execute("SELECT id FROM outbox WHERE key = ?", (entry.data["text"],)).fetchone()
    if row is not None:
        outbox.sent(conn, row["id"], str(entry.data["sid"]), second(entry.at), _contact(entry))


def text_failed(conn: sqlite3.Connection, entry: Entry) -> None:
    outbox.failed(conn, _number(entry, "outbox"), str(entry.data["why"]), _contact(entry))


def _contact(entry: Entry) -> str | None:
    return str(entry.data["contact"]) if entry.data.get("contact") else None


def hung_up(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute("UPDATE calls SET hung_up = 1 WHERE call = ?", (entry.call,))
    _gone(conn, entry.call)


def call_ended(conn: sqlite3.Connection, entry: Entry) -> None:
    conn.execute(
        "UPDATE calls SET state = 'ended', ended_at = ?, status = ?, duration = ?"
        " WHERE call = ? AND state = 'live'",
        (second(entry.at), entry.data["status"], entry.data["duration"], entry.call),
    )
    pages.release_short(conn, entry.call, entry.at)
    _gone(conn, entry.call)
    readers = entry.data.get("readers")
    if isinstance(readers, (list, tuple)) and pages.left_waiting(conn, entry.call):
        for reader in readers:
            outbox.put(
                conn,
                key=f"{entry.call}:left waiting:{reader}",
                reader=str(reader),
                template="not_taken",
                words={},
                call=entry.call,
                due_at=second(entry.at),
                deadline=str(entry.data["deadline"]) if entry.data.get("deadline") else None,
                urgent=True,
            )


def _gone(conn: sqlite3.Connection, call: str) -> None:
    conn.execute(
        "UPDATE pages SET caller_gone = 1 WHERE page = ? AND state IN ('open', 'unanswered')", (call,)
    )


def errand_over(conn: sqlite3.Connection, entry: Entry) -> None:
    if errand_ended(conn, entry):
        give_back(conn, entry)


def nothing(conn: sqlite3.Connection, entry: Entry) -> None:
    """For kinds that only the journal keeps."""


def _number(entry: Entry, name: str) -> int:
    return int(str(entry.data[name]))


MAKES_CALL = frozenset({"call_started", "turn"})  # kinds that make the call's row by themselves

PROJECTIONS: Mapping[str, Project] = {
    "call_started": call_started,
    "turn": turn,
    "path": path,
    "sign": sign,
    "disposition": disposition,
    "page_opened": page_opened,
    "ringing": ringing,
    "ring_ended": ring_ended,
    "whisper": whisper,
    "accept": accepted,
    "leg_spoke": nothing,
    "leg_status": leg_status,
    "unanswered": unanswered,
    "promised": promises.promised,
    "text": text,
    "message": message,
    "message_kept": message_kept,
    "message_deleted": message_deleted,
    "message_lost": message_lost,
    "text_sent": text_sent,
    "text_failed": text_failed,
    "text_status": onward.text_status,
    "text_again": onward.text_again,
    "texts_merged": onward.texts_merged,
    "text_moot": moot.text_moot,
    "text_straight": text_straight,
    "contact_failed": faults.contact_failed,
    "contact_off": faults.contact_off,
    "contact_on": faults.contact_on,
    "call_ended": call_ended,
    "ended": ended,
    "hung_up": hung_up,
    "errand_placed": errand_placed,
    "errand_answered": errand_answered,
    "errand_result": errand_result,
    "errand_ended": errand_over,
    "staff": nothing,
    "shift_started": shift_started,
    "shift_confirmed": shift_confirmed,
    "shift_unreached": shift_unreached,
    "callback": callback,
    "page_round": working.page_round,
    "page_taken": working.page_taken,
    "patient_leg": working.patient_leg,
    "page_released": working.page_released,
    "page_closed": working.page_closed,
    "page_reopened": working.page_reopened,
    "promise_reminded": promises.promise_reminded,
    "promise_missed": promises.promise_missed,
    "promise_kept": promises.promise_kept,
    "promise_due": promises.promise_due,
    "safe_answer": nothing,
    "spilled": nothing,
    "alarm": nothing,
    "published": nothing,  # its row is written with it: see ivr.line.publishing
    "rolled_back": nothing,
    "refused": nothing,
}
