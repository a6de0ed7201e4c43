"""At the weekend two are on call, and both phones ring at once; whoever is second hears so.

A patient with a sign hangs up while they ring. Another has gone before it was clear who is to be called.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.caller import Leaves, Presses
from ivr.exchange.people import Answers, InTurn, NoAnswer
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.lost.apart import Apart
from tests.lost.edits import together
from tests.lost.nights.night import TAKES, Night, Patient, at_home, at_phones, comes_to_its_end, heard

AT = datetime(2026, 11, 28, 14, 10, tzinfo=UTC)  # a Saturday; on call: Chloe and Ana
PATIENT, GONE = "+447700900123", "+447700900124"


def plays(apart: Apart) -> None:
    """Play the afternoon."""
    apart.mark()
    at_phones(apart, NoAnswer(), ANA_2)
    at_phones(apart, TAKES, BEN)
    at_phones(apart, InTurn(NoAnswer(), TAKES), CHLOE)
    at_phones(apart, InTurn(NoAnswer(), Answers(5, "1", talk=None)), ANA)
    at_home(apart, patient=PATIENT, gone=GONE)
    signs = (Presses("1"), Presses("2"), Presses("1"), Leaves(12))
    apart.exchange.dial(PATIENT, apart.number, Patient(*signs))
    apart.run(300)
    apart.exchange.dial(GONE, apart.number, Patient(*[Presses(key) for key in "1221"], Leaves(3)))
    apart.run(120)
    comes_to_its_end(apart)


def lacks(apart: Apart) -> Iterator[str]:
    """Yield what it didn't go through."""
    for words in ("line: joins Chloe and patient", "Somebody else has taken it", "and gone"):
        if not heard(apart, words):
            yield words


NIGHT = Night("weekend", AT, plays, lacks, change=together)
