"""What a night is: a fixed story, into which one fault is put at every point in turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ivr.exchange.acts import HangUp, Moment, Person, Plan
from ivr.exchange.caller import Caller
from ivr.exchange.people import Answers
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.calls.stage import CONFIG
from tests.lost.apart import Apart
from tests.lost.judge import settled

TAKES = Answers(4, "1", talk=None)  # presses 1 at every question: takes it, and "spoken with"
PHONES = (BEN, CHLOE, ANA, ANA_2)
# Those that differ in what the line has to do about them. The first night has all that there are.
FEWER: Mapping[str, Sequence[str]] = {
    "write": ("torn", "killed before", "killed after"),
    "request": ("500", "timeout-after", "killed before", "killed after"),
}
HOURS = 11  # within which all of it must have come to its end: a clinician is asked again after 8


@dataclass(frozen=True)
class Night:
    """A story.

    name    of it, in figures
    at      when it begins (UTC)
    plays   what happens; it says by Apart.mark() from where on faults are tried
    lacks   what it didn't go through that it is there for, when nothing fails
    kinds   where faults are put, and which
    change  what its config.yaml has that the shipped one hasn't
    drills  whoever begins a shift is rung
    mails   there is a mail server, and everybody has an address
    """

    name: str
    at: datetime
    plays: Callable[[Apart], None]
    lacks: Callable[[Apart], Iterator[str]] = lambda apart: iter(())
    kinds: Mapping[str, Sequence[str]] = field(default_factory=lambda: FEWER)
    change: Callable[[str], str] = lambda text: text
    drills: bool = False
    mails: bool = False

    def __str__(self) -> str:
        return self.name

    def config(self, folder: Path) -> Path:
        """Write its config.yaml into a folder."""
        text = self.change(shipped())
        if not self.drills:
            text = text.replace("drill: true", "drill: false")
            text = text.replace("notice_minutes: 60", "notice_minutes: 0")
        if self.mails:
            text = text.replace("\nclinic:\n", '\nclinic:\n  mail: "line@clinic.example"\n')
            text = re.sub(r"(?m)^  (ana|ben|chloe):\n", r'\g<0>    mail: "\1@clinic.example"\n', text)
        file = folder / "config.yaml"
        file.write_text(text, encoding="utf-8")
        return file


def shipped() -> str:
    """Return the shipped config.yaml, as it is to be read from another folder."""
    text = CONFIG.read_text(encoding="utf-8")
    return re.sub(r"flows: flows\b", f"flows: {CONFIG.parent / 'flows'}", text)


class Patient(Caller):
    """A caller who ends the talk, should they be put through."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(30, HangUp())] if moment.kind == "joined" else super().does(moment)


def at_phones(apart: Apart, person: Person, *numbers: str) -> None:
    """Say who is at some phones."""
    for number in numbers:
        apart.exchange.phone(number, person)


def at_home(apart: Apart, **patients: str) -> None:
    """Name patients, and have them answer when they are rung."""
    for name, number in patients.items():
        apart.exchange.names[number] = name
        apart.exchange.phone(number, Answers(5, "", talk=40))


def comes_to_its_end(apart: Apart) -> None:
    """Let time go on until all has come to its end; or until it should have."""
    for _ in range(30):
        if settled(apart):
            return
        apart.run(120)
    with apart.quietly(300):
        for _ in range(HOURS):
            if settled(apart):
                return
            apart.run(3600)


def heard(apart: Apart, words: str) -> bool:
    """Return whether the transcript has that anywhere."""
    return any(words in f"{line.who}: {line.text}" for _, line in apart.events)
