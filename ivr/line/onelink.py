"""One-use links: a text to a clinician can hold one, by which, after the PIN, a patient is rung.

The token follows from the line's secret key and from the text, so that a text that has to be sent again holds
the same one. Only its hash is kept.
"""

from __future__ import annotations

import hmac
import sqlite3
from base64 import urlsafe_b64encode
from datetime import timedelta

from ivr.clock import iso
from ivr.line.answer import Line
from ivr.line.callback import asked, queue
from ivr.line.staff import owner_of
from ivr.storage import callbacks, passwords, pins, throttle, tokens

LASTS = timedelta(hours=2)
NOBODY = "-"  # no person can have this id
BYTES = 18  # of a token: 144 bits, 24 letters
# For one address, whatever the link: a clinic's staff may share one, so it is patient.
ADDRESS = throttle.Pace(free=20, first=2, longest=300)


def address(line: Line, text: str, leg: str, call: str) -> str:
    """Return the address of the link that a text holds, and keep the link. Errors: StoreUnavailable.

    text   names the text among all: a row's key
    leg    whose phone it will ring: a person's first
    """
    key = tokens.Sealer(line.config.environment.secret_key, "callback links").key()
    token = urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")[:BYTES]).decode()
    until = iso(line.clock.now() + LASTS)
    line.store.write(lambda conn: callbacks.put_link(conn, tokens.digest(token), leg, call, until))
    return f"{line.config.environment.public_url}/c/{token}"


def use(line: Line, token: str, pin: str, address: str, shared: bool) -> bool:
    """Use a link up, if it can be used and the PIN is right, and return whether the phones will ring.

    Whatever is wrong, it takes as long; a wrong PIN doesn't use a link up.

    address  where it is asked from; shared: many may stand behind that, so it isn't counted
    Errors: StoreUnavailable: nobody is let in while tries can't be counted.
    """
    now, digest = line.clock.now(), tokens.digest(token)
    from_there = f"link:{tokens.digest(address)[:32]}"
    may = line.store.write(lambda conn: shared or throttle.may_try(conn, from_there, ADDRESS, now))
    with line.store.read() as conn:
        link = callbacks.link(conn, digest, iso(now)) if may else None
    # What is no link is held against a PIN that is nobody's, so that the clock doesn't tell which it is.
    answer = pins.check(line.store, owner_of(link["leg"]) if link else NOBODY, pin, now)
    if answer == "throttled":
        passwords.matches(None, pin)
    if link is None or answer != "right":
        return False
    leg, call = str(link["leg"]), str(link["call"])

    def begin(conn: sqlite3.Connection) -> bool:
        throttle.clear(conn, from_there)
        used = callbacks.use_link(conn, digest, iso(now))
        return used and queue(line, conn, leg, call) in ("queued", "going on")

    if not line.store.write(begin):
        return False
    line.store.record([asked(line, leg, call, "link")])
    return True
