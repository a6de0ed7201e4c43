"""Staff who ring patients by way of the line: which phones are known, whom they can mean, and their links.

A call that a member of staff made to the line becomes an errand when they have chosen whom to ring: its row
holds a keyed number until the call is over, and counts how often they did so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import cast

from ivr.storage import pages, working
from ivr.storage.entry import Entry
from ivr.storage.rows import second

KIND = "callback"
REACHED = "reached"  # outcome of one whose patient answered
KEYED = "keyed"  # subject of one about a number that was keyed in
STAFF = "staff"  # path of a call in which somebody of the clinic gave the right PIN

_PATIENT = (
    "SELECT calls.call, calls.ref, calls.started_at, calls.caller, calls.state, pages.state AS page,"
    " pages.opened_at, pages.accepted_by, pages.signs, pages.caller_gone,"
    " (SELECT group_concat(box) FROM messages WHERE messages.call = calls.call) AS boxes"
    f" FROM calls LEFT JOIN pages ON page = call WHERE path <> '{STAFF}'"
)


def staff_phones(conn: sqlite3.Connection, number: str) -> list[tuple[str, str]]:
    """Return (leg, owner of the PIN) of staff's own phones, proved by a call, with this number."""
    rows = conn.execute(
        "SELECT phone, COALESCE(person, phone) AS owner FROM staff_phones JOIN staff USING (name)"
        " WHERE number = ? AND phone LIKE 'staff/%' AND proved_at IS NOT NULL AND disabled_at IS NULL",
        (number,),
    )
    return [(row["phone"], row["owner"]) for row in rows]


def has_pin(conn: sqlite3.Connection, owner: str) -> bool:
    """Return whether somebody has a PIN."""
    return conn.execute("SELECT 1 FROM pins WHERE person = ?", (owner,)).fetchone() is not None


def disabled(conn: sqlite3.Connection, owner: str) -> bool:
    """Return whether the account of a person, or of "staff/NAME", was disabled."""
    sql = "SELECT 1 FROM staff WHERE (person = ?1 OR 'staff/' || name = ?1) AND disabled_at IS NOT NULL"
    return conn.execute(sql, (owner,)).fetchone() is not None


def role(conn: sqlite3.Connection, owner: str) -> str | None:
    """Return the role of the account of a person, or of "staff/NAME"; None without one."""
    sql = "SELECT role FROM staff WHERE (person = ?1 OR 'staff/' || name = ?1) AND disabled_at IS NULL"
    row = conn.execute(sql, (owner,)).fetchone()
    return str(row["role"]) if row else None


def number_of(conn: sqlite3.Connection, leg: str) -> str | None:
    """Return the number (E.164) of a proved phone of staff's own ("staff/joe"), or None."""
    row = conn.execute(
        "SELECT number FROM staff_phones JOIN staff USING (name)"
        " WHERE phone = ? AND proved_at IS NOT NULL AND disabled_at IS NULL",
        (leg,),
    ).fetchone()
    return str(row["number"]) if row else None


def patient(conn: sqlite3.Connection, call: str) -> sqlite3.Row | None:
    """Return a patient's call, or None, with what staff may have to know to ring them.

    page       the state of its page, or None; opened_at, accepted_by, signs: the page's
    boxes      of its messages, with commas between; None: there are none
    """
    row: sqlite3.Row | None = conn.execute(f"{_PATIENT} AND calls.call = ?", (call,)).fetchone()
    return row


def owed(conn: sqlite3.Connection, number: str, sid: str) -> str:
    """Return the call whose caller, at `number`, waits for a clinician: with a page that nobody has taken but
    in the call `sid` (the provider may ask twice), or else a promise that isn't kept. "": there is none."""
    row = conn.execute(
        "SELECT c.call FROM calls c LEFT JOIN pages q ON q.page = c.call"
        "  AND (q.state IN ('open', 'unanswered') OR (q.state = 'taken' AND q.accepted_sid = ?2))"
        f" WHERE c.caller = ?1 AND c.path <> '{STAFF}' AND (q.page IS NOT NULL OR EXISTS"
        "  (SELECT 1 FROM promises p WHERE p.call = c.call AND p.state IN ('due', 'missed')))"
        " ORDER BY q.page IS NULL, c.started_at DESC LIMIT 1",
        (number, sid),
    ).fetchone()
    return str(row["call"]) if row else ""


