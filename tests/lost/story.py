"""One night that goes through all of it, as a fixed story: what a fault is put into, at every point in turn.

A patient with a sign whom nobody takes leaves a message; the page is worked until Ben takes it, the patient
is rung, and he closes it. Another leaves a message for the desk. A third is promised a call, and texted.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.exchange.acts import HangUp, Moment, Person, Plan
from ivr.exchange.caller import Caller, Item, Leaves, Presses, Silent, Talks
from ivr.exchange.people import Answers, InTurn, NoAnswer
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.lost.apart import Apart
from tests.lost.judge import settled

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)  # on call: Ben, Chloe, Ana
PATIENT, BOOKS, PROMISED = "+447700900123", "+447700900124", "+447700900125"
TAKES = Answers(4, "1", talk=None)  # presses 1 at every question: takes it, and "spoken with"
MINUTES = 240  # within which all of it must have come to its end


class Patient(Caller):
    """A caller who ends the talk, should they be put through."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(30, HangUp())] if moment.kind == "joined" else super().does(moment)


CALLS: tuple[tuple[str, float, tuple[Item, ...]], ...] = (
    (PATIENT, 330, (Presses("1"), Presses("2"), Presses("1"), Talks(14, "#"))),
    (BOOKS, 150, (Presses("2"), Presses("1"), Silent(), Talks(20, hang_up=True))),
    (PROMISED, 120, (*[Presses(key) for key in "12222"], Leaves(2))),
)


def people(apart: Apart) -> None:
    """Say who is at the phones."""
    ben = InTurn(NoAnswer(), TAKES)
    phones: dict[str, Person] = {BEN: ben, CHLOE: NoAnswer(), ANA: NoAnswer(), ANA_2: NoAnswer()}
    for number, person in phones.items():
        apart.exchange.phone(number, person)
    for name, (number, _, _) in zip(("patient", "booker", "third"), CALLS, strict=True):
        apart.exchange.names[number] = name
        apart.exchange.phone(number, Answers(5, "", talk=40))


def play(apart: Apart) -> None:
    """Play the night, and let time go on until all has come to its end; or until it should have."""
    people(apart)
    number = apart.config.clinic.number
    for patient, seconds, items in CALLS:
        apart.exchange.dial(patient, number, Patient(*items))
        apart.run(seconds)
    for _ in range(MINUTES // 2):
        if settled(apart):
            break
        apart.run(120)
