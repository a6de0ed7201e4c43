"""Two call-backs are promised within two hours.

One patient rings again, is recognised, and put through. The other waits: the promise's owner is reminded,
nobody rings back, and when the time is over the chain is rung about it like about any page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.caller import Leaves, Presses, Waits
from ivr.exchange.people import NoAnswer
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.lost.apart import Apart
from tests.lost.nights.night import TAKES, Night, Patient, at_home, at_phones, comes_to_its_end, heard

AT = datetime(2026, 11, 24, 14, 10, tzinfo=UTC)  # on call: Ana, Ben, Chloe
WAITS, RINGS_AGAIN = "+447700900123", "+447700900124"
WORSE = tuple(Presses(key) for key in "122211")  # no sign of a gate, but worse since yesterday


def plays(apart: Apart) -> None:
    """Play the afternoon."""
    at_phones(apart, NoAnswer(), BEN, CHLOE, ANA_2)
    at_phones(apart, TAKES, ANA)
    at_home(apart, patient=WAITS, again=RINGS_AGAIN)
    for patient in (WAITS, RINGS_AGAIN):
        apart.exchange.dial(patient, apart.number, Patient(*WORSE, Leaves(15)))
        apart.run(90)
    apart.mark()
    apart.exchange.dial(RINGS_AGAIN, apart.number, Patient(Presses("1"), Waits()))
    apart.run(150)
    with apart.quietly(120):
        apart.run(2 * 3600)
    comes_to_its_end(apart)


def lacks(apart: Apart) -> Iterator[str]:
    """Yield what it didn't go through."""
    for words in ("joins caller and Ana", "was missed;", "line: joins Ana and patient"):
        if not heard(apart, words):
            yield words
    if not any("4:10 this afternoon" in text.body for text in apart.exchange.texts):
        yield "a reminder"


NIGHT = Night("promise", AT, plays, lacks)
