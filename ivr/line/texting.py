"""Sending what waits in the outbox: claimed in one transaction, sent outside it, its result recorded."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.line import dropping, filling, weekly
from ivr.line.answer import Line
from ivr.line.contacts import MAIL, TEXT, Way
from ivr.line.entries import NOT_TAKEN, PRESSING
from ivr.line.telephone import Mail, Permanent, Telephone, TelephoneError, Unknown
from ivr.storage import Entry, moot, onward, outbox
from ivr.storage.entry import JSON
from ivr.storage.refs import reference

log = logging.getLogger(__name__)

RETRY_AFTER = (5, 15, 30, 60, 120)  # seconds after the first failed try, the second, …; the last one repeats
AT_ONCE = 20  # texts a tick, and mails: each is claimed, sent and noted before the next one is claimed
MOST_DOUBTS = 5  # tries after which a patient's text of unknown outcome isn't sent again: two minutes
VALID_FOR = 300  # seconds: an urgent text that lies at the network for hours is worse than none
LONGEST_VALID = 36_000  # seconds: the provider keeps none for longer

# What a mail says of a call, whatever the text would: mail is kept in more places than a text is.
OF_CALL = "Please look up call {ref} of {clinic} now: `ivr show {ref}` tells the rest."

NewsUrl = Callable[[int, str, str], str]  # (outbox row, call, contact) → where news of a text goes


def send(line: Line, telephone: Telephone, news_url: NewsUrl | None = None) -> int:
    """Send the texts that are due, urgent ones first, and return how many went out."""

    def text(row: sqlite3.Row, way: Way, body: str) -> str:
        callback = news_url(row["id"], row["call"], way.contact) if news_url else None
        valid = VALID_FOR
        if not row["urgent"] and row["deadline"]:
            left = int((from_iso(row["deadline"]) - line.clock.now()).total_seconds())
            valid = min(max(left, VALID_FOR), LONGEST_VALID)
        return telephone.text(way.to, line.config.clinic.number, body, callback, valid)

    if not _waiting(line):
        return 0
    sent = _all(line, TEXT, text)
    for row in line.store.write(lambda conn: _expired(conn, line.clock.now())):
        _given_up(row, row["last_error"] or "its time ran out before it could be sent")
    return sent


def send_mails(line: Line, mail: Mail) -> int:
    """Send the mails that are due, and return how many the mail server took."""

    def post(row: sqlite3.Row, way: Way, body: str) -> str:
        ref = reference(row["call"]) if row["call"] else ""
        subject = " ".join(filter(None, (line.config.clinic.name, ref)))
        if row["template"] == weekly.REPORT:
            subject += ": the week's report"
        return mail.send(line.config.clinic.mail, way.to, subject, body, row["key"])

    return _all(line, MAIL, post) if _waiting(line) else 0


def news(
    line: Line, row: int, call: str, contact: str, sid: str, status: str, code: int | None, enough: int
) -> list[Entry]:
    """Return the entries of news of a text; they come in any order, and twice.

    enough   so many texts that end with `code` in a row show that the number is at fault; 0: it isn't
    """
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"outbox": row, "sid": sid, "status": status, "contact": contact}
    if code:
        data["code"] = code
    found = [Entry(at, call, "text_status", f"text {row} {sid} {status}", data)]
    if enough and contact:
        found.append(line.contacts.failed(at, call, contact, "text", enough, f"text fault {sid}", code))
    return found


def _expired(conn: sqlite3.Connection, now: datetime) -> list[sqlite3.Row]:
    """Close what is too late. That nobody has taken a page is true, and told, for as long as it is open."""
    _, minutes = PRESSING[NOT_TAKEN]
    outbox.renew(conn, NOT_TAKEN, iso(now), iso(now + timedelta(minutes=minutes)))
    return outbox.expire(conn, iso(now))


def _waiting(line: Line) -> bool:
    """Whether there is anything to do: a look that needs no write door."""
    now = iso(line.clock.now())
    with line.store.read() as conn:
        return outbox.waiting(conn, now) or bool(moot.waiting(conn, now))


def _all(line: Line, channel: str, act: Callable[[sqlite3.Row, Way, str], str]) -> int:
    """Send one after the other, the most urgent first: a sender that is killed holds up but one."""
    sent = 0
    for _ in range(AT_ONCE):
        if not (rows := line.store.write(lambda conn: dropping.claim(line, conn, channel))):
            break
        sent += _send(line, rows[0], act)
    return sent


def _send(line: Line, row: sqlite3.Row, act: Callable[[sqlite3.Row, Way, str], str]) -> bool:
    with line.store.read() as conn:
        call = filling.call_of(conn, row)
        off = line.contacts.off(conn)
    way = _way(line, row, call, off)
    if way is None or way.channel != row["channel"]:
        known = row["reader"] == outbox.CALLER or row["reader"] in line.config.people
        why = "its reader's number is switched off" if known and off else "its reader has no number"
        _failed(line, row, None, why)
        return False
    template = filling.template(line, row, call)
    if template is None:
        _failed(line, row, way, "config.yaml has lost its text")
        return False
    if row["channel"] == MAIL and row["call"] and row["template"] not in onward.OWN | {onward.DIGEST}:
        template = OF_CALL
    words = filling.words(line, template, row, call)
    try:
        sid = act(row, way, template.format_map(words))
    except Permanent as error:
        _failed(line, row, way, error.why, error)
    except Unknown as error:
        # A patient isn't texted on and on, though: news that one went out may be what is lost.
        enough = not row["urgent"] and row["unknown"] and row["tries"] >= MOST_DOUBTS
        if outbox.at_least_once(row) and not enough:
            _later(line, row, way, error)
        else:
            _failed(line, row, way, error.why)
    except TelephoneError as error:
        _later(line, row, way, error)
    else:
        line.store.record([_entry(line, row, "text_sent", way, sid=sid)])
        return True
    return False


def _way(line: Line, row: sqlite3.Row, call: sqlite3.Row | None, off: set[str]) -> Way | None:
    """Return where a row goes: the contact it names, else the reader's first that isn't off."""
    if row["reader"] == "caller":
        return Way("", TEXT, call["caller"]) if call and call["caller"] else None
    named = line.contacts.way(row["contact"]) if row["contact"] else None
    if named is not None and named.contact not in off:
        return named
    if row["contact"]:
        return None
    return next((way for way in line.contacts.ways(row["reader"]) if way.contact not in off), None)


def _later(line: Line, row: sqlite3.Row, way: Way, error: TelephoneError) -> None:
    wait = RETRY_AFTER[min(row["tries"], len(RETRY_AFTER)) - 1]
    due, unknown = iso(line.clock.now() + timedelta(seconds=wait)), isinstance(error, Unknown)
    line.store.write(
        lambda conn: outbox.later(conn, row["id"], due, error.why, way.contact or None, unknown)
    )
    log.warning("text %s for call %s has to wait: %s", row["id"], _call(row), error.why)


def _failed(line: Line, row: sqlite3.Row, way: Way | None, why: str, error: Permanent | None = None) -> None:
    _given_up(row, why)
    entries = [_entry(line, row, "text_failed", way, why=why)]
    if error is not None and error.enough and way is not None and way.contact:
        key, at = f"text fault {row['id']} {row['tries']}", entries[0].at
        entries.append(
            line.contacts.failed(at, row["call"], way.contact, row["channel"], error.enough, key, error.code)
        )
    line.store.record(entries)
    if row["template"] in onward.NO_OTHER_WAY:
        return
    if not row["urgent"] and (way is None or error is not None):  # it surely did not go out
        with line.store.read() as conn:
            spent = onward.tried(conn, row) | line.contacts.off(conn)
        if others := [one for one in line.contacts.ways(row["reader"]) if one.contact not in spent]:
            line.store.record([again(line, row, row["reader"], others[0], why)])


def again(line: Line, row: sqlite3.Row, reader: str, way: Way, why: str) -> Entry:
    """Return the entry that has the same text sent to another contact."""
    at = iso(line.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"outbox": row["id"], "reader": reader, "contact": way.contact}
    data |= {"channel": way.channel, "why": why}
    return Entry(at, row["call"], "text_again", f"text again {row['id']} {way.contact}", data)


def _given_up(row: sqlite3.Row, why: str) -> None:
    """Say in the log that a text won't be sent."""
    level = logging.ERROR if row["urgent"] else logging.WARNING
    log.log(level, "text %s for call %s was not sent: %s", row["template"], _call(row), why)


def _call(row: sqlite3.Row) -> str:
    return reference(row["call"]) if row["call"] else "-"


def _entry(line: Line, row: sqlite3.Row, kind: str, way: Way | None, **told: str) -> Entry:
    data: dict[str, JSON] = {"outbox": row["id"], **told}
    if way is not None and way.contact:
        data["contact"] = way.contact
    return Entry(iso(line.clock.now(), milliseconds=True), row["call"], kind, f"{kind} {row['id']}", data)
