"""The calls that the bench places: who rings, what they press, and the form that each webhook carries.

All of it is made before the clock starts, but for the signature, which covers an address that only the
answer before it tells.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlencode

ACCOUNT = "AC" + "0" * 30 + "be"
TOKEN = "bench-token-of-a-made-up-account"
CLINIC = "+441632960000"

# Each caller rings once: a second call with a sign within days takes a shorter way through the line.
_NUMBERS = tuple(
    chain(
        (f"+447700900{n:03}" for n in range(100, 1000)),
        (f"+441632960{n:03}" for n in range(100, 1000)),
        (f"+442079460{n:03}" for n in range(1000)),
    )
)
MOST_CALLS = len(_NUMBERS)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request: its form as sent, and as it is signed (names and values in order, without a separator)."""

    body: bytes
    signed: str
    expects: bytes  # what a good answer holds


Call = tuple[Webhook, ...]


def signature(url: str, signed: str) -> str:
    """Twilio's scheme: base64 of HMAC-SHA1, by the account's token, over the address and the form."""
    return base64.b64encode(hmac.digest(TOKEN.encode(), (url + signed).encode(), "sha1")).decode()


def _webhook(number: str, sid: str, digits: str | None, expects: bytes) -> Webhook:
    """The form of a real request, empty values included."""
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "ringing" if digits is None else "in-progress",
        "Called": CLINIC,
        "CalledCity": "",
        "CalledCountry": "GB",
        "CalledState": "",
        "CalledZip": "",
        "Caller": number,
        "CallerCity": "",
        "CallerCountry": "GB",
        "CallerState": "",
        "CallerZip": "",
        "Direction": "inbound",
        "From": number,
        "FromCity": "",
        "FromCountry": "GB",
        "FromState": "",
        "To": CLINIC,
        "ToCountry": "GB",
    }
    if digits is not None:
        form |= {"Digits": digits, "FinishedOnKey": "", "msg": "Gather End"}
    signed = "".join(name + form[name] for name in sorted(form))
    return Webhook(urlencode(form).encode(), signed, expects)


def calls(keys: str) -> Iterator[Call]:
    """Yield calls of `1 + len(keys)` webhooks: each is answered by a Gather, the last by a Dial."""
    for count, number in enumerate(_NUMBERS):
        sid = f"CA{count:032x}"
        first = _webhook(number, sid, None, b"<Gather")
        rest = [
            _webhook(number, sid, key, b"<Dial" if at == len(keys) else b"<Gather")
            for at, key in enumerate(keys, start=1)
        ]
        yield (first, *rest)
