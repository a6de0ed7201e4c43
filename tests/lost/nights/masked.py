"""The clinic rings back, either number masked.

A patient with a sign hangs up before anybody takes the page. Ben rings the clinic from his phone, keys his
PIN, and is joined to her; he closes the page. Another patient does the like, and Chloe uses the link that a
text held: her own phone rings, then his. Whoever is cut off, or told that it didn't work, tries again, as
people do.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.exchange.acts import HangUp, Moment, Plan
from ivr.exchange.caller import Caller, Leaves, Presses, Waits
from ivr.exchange.people import Answers, NoAnswer
from ivr.storage import passwords
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

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
FIRST, SECOND = "+447700900123", "+447700900124"
CHLOE_TEXTS = "+447700900004"
SIGN = (Presses("1"), Presses("2"), Presses("1"), Leaves(20))
PIN = "246813"
_KEPT = passwords.hashed(PIN)  # once: it takes a tenth of a second
TRIES = 3  # of somebody who was cut off
ANSWERS = Answers(4, "1", talk=90)  # to each question with 1; they may come to talk to one another


class Staff(Caller):
    """Somebody of the clinic; should they be put through as a patient, they end the talk."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(90, HangUp())] if moment.kind == "joined" else super().does(moment)


def plays(apart: Apart) -> None:
    """Play the night."""
    apart.change(
        "INSERT INTO pins (person, pin, set_at) VALUES ('ben', ?1, ?2), ('chloe', ?1, ?2)",
        (_KEPT, "2026-11-01T12:00:00Z"),
    )
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
        if _uses_her_link(apart):
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


def _uses_her_link(apart: Apart) -> bool:
    """Post the form of the page behind the link of Chloe's last text. Return whether it worked."""
    links = [re.search(r"/c/\S+", text.body) for text in apart.exchange.texts if text.to == CHLOE_TEXTS]
    found = next((link[0] for link in reversed(links) if link), None)
    if found is None:
        return False
    data = urllib.parse.urlencode({"pin": PIN}).encode()
    form = urllib.request.Request(f"{apart.address}{found}", data, {"Sec-Fetch-Site": "same-origin"})
    try:
        with urllib.request.urlopen(form, timeout=30) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _with_links(text: str) -> str:
    """Texts to clinicians about a page hold a link."""
    told = '  not_taken: "{clinic}: call {ref} ({disposition}). {link}"'
    return re.sub(r"(?m)^  not_taken: .*$", told, text)


NIGHT = Night("masked", AT, plays, lacks, change=_with_links)
