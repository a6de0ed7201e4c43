"""Working an open page: when its next round of calls begins, who was rung in it, and how the page ends."""

from __future__ import annotations

import sqlite3

from ivr.storage import pages
from ivr.storage.entry import Entry
from ivr.storage.rows import second

SHORT_TALK = 15  # seconds on the line with the patient's phone that hold no talk: a voicemail's, mostly

# A page isn't worked beside the caller's own call, nor beside a later page or call of the same caller: it is
# the same patient, and their line would be busy.
_OPEN = (
    "SELECT p.*, c.caller, c.repeat FROM pages p JOIN calls c ON c.call = p.page"
    " WHERE p.state IN ('open', 'unanswered')"
    " AND (c.state = 'ended' OR c.hung_up = 1 OR c.last_at < :silent)"
    " AND NOT EXISTS (SELECT 1 FROM calls later WHERE later.caller = c.caller"
    "  AND later.started_at >= c.started_at AND later.call <> c.call"
    "  AND ((later.state = 'live' AND later.hung_up = 0 AND later.last_at >= :silent)"
    "   OR EXISTS (SELECT 1 FROM pages q WHERE q.page = later.call AND q.state <> 'closed')))"
)
_DUE = (
    f"{_OPEN} AND (p.next_at IS NULL OR p.next_at <= :now)"
    " AND NOT EXISTS (SELECT 1 FROM errands WHERE kind = 'page' AND subject = p.page"
    "  AND state IN ('queued', 'placing', 'placed'))"
    " ORDER BY p.opened_at, p.page"
)


def due(conn: sqlite3.Connection, now: str, silent: str) -> list[sqlite3.Row]:
    """Return the open pages for which a phone is to be rung now, oldest first; with caller and repeat.

    now      UTC, whole seconds
    silent   a call of which nothing was heard since (UTC) is over, told or not
    """
    return conn.execute(_DUE, {"now": now, "silent": silent}).fetchall()


def needless(conn: sqlite3.Connection) -> list[str]:
    """Return the pages that wait for a person no more, and still have a call waiting to be placed."""
    return [
        row[0]
        for row in conn.execute(
            "SELECT DISTINCT page FROM pages JOIN errands ON subject = page AND kind = 'page'"
            " WHERE errands.state = 'queued' AND pages.state IN ('taken', 'closed')"
        )
    ]


def unsettled(conn: sqlite3.Connection, before: str) -> list[sqlite3.Row]:
    """Return taken pages whose talk ended before `before` (UTC), and of which nothing was said since.

    `caller`: their number; `errand`: the kind of the call in which it was taken, None for the caller's own;
    `ended`: its end.
    """
    return conn.execute(
        "SELECT p.*, c.caller, e.kind AS errand, COALESCE(e.ended_at, c.ended_at) AS ended FROM pages p"
        " JOIN calls c ON c.call = p.page"
        " LEFT JOIN errands e ON e.kind IN ('page', 'callback') AND e.subject = p.page"
        "  AND e.sid = p.accepted_sid"
        " WHERE p.state = 'taken' AND p.ask_at IS NULL"
        " AND CASE WHEN e.id IS NULL THEN c.state = 'ended' AND c.ended_at <= ?1"
        "  ELSE e.state IN ('over', 'expired') AND e.ended_at <= ?1 END",
        (before,),
    ).fetchall()


def spoken(page: sqlite3.Row) -> bool:
    """Return whether the patient of a taken page (its row) has been on the line with whoever took it."""
    seconds = page["talk_seconds"]
    return bool(page["joined_at"]) and (seconds is None or seconds >= SHORT_TALK)


def rung(conn: sqlite3.Connection, page: str, since: str) -> bool:
    """Return whether there was any news of the patient's own phone since `since` (UTC, whole seconds)."""
    found = conn.execute(
        "SELECT 1 FROM journal WHERE call = ? AND kind = 'patient_leg' AND at >= rtrim(?, 'Z') LIMIT 1",
        (page, since),
    )
    return found.fetchone() is not None


def released_before(conn: sqlite3.Connection, page: str, why: str) -> bool:
    """Return whether a page was given back for this very reason once."""
    found = conn.execute(
        "SELECT 1 FROM journal WHERE call = ? AND kind = 'page_released'"
        " AND json_extract(data, '$.why') = ? LIMIT 1",
        (page, why),
    )
    return found.fetchone() is not None


