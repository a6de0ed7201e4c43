"""A page that nobody takes at first, a message for the desk, and a promise.

A patient with a sign whom nobody takes leaves a message; the page is worked until Ben takes it, the patient
is rung, and he closes it. Another leaves a message for the desk. A third is promised a call, and texted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.caller import Item, Leaves, Presses, Silent, Talks
from ivr.exchange.people import InTurn, NoAnswer
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.lost.apart import Apart
from tests.lost.nights.night import TAKES, Night, Patient, at_home, at_phones, comes_to_its_end, heard

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)  # on call: Ben, Chloe, Ana
PATIENT, BOOKS, PROMISED = "+447700900123", "+447700900124", "+447700900125"

CALLS: tuple[tuple[str, float, tuple[Item, ...]], ...] = (
    (PATIENT, 330, (Presses("1"), Presses("2"), Presses("1"), Talks(14, "#"))),
    (BOOKS, 150, (Presses("2"), Presses("1"), Silent(), Talks(20, hang_up=True))),
    (PROMISED, 120, (*[Presses(key) for key in "12222"], Leaves(2))),
)


def plays(apart: Apart) -> None:
    """Play the night."""
    at_phones(apart, NoAnswer(), CHLOE, ANA, ANA_2)
    at_phones(apart, InTurn(NoAnswer(), TAKES), BEN)
    at_home(apart, patient=PATIENT, booker=BOOKS, third=PROMISED)
    for patient, seconds, items in CALLS:
        apart.exchange.dial(patient, apart.number, Patient(*items))
        apart.run(seconds)
    comes_to_its_end(apart)


def lacks(apart: Apart) -> Iterator[str]:
    """Yield what it didn't go through."""
    for words in ("line: joins Ben and patient", "Ben: hears: Thank you. It is closed."):
        if not heard(apart, words):
            yield words
    if len(apart.exchange.book.deleted) != 2:
        yield "two messages"


ALL = {
    "write": ("refused", "full", "torn", "slow", "killed before", "killed after"),
    "request": ("500", "timeout", "timeout-after", "reset", "killed before", "killed after"),
}
NIGHT = Night("worked", AT, plays, lacks, ALL)
