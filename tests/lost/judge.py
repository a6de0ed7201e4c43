"""What must hold of a line apart, whatever went wrong: nobody is lost, nobody is rung who shouldn't be."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from ivr.cli.stage import SECRET
from ivr.clock import from_iso, iso
from ivr.exchange.transcript import Line
from ivr.storage import journal, outbox
from ivr.storage.errors import StorageError
from ivr.storage.recordings import Recordings
from tests.calls.stage import FULL_NUMBER
from tests.lost.apart import Apart

UNKNOWN = "text of unknown outcome"  # not urgent, so it is never sent twice: the outbox's own choice
CALLED = "I am calling your clinician now."  # whoever has heard it has a page
PLANNED = timedelta(minutes=6)  # between a call's planning and its ringing, at most: the chain may change
LONGEST_WAIT = timedelta(minutes=15)  # of config.yaml's working.waits; a round of four phones takes 3 more
ROUND = timedelta(minutes=4)
_JOINS = re.compile(r"joins (.+) and (.+)")


def settled(apart: Apart) -> bool:
    """Return whether nothing is left to be done: what is still to come is only the owner's."""
    with closing(_read(apart)) as conn:
        left = (
            "SELECT 1 FROM pages WHERE state <> 'closed'",
            "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')",
            "SELECT 1 FROM errands WHERE state IN ('queued', 'placing', 'placed')",
            "SELECT 1 FROM messages WHERE state = 'waiting'",
            "SELECT 1 FROM calls WHERE state <> 'ended'",
        )
        waiting = any(conn.execute(sql).fetchone() for sql in left)
    live = any(call.end_time is None for call in apart.exchange.book.calls.values())
    spill = apart.data / "spill.jsonl"
    return not waiting and not live and not (spill.exists() and spill.stat().st_size)


def always(apart: Apart) -> Iterator[str]:
    """Yield what is wrong at this moment, while a night goes on."""
    yield from _bridged(apart)
    with closing(_read(apart)) as conn:
        yield from _announced(apart, conn)


def problems(apart: Apart, allowed: tuple[str, ...] = ()) -> list[str]:
    """Return all that is wrong at the end of a night. allowed: parts of the errors that a fault explains."""
    with closing(_read(apart)) as conn:
        found = [
            *_bridged(apart),
            *_ended(apart, conn),
            *_messages(apart, conn),
            *_texts(apart, conn),
            *_rung(apart, conn),
        ]
        verdict = journal.verify(conn)
        if not verdict.ok:
            found.append(f"the journal: {verdict.problem}")
    return [*found, *_said(apart, allowed)]


def tries(apart: Apart, since: float) -> Iterator[float]:
    """Yield when (seconds of the clock) a clinician's phone rang, or a text went to one, after `since`."""
    names = {person.name.split()[0] for person in apart.config.people.values()}
    for at, line in apart.events:
        if at >= since and ((line.who in names and line.text == "rings") or line.who == "text"):
            yield at


def _read(apart: Apart) -> sqlite3.Connection:
    conn = sqlite3.connect(f"file:{apart.data}/line.db?mode=ro", uri=True, timeout=5)
    conn.row_factory = sqlite3.Row
    return conn


def _bridged(apart: Apart) -> Iterator[str]:
    """At most one clinician is joined to a patient at a time."""
    names = apart.exchange.names
    clinic = {person.name.split()[0] for person in apart.config.people.values()}
    on: dict[str, tuple[str, str]] = {}  # the call that joins → patient, clinician
    sids = {call.sid: call for call in apart.exchange.book.calls.values()}
    for _, line in apart.events:
        if found := _JOINS.match(line.text):
            pair = set(found.groups())
            who = next(iter(pair & clinic), "the desk")
            patient = sids[line.call].from_ if "caller" in pair else next(iter(pair - clinic), "")
            patient = names.get(patient, patient)
            for other, other_who in on.values():
                if other == patient and other_who != who and who in clinic:
                    yield f"{who} and {other_who} are both joined to {patient}"
            on[line.call] = (patient, who)
        elif _leaves(line):
            on.pop(line.call, None)


def _leaves(line: Line) -> bool:
    return "hangs up" in line.text or line.text.startswith(("ends", "cuts")) or "is cut off" in line.text