def unclosed(conn: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Return taken pages whose clinician is to be asked now how it ended."""
    return conn.execute(
        "SELECT * FROM pages WHERE state = 'taken' AND ask_at <= ? ORDER BY ask_at, page", (now,)
    ).fetchall()


def ask(conn: sqlite3.Connection, page: str, at: str) -> None:
    """Have the clinician who took a page asked at `at` (UTC, whole seconds) how it ended."""
    conn.execute("UPDATE pages SET ask_at = ? WHERE page = ? AND state = 'taken'", (at, page))


def of_caller(conn: sqlite3.Connection, page: str) -> list[str]:
    """Return the page itself and the other pages of the same caller that aren't closed."""
    return [
        row[0]
        for row in conn.execute(
            "SELECT page FROM pages JOIN calls c ON c.call = page WHERE pages.state <> 'closed' AND"
            " (page = ?1 OR c.caller = (SELECT caller FROM calls WHERE call = ?1)) ORDER BY page <> ?1",
            (page,),
        )
    ]


# --- projections -------------------------------------------------------------


def page_round(conn: sqlite3.Connection, entry: Entry) -> None:
    """A round of calls was made in vain."""
    conn.execute(
        "UPDATE pages SET round = max(round, ?), next_at = ?, unanswered_at = COALESCE(unanswered_at, ?)"
        " WHERE page = ? AND state IN ('open', 'unanswered')",
        (entry.data["round"], entry.data["next"], second(entry.at), entry.call),
    )


def page_taken(conn: sqlite3.Connection, entry: Entry) -> None:
    """Somebody took it, outside the caller's own call. When the database was gone, nothing else did."""
    leg, sid, person = (str(entry.data[name]) for name in ("leg", "sid", "person"))
    pages.accept(conn, entry.call, leg, sid, person, entry.at)


def patient_leg(conn: sqlite3.Connection, entry: Entry) -> None:
    """News of the patient's phone: it was answered, or is over after some seconds."""
    if entry.data["status"] in ("in-progress", "completed"):
        conn.execute(
            "UPDATE pages SET joined_at = COALESCE(joined_at, ?1),"
            " talk_seconds = CASE WHEN ?2 IS NULL THEN talk_seconds"
            "  ELSE max(COALESCE(talk_seconds, 0), ?2) END WHERE page = ?3",
            (second(entry.at), entry.data.get("seconds"), entry.call),
        )


def page_released(conn: sqlite3.Connection, entry: Entry) -> None:
    """Whoever took it has spoken with nobody: it waits again, and they are rung first."""
    if pages.release(conn, entry.call, str(entry.data["sid"])):
        again(conn, entry.call, str(entry.data["next"]))
        conn.execute("UPDATE pages SET first_leg = ? WHERE page = ?", (entry.data["leg"], entry.call))


def page_closed(conn: sqlite3.Connection, entry: Entry) -> None:
    """A person has dealt with it. The first word stands."""
    if pages.close(conn, entry.call, entry.at):
        conn.execute(
            "UPDATE pages SET outcome = ?, closed_by = ?, ask_at = NULL WHERE page = ?",
            (entry.data["outcome"], entry.data["by"], entry.call),
        )


def page_reopened(conn: sqlite3.Connection, entry: Entry) -> None:
    """A person wants it to be worked again."""
    conn.execute(
        "UPDATE pages SET state = 'open', closed_at = NULL, outcome = NULL, closed_by = NULL,"
        " accepted_by = NULL, accepted_leg = NULL, accepted_sid = NULL, accepted_at = NULL"
        " WHERE page = ? AND state IN ('taken', 'closed')",
        (entry.call,),
    )
    again(conn, entry.call, second(entry.at))


def again(conn: sqlite3.Connection, page: str, next_at: str) -> None:
    """Begin the next round of an open page at `next_at` (UTC, whole seconds)."""
    conn.execute(
        "UPDATE pages SET round = round + 1, next_at = ?, joined_at = NULL, talk_seconds = NULL,"
        " ask_at = NULL WHERE page = ?",
        (next_at, page),
    )
