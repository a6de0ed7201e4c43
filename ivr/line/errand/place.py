"""Placing the calls that are due, and noticing those that ended without a word."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta

from ivr.clock import from_iso, iso
from ivr.line import contacts
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand
from ivr.line.errand.kinds import KINDS
from ivr.line.errand.record import entry
from ivr.line.telephone import Permanent, Telephone, TelephoneError, Temporary, Unknown
from ivr.storage import Entry, StoreUnavailable, callbacks, errands

log = logging.getLogger(__name__)

RETRY_AFTER = (5, 15, 30, 60)  # seconds after the first failed try, the second, …; the last one repeats
RING_SECONDS = 20  # the network adds about 5: a mobile's voicemail mostly comes later
LEASE = 20  # seconds after which a call whose placing was never told of is placed again: a request takes 16
SILENT_FOR = timedelta(seconds=20)  # without a word: then the provider is asked whether the call goes on
ASK_AGAIN = timedelta(seconds=10)

Urls = Callable[[Errand], tuple[str, str]]  # → where the call goes on, and where its news go


def place(line: Line, telephone: Telephone, urls: Urls) -> int:
    """Ring what is due; return how many calls were placed. Then end those that the provider says are over.

    First of all, phones are stopped that ring for nothing: somebody was faster.
    """
    stop(line, telephone)
    now, count = iso(line.clock.now()), 0
    with line.store.read() as conn:
        waiting = errands.waiting(conn, now)
    if waiting:
        count = _due(line, telephone, urls, now)
    sweep(line, telephone)
    return count


def _due(line: Line, telephone: Telephone, urls: Urls, now: str) -> int:
    count = 0
    while row := _claim(line, now):
        count += _place(line, telephone, urls, row)
    for row in line.store.write(lambda conn: errands.expire(conn, now)):
        why = row["last_error"] or "it was never tried"
        log.error("errand %s (%s) came too late: %s", row["id"], row["kind"], why)
        line.store.record(ended(line, of_row(row), "expired", why))
    return count


def _claim(line: Line, due: str) -> sqlite3.Row | None:
    """Take one row that was due at `due`: of several, the last one's lease would run out while it waits."""
    lease = LEASE + int((line.clock.now() - from_iso(due)).total_seconds())
    rows = line.store.write(lambda conn: errands.claim(conn, due, 1, lease))
    return rows[0] if rows else None


def stop(line: Line, telephone: Telephone) -> None:
    """Cancel the calls that still ring about a page that somebody else has. Their end is told like any other.

    Whoever answers at this very moment isn't cut off: they hear that it is taken.
    """
    with line.store.read() as conn:
        needless = errands.needless(conn)
    for row in needless:
        try:
            telephone.cancel(row["sid"])
        except TelephoneError as error:  # it is asked for again at the next tick, while it rings
            log.info("errand %s rings on for a moment: %s", row["id"], error.why)


def sweep(line: Line, telephone: Telephone) -> int:
    """Ask the provider about calls that went silent, and end those that are over. Return how many."""
    before = iso(line.clock.now() - SILENT_FOR)
    soon = iso(line.clock.now() - SILENT_FOR + ASK_AGAIN)
    with line.store.read() as conn:
        silent = errands.silent(conn, before)
    over = 0
    for row in silent:
        try:
            state = telephone.call_state(row["sid"])
            status = state.status if state.over else ""
            if not state.over:  # a conversation of minutes needn't be asked about at each tick
                line.store.write(lambda conn, row=row: errands.heard(conn, row["id"], soon))  # type: ignore[misc]
        except Permanent as error:
            status = "failed" if error.status == 404 else ""
        except TelephoneError:
            status = ""
        if status:
            line.store.record(ended(line, of_row(row), status, sid=row["sid"]))
            over += 1
    return over


def told_ended(line: Line, errand: Errand, status: str, sid: str) -> list[Entry]:
    """Do as ended(), for news of the provider's. What can't be written now is found out by sweep().

    sid: of the call. Of two calls, placed because nobody knew of the first, one counts: the row says which.
    """
    try:
        with line.store.read() as conn:
            row = errands.get(conn, errand.row)
        if row is not None and row["sid"] and row["sid"] != sid:
            return []
        return ended(line, errand, status, sid=sid)
    except StoreUnavailable:
        log.warning("errand %s: that its call is over has to wait for the database", errand.row)
        return []


def ended_in(line: Line, sid: str, status: str) -> list[Entry]:
    """Return the entries of the errands of a call that somebody of the clinic made, and that is over."""
    try:
        with line.store.read() as conn:
            rows = callbacks.of_call(conn, sid)
    except Exception:  # the provider is asked about them later: see sweep()
        log.warning("errands can't be read", exc_info=True)
        return []
    return [entry for row in rows for entry in ended(line, of_row(row), status, sid=sid)]


def of_row(row: sqlite3.Row) -> Errand:
    """Return the errand of a row, before its first turn."""
    return Errand(row["kind"], row["id"], row["subject"], row["leg"], data=json.loads(row["data"]))


def ended(line: Line, errand: Errand, status: str, why: str = "", sid: str = "") -> list[Entry]:
    """Return the entries of a call that is over, with what its kind makes of that. sid "": there was none."""
    data = {"for": errand.kind, "status": status} | ({"why": why} if why else {})
    data |= {"sid": sid} if sid else {}
    kind = KINDS.get(errand.kind)
    return [
        entry(line, errand, "errand_ended", data, f" {sid}" if sid else ""),
        *(kind.over(line, errand, status) if kind is not None else ()),
    ]


def _place(line: Line, telephone: Telephone, urls: Urls, row: sqlite3.Row) -> bool:
    errand = of_row(row)
    kind = KINDS.get(errand.kind)
    number = row["number"] if kind is not None and kind.unproved else line.number_of(errand.leg)
    if number is None or kind is None:
        line.store.record(ended(line, errand, "failed", "its phone is no longer known"))
        return False
    url, news = urls(errand)
    try:
        sid = telephone.call(number, line.config.clinic.number, url, news, RING_SECONDS)
    except (Temporary, Unknown) as error:
        wait = RETRY_AFTER[min(row["tries"], len(RETRY_AFTER)) - 1]
        due, why = iso(line.clock.now() + timedelta(seconds=wait)), error.why
        line.store.write(lambda conn: errands.later(conn, row["id"], due, why))
        log.warning("errand %s (%s) has to wait: %s", row["id"], row["kind"], why)
        return False
    except Permanent as error:
        log.error("errand %s (%s) can't be placed: %s", row["id"], row["kind"], error.why)
        entries = ended(line, errand, "failed", error.why)
        if error.enough:
            key = f"errand fault {row['id']}"
            entries.append(contacts.not_rung(line, "", errand.leg, "call", error.enough, key, error.code))
        line.store.record(entries)
        return False
    line.store.record([entry(line, errand, "errand_placed", {"for": errand.kind, "sid": sid}, f" {sid}")])
    return True