def _announced(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """An open page is being tried, or has its next try; or its caller is on the line, or was a moment ago."""
    now = iso(apart.clock.now())
    for page in conn.execute(
        "SELECT p.page, p.next_at, p.opened_at FROM pages p JOIN calls c ON c.call = p.page"
        " WHERE p.state IN ('open', 'unanswered') AND p.next_at < ? AND NOT EXISTS (SELECT 1 FROM errands"
        " WHERE subject = p.page AND kind = 'page' AND state IN ('queued', 'placing', 'placed'))",
        (iso(from_iso(now) - LONGEST_WAIT),),
    ):
        yield f"page {page['page']}: nothing was done about it since {page['next_at']}"


def _ended(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Whoever heard that a clinician is called has a page; each page ended by a person's key."""
    pages = {row["page"]: row for row in conn.execute("SELECT * FROM pages")}
    sids = {call.sid for call in apart.exchange.book.calls.values() if call.direction == "inbound"}
    for call in {line.call for _, line in apart.events if line.spoken and CALLED in line.text} & sids:
        if call not in pages:
            yield f"page lost: {call} heard that a clinician is called"
    pressed = {line.who for _, line in apart.events if line.text.startswith("presses ")}
    for page, row in pages.items():
        if row["state"] != "closed":
            yield f"page {page} is {row['state']} at the end"
            continue
        person = apart.config.people.get(row["closed_by"])
        if person is None or person.name.split()[0] not in pressed:
            yield f"page {page} was closed by {row['closed_by']!r}, who pressed nothing"


def _messages(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Each recording with anything in it lies here, whole."""
    book, kept = apart.exchange.book, Recordings(apart.data / "recordings", SECRET.encode())
    rows = {row["recording"]: row for row in conn.execute("SELECT * FROM messages")}
    there = [sid for sid, one in book.recordings.items() if one.duration and one.status == "completed"]
    for sid in (*there, *book.deleted):
        row = rows.get(sid)
        if row is None or row["state"] != "kept":
            yield f"message lost: {sid} is {row['state'] if row else 'not known'}"
            continue
        try:
            kept.open(row["file"])
        except StorageError as error:
            yield f"message lost: {error}"
    lost = [message for message, row in rows.items() if row["recording"] is None]
    if lost:
        yield f"messages without a recording: {lost}"


def _texts(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """Each text that was put went out, or was put together with others; urgent ones within their time."""
    for row in conn.execute("SELECT * FROM outbox"):
        if row["state"] == "sent" and row["sid"] in apart.exchange.book.messages:
            continue
        if row["state"] in ("merged", "replaced"):
            continue
        unsure = row["last_error"] == outbox.UNKNOWN or "no answer" in str(row["last_error"])
        unknown = row["state"] == "failed" and unsure and not row["urgent"]
        what = f"{UNKNOWN}:" if unknown else "text lost:"
        yield f"{what} {row['template']} to {row['reader']} is {row['state']} ({row['last_error']})"


def _rung(apart: Apart, conn: sqlite3.Connection) -> Iterator[str]:
    """About a page only those were rung who were on call, or who had it; no phone that nobody knows."""
    config = apart.config
    for row in conn.execute("SELECT * FROM errands WHERE kind IN ('page', 'outcome') AND placed_at > ''"):
        at = from_iso(row["placed_at"])
        allowed = {
            *apart.on_call(at, PLANNED),
            *([config.owner] if row["kind"] == "outcome" else []),
        }
        took = conn.execute(
            "SELECT 1 FROM journal WHERE call = ? AND kind IN ('page_taken', 'accept')"
            " AND instr(data, ?) > 0",
            (row["subject"], json.dumps(row["leg"].partition("/")[0])),
        ).fetchone()
        who = config.person_of(row["leg"]) or row["leg"]
        if who not in allowed and not took:
            yield f"errand {row['id']}: {row['leg']} was rung at {row['placed_at']}, and isn't on call"
    known = {number for person in config.people.values() for number in person.phones}
    known |= {number for group in config.groups.values() for number in group.phones}
    known |= {call.from_ for call in apart.exchange.book.calls.values() if call.direction == "inbound"}
    strangers = Counter(
        call.to
        for call in apart.exchange.book.calls.values()
        if call.direction != "inbound" and call.to not in known
    )
    yield from (f"a stranger was rung {times} times" for times in strangers.values())


def _said(apart: Apart, allowed: tuple[str, ...]) -> Iterator[str]:
    """No number leaves the line, and no error is logged but those that a fault explains."""
    for request in apart.exchange.requests:
        if FULL_NUMBER.search(request.url):
            yield f"a number in a URL: {request.url}"
    for text in apart.exchange.texts:
        if FULL_NUMBER.search(text.body):
            yield f"a number in a text: {text.body}"
    for written in apart.log.read_text(encoding="utf-8").splitlines():
        level, said = json.loads(written)
        if FULL_NUMBER.search(said):
            yield f"a number in the log: {said}"
        if level in ("ERROR", "CRITICAL") and not any(part in said for part in allowed):
            yield f"an error was logged: {said}"
