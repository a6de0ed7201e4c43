"""PINs: how somebody who rings the line from a phone that it knows proves who they are."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ivr.clock import iso
from ivr.storage import passwords, throttle
from ivr.storage.store import Store

SHORTEST, LONGEST = 6, 8  # digits
# Caller numbers can be forged, so whoever tries may not be the one who waits: at most 15 minutes.
PACE = throttle.Pace(free=3, first=30, longest=900)

Answer = Literal["right", "wrong", "throttled"]


def fault(pin: str) -> str:
    """Return what keeps a new PIN from being taken, with the cure; "" when nothing does."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return f"A PIN is {SHORTEST} to {LONGEST} digits, as a telephone's keys have them."
    steps = {(int(b) - int(a)) % 10 for a, b in zip(pin, pin[1:], strict=False)}
    if len(steps) == 1 or len(set(pin)) < 3:
        return "It could be guessed: take one without a row of digits that are equal or count up or down."
    return ""


def put(store: Store, person: str, pin: str, now: datetime) -> None:
    """Set a person's PIN. Errors: ValueError, with the cure, for one that isn't fit; StoreUnavailable."""
    if problem := fault(pin):
        raise ValueError(problem)
    kept = passwords.hashed(pin)
    store.write(
        lambda conn: (
            conn.execute(
                "INSERT INTO pins (person, pin, set_at) VALUES (?, ?, ?) ON CONFLICT (person)"
                " DO UPDATE SET pin = excluded.pin, set_at = excluded.set_at",
                (person, kept, iso(now)),
            ).rowcount
        )
    )


def check(store: Store, person: str, pin: str, now: datetime) -> Answer:
    """Say whether this is the person's PIN. Without one, every try is wrong, and takes as long.

    "throttled": there were too many wrong ones just now, and this one wasn't looked at.
    Errors: StoreUnavailable: nobody can be let in while tries can't be counted.
    """
    what = f"pin:{person}"
    if not store.write(lambda conn: throttle.may_try(conn, what, PACE, now)):
        return "throttled"
    with store.read() as conn:
        row = conn.execute("SELECT pin FROM pins WHERE person = ?", (person,)).fetchone()
    if not passwords.matches(row["pin"] if row else None, pin):
        return "wrong"
    store.write(lambda conn: throttle.clear(conn, what))
    return "right"


def remove(store: Store, person: str) -> bool:
    """Take a person's PIN away. False: there was none. Errors: StoreUnavailable."""
    return store.write(
        lambda conn: conn.execute("DELETE FROM pins WHERE person = ?", (person,)).rowcount == 1
    )


def set_at(store: Store, person: str) -> str | None:
    """Return when a person's PIN was set (UTC), or None without one. Errors: StoreUnavailable."""
    with store.read() as conn:
        row = conn.execute("SELECT set_at FROM pins WHERE person = ?", (person,)).fetchone()
    return str(row["set_at"]) if row else None
