"""The journal: append-only, each line's hash taken over the one before it."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from json.encoder import encode_basestring_ascii as _quote
from typing import Any

from ivr.storage.entry import Entry
from ivr.storage.errors import is_trouble
from ivr.storage.projections import MAKES_CALL, PROJECTIONS
from ivr.storage.rows import make_call

log = logging.getLogger(__name__)

GENESIS = "0" * 64  # the hash before the first line
TRIGGERS = frozenset({"journal_keeps_lines", "journal_keeps_words"})

_COLUMNS = "seq, at, call, kind, key, data"
_HEAD = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
_ADD = (
    "INSERT INTO journal (seq, at, call, kind, key, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (call, key) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal, as it is read back. `at` is UTC with milliseconds."""

    seq: int
    at: str
    call: str
    kind: str
    key: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verify() found. `entries` is how many lines hold, `head` the hash of the last of them.

    problem   "" or one sentence that names the first line that doesn't hold
    """

    ok: bool
    entries: int
    head: str
    problem: str = ""


def link(before: str, at: str, call: str, kind: str, key: str, text: str) -> str:
    """Return the hash of a line: SHA-256 over the hash before it and the canonical JSON of its five fields.

    `text` is the data, canonical JSON already. The line is put together by hand because its keys are known
    to be in order; a test holds it equal to json.dumps(sort_keys=True).
    """
    line = (
        f'{before}{{"at":{_quote(at)},"call":{_quote(call)},"data":{text}'
        f',"key":{_quote(key)},"kind":{_quote(kind)}}}'
    )
    return sha256(line.encode()).hexdigest()


def append(conn: sqlite3.Connection, entries: Sequence[Entry]) -> int:
    """Add the entries that aren't there yet, in order; bring the tables up to date. Return how many were new.

    To be called within the write door. The head is read anew each time, under the write lock: other processes
    write too. A projection that fails costs its table's change, never the line: the journal is the record.

    Errors: sqlite3.Error when the disk, the lock or the file is in trouble.
    """
    row = conn.execute(_HEAD).fetchone()
    seq, head = (row[0], row[1]) if row else (0, GENESIS)
    first = seq
    there = ""  # the call whose row is known to be there
    for entry in entries:
        at, call, kind, key, text = entry.at, entry.call, entry.kind, entry.key, entry.text
        new = link(head, at, call, kind, key, text)
        if conn.execute(_ADD, (seq + 1, at, call, kind, key, text, new)).rowcount != 1:
            continue
        seq, head = seq + 1, new
        try:
            if call not in (there, "") and kind not in MAKES_CALL:
                make_call(conn, call, at)
            there = call
            PROJECTIONS[kind](conn, entry)
        except Exception as error:
            if is_trouble(error):
                raise
            # The type only: a message could hold what was said.
            log.error("journal line %d (%s): its table wasn't updated: %s", seq, kind, type(error).__name__)
    return int(seq - first)


def verify(conn: sqlite3.Connection, after: int = 0, head: str = GENESIS, most: int = -1) -> Verdict:
    """Walk the whole chain. Says which line was changed, taken out or added, or that a guard is missing.

    after, head  of the last line that is known to hold; then only what follows is looked at
    most         lines to look at; -1: all
    """
    count = after
    for seq, at, call, kind, key, text, stored in conn.execute(
        "SELECT seq, at, call, kind, key, data, hash FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, most),
    ):
        if seq != count + 1:
            return Verdict(False, count, head, f"line {count + 1} is missing: the next one is {seq}.")
        if link(head, str(at), str(call), str(kind), str(key), str(text)) != stored:
            return Verdict(
                False, count, head, f"line {seq} ({at}) was changed, or a line before it was replaced."
            )
        head, count = stored, seq
    guards = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    if missing := sorted(TRIGGERS - guards):
        return Verdict(False, count, head, f"the trigger {missing[0]} that guards the journal was removed.")
    return Verdict(True, count, head)


def lines(conn: sqlite3.Connection, call: str) -> list[Line]:
    """Return what happened in one call, in the order in which it happened (spilled lines are filed late)."""
    return _read(conn.execute(f"SELECT {_COLUMNS} FROM journal WHERE call = ? ORDER BY at, seq", (call,)))


def holds(conn: sqlite3.Connection, call: str, key: str) -> bool:
    """Return whether something of a call ("": of none) was noted under this key."""
    found = conn.execute("SELECT 1 FROM journal WHERE call = ? AND key = ?", (call, key))
    return found.fetchone() is not None


def touched(conn: sqlite3.Connection, after: int) -> tuple[int, list[str]]:
    """Return the number of the last line, and the calls that have lines after number `after`, in order."""
    row = conn.execute(_HEAD).fetchone()
    found = conn.execute(
        "SELECT call FROM journal WHERE seq > ? AND call <> '' GROUP BY call ORDER BY min(seq)", (after,)
    )
    return (row[0] if row else 0), [call for (call,) in found]


def troubles(conn: sqlite3.Connection, after: int = 0, most: int = 100) -> list[Line]:
    """Return the lines after number `after` that someone must be told about: spilled, alarm, safe_answer."""
    return _read(
        conn.execute(
            f"SELECT {_COLUMNS} FROM journal WHERE kind IN ('spilled', 'alarm', 'safe_answer')"
            " AND seq > ? ORDER BY seq LIMIT ?",
            (after, most),
        )
    )


def untold(conn: sqlite3.Connection, most: int = 20) -> list[Line]:
    """Return the `spilled` lines that nobody was told of: whichever process took the lines in.

    To tell of one, record an alarm that belongs to no call and has told_by(line) as its key.
    """
    return _read(
        conn.execute(
            f"SELECT {_COLUMNS} FROM journal WHERE kind IN ('spilled', 'alarm', 'safe_answer')"
            " AND kind = 'spilled' AND NOT EXISTS (SELECT 1 FROM journal AS told"
            " WHERE told.call = '' AND told.key = 'told ' || journal.seq) ORDER BY seq LIMIT ?",
            (most,),
        )
    )


def staff(conn: sqlite3.Connection, before: int = 0, most: int = 50) -> list[Line]:
    """Return what staff did, the latest first: the lines before number `before`, or the very last ones."""
    return _read(
        conn.execute(
            f"SELECT {_COLUMNS} FROM journal WHERE kind = 'staff' AND (?1 = 0 OR seq < ?1)"
            " ORDER BY seq DESC LIMIT ?2",
            (before, most),
        )
    )


def told_by(line: Line) -> str:
    """Return the key of the alarm that tells of a line."""
    return f"told {line.seq}"


def _read(rows: sqlite3.Cursor) -> list[Line]:
    return [Line(seq, at, call, kind, key, json.loads(data)) for seq, at, call, kind, key, data in rows]
