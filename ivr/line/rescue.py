"""Callers who met a sign and are gone, however that comes to be known: each becomes an open page."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from ivr.clock import from_iso, iso
from ivr.line.answer import Line
from ivr.line.telephone import Permanent, Telephone, TelephoneError
from ivr.line.upkeep import GONE
from ivr.storage import Entry, calls, pages
from ivr.storage.entry import JSON
from ivr.storage.journal import append

SILENT_FOR = timedelta(seconds=20)  # without a word: then the provider is asked whether they are still there
ASK_EVERY = timedelta(seconds=8)
LONG, ASK_LONG_EVERY = timedelta(minutes=3), timedelta(minutes=1)  # a bridged call is asked about less often
LOOK_BACK = timedelta(days=1)  # older calls were somebody's affair before the line did this


def sweep(line: Line, telephone: Telephone) -> int:
    """End calls with a sign that the provider says are over, and return how many pages had to be opened."""
    if line.store.behind():
        return 0
    now = line.clock.now()
    with line.store.read() as conn:
        silent = calls.silent_with_sign(conn, iso(now - SILENT_FOR, milliseconds=True), iso(now))
    for row in silent:
        _ask(line, telephone, row)
    return _open(line)


def _ask(line: Line, telephone: Telephone, row: sqlite3.Row) -> None:
    now = line.clock.now()
    try:
        state = telephone.call_state(row["call"])
    except Permanent as error:
        if error.status == 404:
            line.store.record(line.ended(row["call"], GONE, None))
            return
    except TelephoneError:
        pass
    else:
        if state.over:
            line.store.record(line.ended(row["call"], state.status, state.duration))
            return
    every = ASK_LONG_EVERY if now - from_iso(row["last_at"]) > LONG else ASK_EVERY
    line.store.write(lambda conn: calls.ask_again(conn, row["call"], iso(now + every)))


def _open(line: Line) -> int:
    """Open a page for each caller who met a sign and has gone without a page or a promise."""
    now = line.clock.now()
    since, at = iso(now - LOOK_BACK), iso(now, milliseconds=True)
    with line.store.read() as conn:
        if not pages.lost(conn, since):
            return 0

    def work(conn: sqlite3.Connection) -> int:
        found = pages.lost(conn, since)
        for call, signs in found:
            data: dict[str, JSON] = {"disposition": "clinician_now", "signs": signs}
            append(conn, [Entry(at, call, "page_opened", "page opened for one who has gone", data)])
        return len(found)

    return line.store.write(work)
