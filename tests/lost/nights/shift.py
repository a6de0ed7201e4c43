"""A shift begins, and its clinician can't be reached at first.

An hour ahead Ben gets a text. At eight his phone is rung: he answers at the fourth time only. Before that the
next person and the owner are told, and a patient with a sign is put through to Chloe.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.caller import Presses, Waits
from ivr.exchange.people import InTurn, NoAnswer
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.lost.apart import Apart
from tests.lost.nights.night import TAKES, Night, Patient, at_home, at_phones, comes_to_its_end, heard

AT = datetime(2026, 11, 24, 18, 59, tzinfo=UTC)  # Ben's night begins at eight
PATIENT = "+447700900123"


def plays(apart: Apart) -> None:
    """Play the evening."""
    apart.mark()
    at_phones(apart, InTurn(NoAnswer(), NoAnswer(), NoAnswer(), TAKES), BEN)
    at_phones(apart, TAKES, CHLOE, ANA, ANA_2)
    at_home(apart, patient=PATIENT)
    apart.run(200)
    with apart.quietly(120):
        apart.run(3400)
    apart.run(12 * 60)
    signs = (Presses("1"), Presses("2"), Presses("1"), Waits())
    apart.exchange.dial(PATIENT, apart.number, Patient(*signs))
    apart.run(200)
    comes_to_its_end(apart)


def lacks(apart: Apart) -> Iterator[str]:
    """Yield what it didn't go through."""
    for words in ("You are on call until 8 tomorrow", "joins caller and Chloe", "Ben: hears: Thank you."):
        if not heard(apart, words):
            yield words
    for words in ("you are on call first from 8", "can't be reached and is on call"):
        if not any(words in text.body for text in apart.exchange.texts):
            yield words


NIGHT = Night("shift", AT, plays, lacks, drills=True)