def waiting(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the patients whose page nobody has taken, and who aren't on the line any more: newest first."""
    return conn.execute(
        f"{_PATIENT} AND pages.state IN ('open', 'unanswered') AND (calls.state = 'ended' OR caller_gone)"
        " ORDER BY opened_at DESC, calls.call"
    ).fetchall()


def talks(conn: sqlite3.Connection, call: str, sid: str) -> bool:
    """Return whether somebody else, in another call than `sid`, is joined to a call's patient, or about to
    be: with a page that they took, or because they asked for it."""
    sql = (
        "SELECT 1 FROM pages JOIN calls ON call = page WHERE page = ?1 AND pages.state = 'taken'"
        " AND accepted_sid <> ?2 AND calls.state = 'live' AND NOT calls.hung_up AND NOT caller_gone"
        " UNION ALL SELECT 1 FROM errands e LEFT JOIN pages ON page = subject WHERE subject = ?1"
        " AND e.kind IN ('page', 'callback') AND e.state = 'placed' AND e.sid <> ?2"
        " AND (e.sid = accepted_sid OR EXISTS (SELECT 1 FROM journal j WHERE j.call = ?1"
        "  AND j.kind = 'callback' AND json_extract(j.data, '$.sid') = e.sid)) LIMIT 1"
    )
    return conn.execute(sql, (call, sid)).fetchone() is not None


def patients_since(conn: sqlite3.Connection, since: str, most: int = 5000) -> list[sqlite3.Row]:
    """Return patients' calls since `since` (UTC), and those whose page is open: newest first."""
    return conn.execute(
        f"{_PATIENT} AND (started_at >= ? OR pages.state IN ('open', 'unanswered'))"
        " ORDER BY started_at DESC, calls.call LIMIT ?",
        (since, most),
    ).fetchall()


def begin(
    conn: sqlite3.Connection,
    *,
    key: str,
    subject: str,
    leg: str,
    sid: str,
    at: str,
    data: Mapping[str, object],
    number: str = "",
) -> int:
    """Make the errand of a call that somebody of the clinic made, and return its row; twice is one row.

    sid: of that call, which goes on already. at: UTC, whole seconds. number: see errands.put().
    """
    conn.execute(
        "INSERT INTO errands (key, kind, subject, leg, data, number, due_at, deadline, state, tries, sid,"
        " placed_at, heard_at, answered_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 'placed', 1, ?8, ?7, ?7, ?7) ON CONFLICT (key) DO NOTHING",
        (key, KIND, subject, leg, json.dumps(dict(data)), number or None, at, sid),
    )
    return int(conn.execute("SELECT id FROM errands WHERE key = ?", (key,)).fetchone()[0])


def of_call(conn: sqlite3.Connection, sid: str) -> list[sqlite3.Row]:
    """Return the errands that go on in a call."""
    return conn.execute(
        "SELECT * FROM errands WHERE state = 'placed' AND sid = ? ORDER BY id", (sid,)
    ).fetchall()


def judged(conn: sqlite3.Connection, call: str, key: str) -> str:
    """Return what came of a PIN that was keyed in a call, "" if nothing yet. key: of the line about it."""
    sql = "SELECT json_extract(data, '$.result') FROM journal WHERE call = ? AND key = ?"
    row = conn.execute(sql, (call, key)).fetchone()
    return str(row[0]) if row else ""


def keyed_by(conn: sqlite3.Connection, who: str, since: str) -> int:
    """Return how many numbers somebody has keyed in since `since` (UTC)."""
    row = conn.execute(
        "SELECT count(*) FROM errands WHERE kind = ? AND subject = ? AND due_at >= ?"
        " AND json_extract(data, '$.who') = ?",
        (KIND, KEYED, since, who),
    ).fetchone()
    return int(row[0])


def put_link(conn: sqlite3.Connection, token: str, leg: str, call: str, until: str) -> None:
    """Keep a link. token: tokens.digest() of the one in its address. The same one twice is one link."""
    conn.execute(
        "INSERT INTO callback_links (token, leg, call, until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (token, leg, call, until),
    )


def link(conn: sqlite3.Connection, token: str, now: str) -> sqlite3.Row | None:
    """Return a link that can still be used, or None."""
    return cast(
        "sqlite3.Row | None",
        conn.execute(
            "SELECT * FROM callback_links WHERE token = ? AND used_at IS NULL AND until > ?", (token, now)
        ).fetchone(),
    )


def use_link(conn: sqlite3.Connection, token: str, now: str) -> bool:
    """Use a link up. False: it was used before, or is too old."""
    return (
        conn.execute(
            "UPDATE callback_links SET used_at = ?2 WHERE token = ?1 AND used_at IS NULL AND until > ?2",
            (token, now),
        ).rowcount
        == 1
    )


# --- projections -------------------------------------------------------------


def callback(conn: sqlite3.Connection, entry: Entry) -> None:
    """A call in which the right PIN was given is the staff's; a page whose patient wasn't reached is open."""
    if entry.data["result"] == "let_in":
        conn.execute("UPDATE calls SET path = ? WHERE call = ?", (STAFF, entry.call))
    elif entry.data["result"] == "given_back":
        pages.release(conn, entry.call, str(entry.data.get("sid", "")))


def give_back(conn: sqlite3.Connection, entry: Entry) -> None:
    """Open a page again whose errand is over, if nobody knows of its patient having been reached.

    Something broke where their phone was never rung: that is no reason to wait for the timetable.
    """
    row = conn.execute("SELECT * FROM errands WHERE id = ?", (entry.data["errand"],)).fetchone()
    if row is None or row["kind"] != KIND or row["outcome"] == REACHED or not row["sid"]:
        return
    page = pages.get(conn, row["subject"])
    if page is None or page["accepted_sid"] != row["sid"] or working.spoken(page):
        return  # how a talk ended is asked later: see working.unsettled()
    rung = working.rung(conn, page["page"], page["accepted_at"])
    if pages.release(conn, page["page"], row["sid"]) and not rung:
        working.again(conn, page["page"], second(entry.at))
