"""A record of many calls, made quickly: the same seed makes the same calls, and its chain holds.

Bulk inserts without the write door, its indexes made afterwards. Sids rise with time, which real ones don't.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.clock import iso
from ivr.storage.connection import prepare, writer
from ivr.storage.journal import GENESIS, link
from ivr.storage.refs import reference

EVERY = timedelta(seconds=158)  # a million calls make five years
PIECE = 20_000  # calls that are inserted at a time
KEPT = timedelta(days=30)  # younger messages have a recording, and staff's notes
_INDEXED = ("journal", "calls", "signs", "pages", "attempts", "promises", "messages")
_OUTCOMES = ("spoken_with",) * 7 + ("coming_in", "sent_to_ae", "not_reached")
_NOTES = ("Wants Thursday afternoon.", "Rang back, no answer.", "Booked for the twelfth.", "Wrong number.")
_CHAIN = ("ana", "ben", "chloe")
_MISSED = 0.08  # of the pages: nobody took it in the call
_RINGS = ("no_answer",) * 6 + ("busy", "failed", "passed_on")  # how a phone's ringing ends that isn't taken
_PROMISES = {"two_hours": 7200, "same_day": 6 * 3600, "routine": 86400}  # seconds until it is due
_REVISION = "0123456789abcdef"

# What happens in a call, as the journal has it: (seconds after the beginning, kind, key, data).
_BEGUN = f'{{"caller_kind":"home","repeat":false,"revision":"{_REVISION}"}}'
_BEGINNING = (
    (0, "call_started", "call started", _BEGUN),
    (0, "turn", "1", '{"input":"start","next":"main.topic","step":""}'),
)
_BOOKING = (
    *_BEGINNING,
    (9, "turn", "2", '{"input":"key 2","next":"desk.age","step":"main.topic"}'),
    (9, "path", "2.0", '{"path":"booking"}'),
    (70, "call_ended", "call ended", '{"duration":70,"status":"completed"}'),
)
_SIGN = '{"gate":"concern.gate_skin","how":"key","sign":"skin colour or pain"}'
_SYMPTOM = (
    *_BEGINNING,
    (9, "turn", "2", '{"input":"key 1","next":"concern.gate_emergency","step":"main.topic"}'),
    (9, "path", "2.0", '{"path":"symptom"}'),
    (22, "turn", "3", '{"input":"key 2","next":"concern.gate_skin","step":"concern.gate_emergency"}'),
    (30, "turn", "4", '{"input":"key 1","next":"concern.clinician_now","step":"concern.gate_skin"}'),
    (30, "sign", "4.0", _SIGN),
    (180, "call_ended", "call ended", '{"duration":180,"status":"completed"}'),
)


def make(data: Path, count: int, seed: int = 1, end: datetime | None = None) -> None:
    """Make data/line.db with `count` calls, the last of them at `end` (now). The last three wait."""
    conn = writer(prepare(data), 5.0)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA cache_size = -200000")
    found = conn.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
        f" AND tbl_name IN ({', '.join('?' * len(_INDEXED))})",
        _INDEXED,
    ).fetchall()
    for kind, name, _ in found:
        conn.execute(f"DROP {kind} {name}")
    dice, head, seq = random.Random(seed), GENESIS, 0
    last = end or datetime.now(UTC)
    for begin in range(0, count, PIECE):
        conn.execute("BEGIN IMMEDIATE")
        rows = _Rows(head, seq)
        for index in range(begin, min(begin + PIECE, count)):
            rows.add(dice, index, count, last - EVERY * (count - 1 - index), last)
        rows.insert(conn)
        head, seq = rows.head, rows.seq
        conn.execute("COMMIT")
    for _, _, sql in found:
        conn.execute(sql)
    conn.close()


class _Rows:
    """What has been made and not inserted yet; the chain goes on from `head`, which is line `seq`'s."""

    def __init__(self, head: str, seq: int) -> None:
        self.head, self.seq = head, seq
        self.of: dict[str, list[tuple[object, ...]]] = {name: [] for name in _INDEXED}

    def add(self, dice: random.Random, index: int, count: int, at: datetime, last: datetime) -> None:
        """Make one call with all that belongs to it."""
        sid, began, unwell = f"CA{index:032x}", iso(at), dice.random() < 0.57
        ref = reference(sid)
        latest = index >= count - 3
        unwell = unwell or latest
        page = unwell and (latest or dice.random() < 0.6)
        outcome = dice.choice(_OUTCOMES) if page and not latest else None
        disposition = dice.choice(("emergency", "clinician_now", "two_hours", "same_day")) if unwell else None
        if not unwell and dice.random() < 0.2:
            disposition = "routine"
        became = outcome or ("open" if page else None)
        path, length = ("symptom", 180) if unwell else ("booking", 70)
        over = None if index == count - 1 else iso(at + timedelta(seconds=length))
        self.of["calls"].append(
            (sid, ref, began, f"{began[:19]}.000Z", over, f"+4477009{dice.randrange(10**5):05}", "home", 0)
            + (_REVISION, path, disposition, "main.topic", "ended" if over else "live", "completed", length)
            + (0, became)
        )
        for after, kind, key, text in _SYMPTOM if unwell else _BOOKING:
            self._line(iso(at + timedelta(seconds=after), milliseconds=True), sid, kind, key, text)
        if page:
            self._page(dice, sid, at, last, disposition, outcome)
        elif disposition in _PROMISES and dice.random() < 0.8:
            self._promise(dice, sid, disposition, at, last)
        elif dice.random() < 0.3:
            self._message(dice, sid, ref, began, at, last, path)

    def _page(
        self,
        dice: random.Random,
        sid: str,
        at: datetime,
        last: datetime,
        disposition: str | None,
        outcome: str | None,
    ) -> None:
        """A page: its phones ring one by one, 20 s each. Without an outcome nobody has taken it yet."""
        began, opened = iso(at), at + timedelta(seconds=30)
        self.of["signs"].append((sid, "concern.gate_skin", "skin colour or pain", "key", began))
        missed, gone = dice.random() < _MISSED and last - at > timedelta(hours=2), dice.random() < 0.05
        rings = 3 if missed else dice.randrange(1, 4)
        taken = opened + timedelta(seconds=20 * rings - dice.randrange(12))
        vain = iso(opened + timedelta(seconds=20 * rings)) if missed else None
        if missed:
            taken = opened + timedelta(seconds=dice.randrange(200, 3000))  # in a later round
        by = dice.choice(_CHAIN) if outcome and not (missed and gone) else None
        for ring in range(rings):
            taken_here = by and not missed and ring == rings - 1
            begun = opened + timedelta(seconds=20 * ring)
            ended = "taken" if taken_here else dice.choice(_RINGS) if outcome else "no_answer"
            self.of["attempts"].append(
                (sid, "on_call", f"{_CHAIN[ring]}/0", ring, iso(begun), ended)
                + (iso(begun + timedelta(seconds=20)),)
            )
        closed = iso(max(taken, at) + timedelta(minutes=5)) if outcome else None
        self.of["pages"].append(
            (sid, reference(sid), iso(opened), disposition, '["skin colour or pain"]')
            + ("closed" if outcome else "open", int(gone), vain, by, iso(taken) if by else None)
            + (closed, outcome, by or (_CHAIN[0] if outcome else None))
        )

    def _promise(self, dice: random.Random, sid: str, promise: str, at: datetime, last: datetime) -> None:
        due = at + timedelta(seconds=_PROMISES[promise])
        late, owner = dice.random() < 0.1, dice.choice(_CHAIN)
        when = due + timedelta(seconds=dice.randrange(3600) * (1 if late else -1))
        kept = when < last and dice.random() < 0.95
        missed = iso(due) if due < last and (late or not kept) else None
        state = "kept" if kept else "missed" if missed else "due"
        self.of["promises"].append((sid, promise, promise, iso(due), state, owner, missed))
        self.of["promises"][-1] += (owner, iso(when)) if kept else (None, None)

    def _message(
        self, dice: random.Random, sid: str, ref: str, began: str, at: datetime, last: datetime, path: str
    ) -> None:
        kept = last - at < KEPT
        box = "clinical" if path == "symptom" else dice.choice(("booking", "booking", "general"))
        waits = kept and dice.random() < 0.02
        done = None if waits else began
        note = dice.choice(_NOTES) if kept else ""
        sound = ("kept", f"{self.seq:032x}.sealed") if kept else ("deleted", None)
        self.of["messages"].append(
            (f"RE{sid[2:]}", f"RE{sid[2:]}", ref, sid, box, 21, began, *sound, began, began, done, done, note)
        )

    def _line(self, at: str, call: str, kind: str, key: str, text: str) -> None:
        self.head, self.seq = link(self.head, at, call, kind, key, text), self.seq + 1
        self.of["journal"].append((self.seq, at, call, kind, key, text, self.head))

    def insert(self, conn: sqlite3.Connection) -> None:
        for name, columns in _COLUMNS.items():
            places = ", ".join("?" * len(columns))
            conn.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", self._rows(name))

    def _rows(self, name: str) -> Iterator[tuple[object, ...]]:
        return iter(self.of[name])


_COLUMNS = {
    "calls": ("call", "ref", "started_at", "last_at", "ended_at", "caller", "caller_kind", "repeat")
    + ("revision", "path", "disposition", "last_step", "state", "status", "duration", "hung_up", "became"),
    "journal": ("seq", "at", "call", "kind", "key", "data", "hash"),
    "signs": ("call", "gate", "sign", "how", "at"),
    "pages": ("page", "ref", "opened_at", "disposition", "signs", "state", "caller_gone", "unanswered_at")
    + ("accepted_by", "accepted_at", "closed_at", "outcome", "closed_by"),
    "attempts": ("call", '"group"', "leg", "ring", "started_at", "outcome", "ended_at"),
    "promises": ("call", "promise", "disposition", "due_at", "state", "owner", "missed_at")
    + ("kept_by", "kept_at"),
    "messages": ("message", "recording", "ref", "call", "box", "seconds", "left_at", "state", "file")
    + ("fetch_at", "heard_at", "done_at", "provider_deleted_at", "note"),
}
