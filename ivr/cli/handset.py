"""The page with telephones: a stage to try the line on by ear, and what is shown beside the telephones."""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from ivr.app import App
from ivr.cli.stage import Stage
from ivr.config import Config
from ivr.exchange.clock import RealClock
from ivr.exchange.handset.handset import Handset
from ivr.exchange.handset.phones import Phone
from ivr.line.story import told
from ivr.rota.local import minute
from ivr.storage import calls, journal, passwords, staff, tokens

CALLER = "+447700900123"
VISITOR = "visitor"


@contextmanager
def opened(file: Path, at: datetime, speed: float = 1.0) -> Iterator[tuple[Stage, Handset]]:
    """Lend a line at an exchange whose telephones are on a page. It stands still until handset.run()."""
    clock, password = RealClock(at, speed), secrets.token_urlsafe(9)
    with (
        tempfile.TemporaryDirectory(prefix="ivr-") as data,
        Stage(file, Path(data), clock, begun=partial(let_in, password=password)) as stage,
    ):
        record = Record(stage)
        desk = f"The staff's pages: log in as {VISITOR}, password {password}"
        with Handset(
            stage.exchange,
            clock,
            phones(stage.config),
            line=stage.config.clinic.number,
            zone=stage.config.clinic.zone,
            title=f"Try the line of {stage.config.clinic.name}",
            strips={"The journal": record.new},
            links=[(desk, f"{stage.public}/desk/")],
            moved=stage.moved,
        ) as handset:
            yield stage, handset


def let_in(built: App, password: str) -> None:
    """Make an account for whoever tries the line: a clinician's, because an owner needs an app to log in."""
    line = built.line
    now, link = line.clock.now(), tokens.digest(tokens.new())
    kept = passwords.hashed(password)

    def make(conn: sqlite3.Connection) -> None:
        staff.add(conn, VISITOR, "clinician", "", link, now)
        staff.accept(conn, link, kept, now)

    line.store.write(make)


def phones(config: Config) -> list[Phone]:
    """Return the patient's telephone, and every one that the config has the line ring."""
    found = [Phone("patient", "Patient", CALLER, "The patient", own=True)]
    for key, person in config.people.items():
        first = person.name.split()[0]
        for at, number in enumerate(person.phones, 1):
            name, place = (first, key) if at == 1 else (f"{first} {at}", f"{key}-{at}")
            found.append(Phone(place, name, number, "Clinicians"))
    for key, group in config.groups.items():
        for at in range(len(group.phones)):
            number = config.number_of(f"{key}/{at}")
            found.append(Phone(f"{key}-{at + 1}", f"{key} {at + 1}".capitalize(), number, key.capitalize()))
    return found


class Record:
    """What the line has recorded, in words, as it comes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._seq = 0
        self._known: set[tuple[str, datetime, str, str]] = set()

    def new(self) -> list[str]:
        """Return the lines that came since the last time."""
        line, config = self._stage.app.line, self._stage.config
        with line.store.read() as conn:
            last, touched = journal.touched(conn, self._seq)
            if last < self._seq:  # a new record
                self._known.clear()
                last, touched = journal.touched(conn, 0)
            self._seq = last
            lines = []
            for call in touched:
                row = calls.find(conn, call)
                for one in told(conn, row, config) if row else ():
                    key = (call, one.at, one.kind, one.text)
                    if key not in self._known:
                        self._known.add(key)
                        when = minute(one.at, config.clinic.zone) if one.kind == "call_started" else ""
                        lines.append(f"{when or f'+{one.seconds} s'}  {one.text}")
        return lines
