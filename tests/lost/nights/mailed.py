"""The provider takes no texts for five minutes, and the urgent ones go out by mail meanwhile.

A patient with a sign hangs up, and nobody takes the page at first. Once texts work again those go out too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.caller import Leaves, Presses
from ivr.exchange.people import NoAnswer
from tests.lost.apart import Apart
from tests.lost.nights.night import PHONES, TAKES, Night, Patient, at_home, at_phones, comes_to_its_end

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
PATIENT = "+447700900123"
OUT = 300  # seconds


def plays(apart: Apart) -> None:
    """Play the night."""
    at_phones(apart, NoAnswer(), *PHONES)
    at_home(apart, patient=PATIENT)
    signs = (Presses("1"), Presses("2"), Presses("1"), Leaves(60))
    apart.exchange.dial(PATIENT, apart.number, Patient(*signs))
    apart.run(80)
    apart.mark()
    apart.requests.refused = "/Messages"
    apart.run(OUT)
    apart.requests.refused = ""
    at_phones(apart, TAKES, *PHONES)
    comes_to_its_end(apart)


def lacks(apart: Apart) -> Iterator[str]:
    """Yield what it didn't go through."""
    assert apart.mails is not None
    yield from sorted({f"{who}@clinic.example" for who in ("ana", "ben", "chloe")} - set(apart.mails.to))
    if len(apart.exchange.texts) < 3:
        yield "the texts, once they go out again"


KINDS = {
    "write": ("killed before", "killed after"),
    "request": ("killed before", "killed after"),  # texts are refused all the same
    "mail": ("451", "gone", "silent", "killed before", "killed after"),
}
NIGHT = Night("mailed", AT, plays, lacks, KINDS, mails=True)
