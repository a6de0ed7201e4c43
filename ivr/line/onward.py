"""What is done about texts that pile up, or didn't reach anybody: one for several, another way, the owner.

Each step is a line of the journal, and asks only what is due: a lost process means that another tick does it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.line.contacts import MAIL, Way, told_of
from ivr.line.texting import again
from ivr.storage import Entry, onward, outbox
from ivr.storage.entry import JSON

log = logging.getLogger(__name__)

PILED_UP = 120  # seconds that texts wait until they are put into one: in a normal hour none waits as long
PATIENCE = 3  # tries after which an urgent text goes out by mail too: some 50 seconds of an outage
LATE = timedelta(hours=4)  # in which it is worth telling the owner of texts that came to nothing


def tend(line: Line) -> int:
    """Do all three, and return how many texts were put together, sent another way or told of."""
    return pile(line) + expired(line) + another_way(line)


def pile(line: Line) -> int:
    """Put texts to one reader about one kind of thing into one, once they have waited for PILED_UP."""
    now = line.clock.now()
    with line.store.read() as conn:
        piles = onward.piles(conn, iso(now - timedelta(seconds=PILED_UP)))
    for rows in piles:
        first, last = rows[0], rows[-1]
        data: dict[str, JSON] = {
            "outboxes": [row["id"] for row in rows],
            "reader": last["reader"],
            "template": onward.about(last),
        }
        key = f"merged {first['id']} to {last['id']}"
        line.store.record([Entry(iso(now, milliseconds=True), "", "texts_merged", key, data)])
    return sum(len(rows) for rows in piles)


def expired(line: Line) -> int:
    """Tell the owner, once, of the calls about which texts could not be sent in time."""
    now = line.clock.now()
    with line.store.read() as conn:
        late = [row for row in onward.stranded(conn) if row["state"] == "expired"]
        off = line.contacts.off(conn)
    about = [row for row in late if onward.about(row) not in onward.OWN and row["template"] != onward.DIGEST]
    digests = [row for row in late if row["template"] == onward.DIGEST and onward.about(row) != onward.DIGEST]
    refs = list(dict.fromkeys(ref for row in (*about, *digests) for ref in onward.references(row)))
    if refs:
        data: dict[str, JSON] = {
            "template": onward.DIGEST,
            "to": "owner",
            "readers": (told_of(line, off),),
            "words": {"of": onward.DIGEST, "each": refs},
            "urgent": True,
            "deadline": iso(now + LATE),
        }
        key = f"late {late[0]['id']} to {late[-1]['id']}"
        line.store.record([Entry(iso(now, milliseconds=True), "", "text", key, data)])
    for row in late:
        line.store.write(lambda conn, row=row: onward.settled(conn, row["id"]))  # type: ignore[misc]
    return len(late)


def another_way(line: Line) -> int:
    """Send urgent texts that didn't arrive, or may not have gone out, to the next contact that may do."""
    with line.store.read() as conn:
        stranded = [row for row in onward.stranded(conn) if row["state"] != "expired"]
        doubtful = onward.doubtful(conn, PATIENCE)
        off = line.contacts.off(conn)
        asked = [(row, _next(line, conn, row, off)) for row in (*stranded, *doubtful)]
    done = 0
    for row, found in asked:
        if found is not None:
            why = row["delivery"] or row["last_error"] or "it has waited too long"
            line.store.record([again(line, row, *found, why)])
            done += 1
        elif row["state"] != "queued":
            _at_an_end(line, row)
            line.store.write(lambda conn, row=row: onward.settled(conn, row["id"]))  # type: ignore[misc]
    return done


def _next(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, off: set[str]) -> tuple[str, Way] | None:
    """Return the reader and the way that come next, None when there is none."""
    tried = onward.tried(conn, row)
    for reader, way in _in_order(line, conn, row):
        refused = row["state"] == "queued" and not row["unknown"]  # the provider does nothing at all just now
        if way.contact not in tried and way.contact not in off and (way.channel == MAIL or not refused):
            return reader, way
    return None


def _at_an_end(line: Line, row: sqlite3.Row) -> None:
    """Say in the log that a text has no other way. That somebody else has one of their own is less bad."""
    with line.store.read() as conn:
        told = {one["reader"] for one in onward.others(conn, row) if onward.under_way(one)}
    if told:
        who = ", ".join(sorted(told))
        log.warning("text %s has no other way to %s; told of it: %s", row["template"], row["reader"], who)
    else:
        log.error("text %s: nobody is left to be told", row["template"])


def _in_order(line: Line, conn: sqlite3.Connection, row: sqlite3.Row) -> Iterator[tuple[str, Way]]:
    """Yield the reader's own ways; then those of the owner and of who is on call, unless they were told."""
    reader = str(row["reader"])
    if reader == outbox.CALLER:  # what a patient is told is nobody else's
        return
    yield from ((reader, way) for way in line.contacts.ways(reader))
    on_call = line.moments.at(int(line.clock.now().timestamp())).on_call
    told = {reader, *(one["reader"] for one in onward.others(conn, row))}
    for person in dict.fromkeys((line.config.owner, *on_call)):
        if person not in told:
            yield from ((person, way) for way in line.contacts.ways(person))
