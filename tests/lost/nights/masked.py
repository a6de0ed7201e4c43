"""The clinic rings back, either number masked.

A patient with a sign hangs up before anybody takes the page. Ben rings the clinic from his phone, keys his
PIN, and is joined to her; he closes the page. Another patient does the like, and Chloe uses the link that a
text held: her own phone rings, then his. Whoever is cut off, or told that it didn't work, tries again, as
people do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.caller import Leaves, Presses, Waits
from ivr.exchange.people import Answers, NoAnswer
from tests.calls.phones import BEN, CHLOE
from tests.lost.apart import Apart
from tests.lost.judge import still_open
from tests.lost.nights.night import (
    PHONES,
    Night,
    Patient,
    at_home,
    at_phones,
    comes_to_its_end,
    heard,
)
from tests.lost.ringing_back import PIN, Staff, has_pins, uses_link, with_links

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
FIRST, SECOND = "+447700900123", "+447700900124"
CHLOE_TEXTS = "+447700900004"
SIGN = (Presses("1"), Presses("2"), Presses("1"), Leaves(20))
TRIES = 3  # of somebody who was cut off
ANSWERS = Answers(4, "1", talk=90)  # to each question with 1; they may come to talk to one another


def plays(apart: Apart) -> None:
    """Play the night."""
    has_pins(apart, "ben", "chloe")
    at_phones(apart, NoAnswer(), *PHONES)
    at_home(apart, first=FIRST, second=SECOND)
    _rings_with_a_sign(apart, FIRST, 150)
    apart.mark()
    for _ in range(TRIES):
        at_ben = (Presses(f"{PIN}#"), Presses("1"), Waits(), Presses("1"))
        apart.exchange.dial(BEN, apart.number, Staff(*at_ben))
        apart.run(130)
        if not still_open(apart):
            break
    _rings_with_a_sign(apart, SECOND, 330)
    at_phones(apart, ANSWERS, CHLOE)
    for _ in range(TRIES):
        if uses_link(apart, CHLOE_TEXTS):
            break
        apart.run(20)
    apart.run(130)
    at_phones(apart, ANSWERS, *PHONES)
    comes_to_its_end(apart)


def lacks(apart: Apart) -> Iterator[str]:
    """Yield what it didn't go through."""
    asked_for = "with the call that you asked for"
    for words in ("line: joins caller and first", "line: joins Chloe and second", asked_for):
        if not heard(apart, words):
            yield words


def _rings_with_a_sign(apart: Apart, patient: str, seconds: float) -> None:
    apart.exchange.dial(patient, apart.number, Patient(*SIGN))
    apart.run(seconds)


NIGHT = Night("masked", AT, plays, lacks, change=with_links)
