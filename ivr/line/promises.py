"""Promised call-backs: their owner is reminded, and one that nobody made becomes a page like any other.

A promise is kept when a clinician says that they have spoken with the patient, or has had them on the line.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from ivr.clock import from_iso, iso
from ivr.line.answer import Line
from ivr.line.entries import due_words
from ivr.storage import Entry, calls, pages, promises
from ivr.storage.entry import JSON
from ivr.storage.journal import append

REMINDER = "reminder"
CALLED = "called_back"  # how: the patient was on the line with a clinician
SAID = "spoken_with"
ITSELF = "the line"  # who opened a page again, where nobody did


def tend(line: Line) -> int:
    """Remind of what is due soon, page the chain about what was missed, and return how many of both."""
    if line.store.behind():
        return 0  # one may have been kept, and the tables don't know it yet
    now = line.clock.now()
    soon = now + timedelta(minutes=line.config.working.remind_before)
    with line.store.read() as conn:
        if not (promises.coming(conn, iso(now), iso(soon)) or promises.overdue(conn, iso(now))):
            return 0

    def work(conn: sqlite3.Connection) -> int:
        late = promises.overdue(conn, iso(now))
        coming = promises.coming(conn, iso(now), iso(soon))
        for row in late:
            append(conn, _missed(line, conn, row))
        for row in coming:
            append(conn, _reminder(line, row))
        return len(late) + len(coming)

    return line.store.write(work)


def keep(line: Line, call: str, person: str, how: str = SAID) -> int:
    """Note that `person` has kept what the caller of `call` was promised, and return how many promises.

    how: as an outcome is named, or CALLED. Errors: StoreUnavailable.
    """
    key = iso(line.clock.now(), milliseconds=True)

    def work(conn: sqlite3.Connection) -> int:
        entries = kept(line, conn, call, person, how, key)
        append(conn, entries)
        return len(entries)

    return line.store.write(work)


def undo(line: Line, call: str, person: str) -> int:
    """Have what the caller of `call` was promised due again: how many promises. Errors: StoreUnavailable."""

    def work(conn: sqlite3.Connection) -> int:
        entries = due_again(line, conn, call, person)
        append(conn, entries)
        return len(entries)

    return line.store.write(work)


def kept(
    line: Line, conn: sqlite3.Connection, call: str, person: str, how: str, key: str
) -> list[Entry]:
    """Return the entries of the same caller's promises that are kept now. key: names the act in its call."""
    at = iso(line.clock.now(), milliseconds=True)
    return [
        _entry(row, at, "promise_kept", f"kept {key}", {"by": person, "how": how})
        for row in promises.unkept(conn, call)
    ]


def due_again(
    line: Line, conn: sqlite3.Connection, call: str, person: str, kept_at: str | None = None
) -> list[Entry]:
    """Return the entries of promises that weren't kept after all. kept_at: only of those kept then (UTC)."""
    at = iso(line.clock.now(), milliseconds=True)
    rows = promises.kept_at(conn, call, kept_at)
    return [_entry(row, at, "promise_due", f"due again {at}", {"by": person}) for row in rows]


def _reminder(line: Line, row: sqlite3.Row) -> list[Entry]:
    """Remind the owner; and whoever is first on call by now, if that is somebody else."""
    now = line.clock.now()
    at = iso(now, milliseconds=True)
    both = (row["owner"], line.config.chain_at(now)[0])
    readers = [reader for reader in dict.fromkeys(both) if reader in line.config.people]
    text: dict[str, JSON] = {
        "template": REMINDER,
        "to": "on_call",
        "readers": readers,
        "words": {"due": due_words(line.config, from_iso(row["due_at"]), now)},
        "urgent": False,
        "deadline": row["due_at"],
    }
    key = f"reminder {row['promise']}"
    return [_entry(row, at, "promise_reminded", "reminded", {}), Entry(at, row["call"], "text", key, text)]


def _missed(line: Line, conn: sqlite3.Connection, row: sqlite3.Row) -> list[Entry]:
    """Note it, and see that the call has a page that is worked."""
    at, call, promise = iso(line.clock.now(), milliseconds=True), row["call"], row["promise"]
    entries = [_entry(row, at, "promise_missed", "missed", {})]
    page = pages.get(conn, call)
    if page is None:
        names = [sign["sign"] for sign in calls.signs(conn, call)]
        data: dict[str, JSON] = {"disposition": row["disposition"], "signs": names}
        entries.append(Entry(at, call, "page_opened", f"page opened for {promise}", data))
    elif page["state"] == "closed":  # closed as not reached: the promise stands all the same
        entries.append(Entry(at, call, "page_reopened", f"page reopened for {promise}", {"by": ITSELF}))
    return entries


def _entry(row: sqlite3.Row, at: str, kind: str, key: str, data: dict[str, JSON]) -> Entry:
    promise = row["promise"]
    return Entry(at, row["call"], kind, f"promise {promise} {key}", {"promise": promise, **data})
