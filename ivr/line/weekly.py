"""The week's figures by mail, to whoever the clinic names. A mail or nothing: no SMS could hold them."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.config.written import DAYS, minutes
from ivr.line.answer import Line
from ivr.line.contacts import MAIL
from ivr.line.report import report
from ivr.line.reported import figures
from ivr.rota.local import instant, minute, wall
from ivr.storage import Entry, journal, outbox
from ivr.storage.entry import JSON

log = logging.getLogger(__name__)

REPORT = "report"  # the template
LATE = timedelta(days=2)  # in which it is still sent: the line was down, or the mail server
_WEEK = 7  # days


class Weekly:
    """Queues the mails of each week, once, however often it looks. One for each process."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._said: set[str] = set()

    def look(self) -> int:
        """Queue what is due, and return how many mails. What keeps them from being sent is logged once."""
        line = self._line
        config, now = line.config, line.clock.now()
        if not config.reports.to:
            return 0
        since, until = week(config, now)
        if now - until >= LATE:
            return 0
        return sum(self._queue(person, since, until) for person in config.reports.to)

    def _queue(self, person: str, since: datetime, until: datetime) -> bool:
        line = self._line
        contact = f"{person} {MAIL}"
        if line.contacts.way(contact) is None:
            self._say(f"no report is sent to {person}: {unsent(line.config, person)}")
            return False
        # The week by the calendar of the clinic: whoever moves the day or the time gets none twice.
        year, number, _ = wall(until, line.config.clinic.zone).isocalendar()
        key = f"report {year}-W{number:02} {person}"
        with line.store.read() as conn:
            if journal.holds(conn, "", key):
                return False
        data: dict[str, JSON] = {
            "template": REPORT,
            "to": "reports",
            "readers": (person,),
            "words": {"since": iso(since), "until": iso(until)},
            "channel": MAIL,
            "urgent": False,
            "deadline": iso(until + LATE),
        }
        return line.store.record(
            [Entry(iso(line.clock.now(), milliseconds=True), "", "text", key, data)]
        )

    def _say(self, what: str) -> None:
        if what not in self._said:
            self._said.add(what)
            log.warning("%s", what)


def week(config: Config, now: datetime) -> tuple[datetime, datetime]:
    """Return the last week (begin, end) that is over at `now` (aware), by the day and time of `reports`.

    In UTC; the week in which the clocks change is an hour longer or shorter.
    """
    zone, told = config.clinic.zone, config.reports
    today, at = wall(now, zone).date(), minutes(told.at)
    day = today - timedelta(days=(today.weekday() - DAYS.index(told.day)) % _WEEK)
    if instant(zone, day, at) > now:
        day -= timedelta(days=_WEEK)
    return instant(zone, day - timedelta(days=_WEEK), at), instant(zone, day, at)


def unsent(config: Config, person: str) -> str:
    """Return why no report can be mailed to a person; "" when one can."""
    found = config.people.get(person)
    if not config.environment.smtp_url:
        return "IVR_SMTP_URL is not set"
    return "" if found and found.mail else "they have no mail address in config.yaml"


@dataclass(frozen=True, slots=True)
class Unmailed:
    """Somebody whom the report doesn't reach: `address`, masked; `why` and the `cure`, a sentence each."""

    person: str
    address: str
    why: str
    cure: str


def unmailed(line: Line, conn: sqlite3.Connection) -> list[Unmailed]:
    """Return those of `reports` whom it doesn't reach, as far as is known."""
    config, found = line.config, list[Unmailed]()
    off = line.contacts.off(conn) if config.reports.to else set[str]()
    for person in config.reports.to:
        way = line.contacts.way(f"{person} {MAIL}")
        if why := unsent(config, person):
            cure = "Set it, or name somebody else under reports in config.yaml."
        elif way and way.contact in off:
            why = "the address was refused for good, and is tried no more"
            cure = "Write another one into config.yaml, or have it used again on the page Now."
        elif outbox.last(conn, ":report ", f" {person}:{person}") in ("failed", "expired"):
            why = "the mail server didn't take the last one"
            cure = "Ask whoever runs that server; the log has its answer."
        else:
            continue
        found.append(Unmailed(person, masked(way.to) if way else "", why, cure))
    return found


def masked(address: str) -> str:
    """Return a mail address as pages may show it: "a…@clinic.example"."""
    box, _, domain = address.rpartition("@")
    return f"{box[:1]}…@{domain}"


def words(config: Config, conn: sqlite3.Connection, since: datetime, until: datetime) -> dict[str, object]:
    """Return what stands for the words of the template REPORT: the figures of a time (aware)."""
    zone, address = config.clinic.zone, config.environment.public_url
    return {
        "clinic": config.clinic.name,
        "from": _plain(minute(since, zone)),
        "until": _plain(minute(until, zone)),
        "figures": figures(report(conn, config, since, until), config),
        "page": f"{address}/desk/reports?weeks=1" if address else "the desk's page Reports",
    }


def _plain(when: str) -> str:
    return " ".join(when.split())


def of_row(config: Config, conn: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    """Return the words of a queued report: worked out as it is sent, so that no name lies in the record."""
    told = json.loads(row["words"])
    return words(config, conn, from_iso(told["since"]), from_iso(told["until"]))
