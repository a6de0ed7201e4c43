"""Texts that wait in the outbox and are no longer true: somebody has taken the page, or has closed it.

A provider that takes no texts for an hour keeps them waiting. Whoever gets such a text after that would
ring a patient who has been spoken with, or look for what is done.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ivr.storage.entry import Entry
from ivr.storage.onward import DIGEST, settled

TAKEN, CLOSED = "a person has taken the page", "the page is closed"
_SAID = {"taken": TAKEN, "closed": CLOSED}

# template → the states of its page in which it no longer matters. Any other text stays: a message still waits
# to be heard, a patient is still to know what to watch for. That a caller was told to ring 999 is worth
# knowing while they are spoken with, and not once it is over.
MOOT_IN: Mapping[str, frozenset[str]] = {
    "not_taken": frozenset({"taken", "closed"}),
    "told": frozenset({"closed"}),
    "unclosed": frozenset({"closed"}),
}

# Not one that is being sent: whether it goes out, its sender knows; but one whose sender has died.
_WAITS = "(o.state = 'queued' OR (o.state = 'sending' AND o.claimed_until <= :now))"
_OF_A_PAGE = (
    f"SELECT o.*, p.state AS page_state FROM outbox o JOIN pages p ON p.page = o.call"
    f" WHERE o.state IN ('queued', 'sending') AND {_WAITS} AND p.state IN ('taken', 'closed')"
)
_OF_SEVERAL = (
    f"SELECT o.* FROM outbox o WHERE o.state IN ('queued', 'sending') AND {_WAITS} AND o.template = :digest"
)


def waiting(conn: sqlite3.Connection, now: str) -> list[tuple[sqlite3.Row, str]]:
    """Return the texts that wait and no longer matter, each with why. now: UTC, whole seconds.

    One that stands for several goes when none of its pages waits any more.
    """
    given = {"now": now, "digest": DIGEST}
    found = [
        (row, _SAID[row["page_state"]])
        for row in conn.execute(_OF_A_PAGE, given).fetchall()
        if row["page_state"] in MOOT_IN.get(row["template"], ())
    ]
    for row in conn.execute(_OF_SEVERAL, given).fetchall():
        if (refs := _each(row)) and not still(conn, row):
            found.append((row, TAKEN if len(refs) == 1 else "all of its pages are taken or closed"))
    return found


def still(conn: sqlite3.Connection, row: sqlite3.Row) -> list[str]:
    """Return the references that a text about several has still to name: all, but of those that are moot."""
    over = MOOT_IN.get(str(json.loads(row["words"]).get("of")), frozenset())
    states = "SELECT state FROM pages WHERE ref = ?"
    return [ref for ref in _each(row) if not {one[0] for one in conn.execute(states, (ref,))} & over]


def _each(row: sqlite3.Row) -> list[str]:
    return [str(one) for one in json.loads(row["words"]).get("each") or ()]


# --- projection --------------------------------------------------------------


def text_moot(conn: sqlite3.Connection, entry: Entry) -> None:
    """It isn't sent, by no way: whom it was for need not be told."""
    row = int(str(entry.data["outbox"]))
    changed = conn.execute(
        "UPDATE outbox SET state = 'expired', last_error = ?, claimed_until = NULL"
        " WHERE id = ? AND state IN ('queued', 'sending')",
        (entry.data["why"], row),
    ).rowcount
    if changed:
        settled(conn, row)
