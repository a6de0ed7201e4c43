"""The clinic rings a patient back: by PIN from a phone of its own, or by the link that a text held."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request

from ivr.exchange.acts import HangUp, Moment, Plan
from ivr.exchange.caller import Caller
from ivr.storage import passwords
from tests.lost.apart import Apart

PIN = "246813"
_KEPT = passwords.hashed(PIN)  # once: it takes a tenth of a second


class Staff(Caller):
    """Somebody of the clinic; should they be put through as a patient, they end the talk."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(90, HangUp())] if moment.kind == "joined" else super().does(moment)


def has_pins(apart: Apart, *people: str) -> None:
    """Give these people the PIN."""
    for person in people:
        values = (person, _KEPT, "2026-11-01T12:00:00Z")
        apart.change("INSERT INTO pins (person, pin, set_at) VALUES (?, ?, ?)", values)


def with_links(text: str) -> str:
    """Return a config.yaml whose texts to clinicians about a page hold a link."""
    told = '  not_taken: "{clinic}: call {ref} ({disposition}). {link}"'
    return re.sub(r"(?m)^  not_taken: .*$", told, text)


def uses_link(apart: Apart, number: str) -> bool:
    """Post the form of the page behind the link of the last text to a number. Return whether it worked."""
    links = [re.search(r"/c/\S+", text.body) for text in apart.exchange.texts if text.to == number]
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
