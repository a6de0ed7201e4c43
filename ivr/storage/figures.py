"""What the record says of a time, for reports: calls, pages and promises between two instants.

`since` and `until` are UTC as it is stored; each question is bounded by them, so it costs what they hold.
"""

from __future__ import annotations

import sqlite3

_CALLS = "FROM calls WHERE started_at >= ? AND started_at < ?"
_RINGS = "FROM attempts INDEXED BY attempts_call WHERE call = page"
_MISSED = "unanswered_at IS NULL THEN NULL ELSE"  # only then is it asked how each phone's ringing ended
PAGES = (
    "SELECT opened_at, pages.disposition, pages.outcome, caller_gone, unanswered_at, accepted_by,"
    " accepted_at, calls.started_at,"
    f" (SELECT min(attempts.started_at) {_RINGS}) AS rang_at,"
    " CASE WHEN accepted_at IS NULL THEN 0 ELSE"
    f" (SELECT count(*) {_RINGS} AND attempts.started_at <= accepted_at) END AS tries,"
    f" CASE WHEN {_MISSED} (SELECT group_concat(DISTINCT COALESCE(attempts.outcome, '')) {_RINGS}) END"
    " AS outcomes,"
    f" CASE WHEN {_MISSED} (SELECT count(*) {_RINGS}) END AS rings"
    # Each from an index that holds all of it, and no sorting: it costs what the time holds.
    " FROM pages INDEXED BY pages_opened JOIN calls ON calls.call = page"
    " WHERE opened_at >= ? AND opened_at < ?"
)


def calls_by_hour(conn: sqlite3.Connection, since: str, until: str) -> list[tuple[str, str, int]]:
    """Return (hour in UTC as "2026-11-24T02", path, how many calls began in it)."""
    sql = f"SELECT substr(started_at, 1, 13), path, count(*) {_CALLS} GROUP BY 1, 2"
    return [tuple(row) for row in conn.execute(sql, (since, until))]


def bookings(conn: sqlite3.Connection, since: str, until: str) -> tuple[int, int]:
    """Return (calls about bookings; those of them that came to a clinician all the same)."""
    sql = (
        "SELECT count(*), COALESCE(sum(EXISTS (SELECT 1 FROM pages WHERE page = call)), 0)"
        f" {_CALLS} AND path = 'booking'"
    )
    row = conn.execute(sql, (since, until)).fetchone()
    return int(row[0]), int(row[1])


def pages(conn: sqlite3.Connection, since: str, until: str) -> list[sqlite3.Row]:
    """Return the pages opened then, each with `started_at` of its call, `rang_at` of the first phone, `tries`
    begun before it was taken, and, of those that somebody may have missed, `outcomes` of all rings, joined by
    commas, and `rings`, how many."""
    return conn.execute(PAGES, (since, until)).fetchall()


def promises(conn: sqlite3.Connection, since: str, until: str) -> dict[str, int]:
    """Return the promises of calls of then: state → how many."""
    sql = (
        "SELECT promises.state, count(*) FROM calls JOIN promises ON promises.call = calls.call"
        " WHERE started_at >= ? AND started_at < ? GROUP BY 1"
    )
    return {row[0]: int(row[1]) for row in conn.execute(sql, (since, until))}
