"""Logging in: a password, and a code where one is set up, held against what is kept."""

from __future__ import annotations

import hmac
import sqlite3
from datetime import datetime
from typing import Literal

from ivr.line.answer import Line
from ivr.storage import passwords, secondfactor, staff, throttle, tokens
from ivr.storage.staff import Member

# For one account from one address, so that nobody can lock somebody else out from elsewhere.
ACCOUNT = throttle.Pace(free=5, first=2, longest=900)
# For one address whatever the account: an office shares one, so it is patient.
ADDRESS = throttle.Pace(free=50, first=1, longest=60)
# For one account from all addresses together: some hundred guesses a day, however many machines guess.
ANYWHERE = throttle.Pace(free=30, first=2, longest=900)

Refused = Literal["wrong", "throttled"]


def sign_in(
    line: Line, name: str, password: str, code: str, address: str, shared: bool, known: str = ""
) -> Member | Refused:
    """Return the member whom these prove. "wrong" doesn't say what was, and takes as long for unknown names.

    address  where it is asked from
    shared   many may stand behind that (a proxy that doesn't tell), so its tries aren't counted together
    known    tells a browser in which this account has logged in before from all others; "": it isn't one.
             Its tries are counted by themselves: whoever guesses elsewhere doesn't make it wait
    Errors: StoreUnavailable: nobody gets in while tries can't be counted.
    """
    now = line.clock.now()
    mine = f"known:{known}" if known else f"login:{tokens.digest(f'{name} {address}')[:32]}"
    anywhere = f"account:{tokens.digest(name)[:32]}"
    from_there = f"address:{tokens.digest(address)[:32]}"

    def may_try(conn: sqlite3.Connection) -> bool:
        if known:
            return throttle.may_try(conn, mine, ACCOUNT, now)
        return (
            throttle.may_try(conn, mine, ACCOUNT, now)
            and (shared or throttle.may_try(conn, from_there, ADDRESS, now))
            and throttle.may_try(conn, anywhere, ANYWHERE, now)
        )

    if not line.store.write(may_try):
        return "throttled"
    with line.store.read() as conn:
        kept = staff.password_of(conn, name)
        sealed = secondfactor.secret_of(conn, name)
    if not passwords.matches(kept, password):
        return "wrong"
    if sealed is not None and not _proved(line, name, sealed, code, now):
        return "wrong"

    def forget(conn: sqlite3.Connection) -> None:
        throttle.clear(conn, mine)
        throttle.clear(conn, anywhere)
        throttle.forget(conn, now)

    line.store.write(forget)
    with line.store.read() as conn:
        return staff.get(conn, name) or "wrong"


def sealer(line: Line) -> tokens.Sealer:
    """Return what seals the secrets of the staff's apps."""
    return tokens.Sealer(line.config.environment.secret_key, "staff codes")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return which 30 seconds a code is of: the present ones, or those beside; None: it is wrong."""
    import pyotp

    totp = pyotp.TOTP(secret)
    plain = "".join(code.split())
    present = int(now.timestamp()) // secondfactor.SECONDS
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode()):
            return step
    return None


def _proved(line: Line, name: str, sealed: str, code: str, now: datetime) -> bool:
    """Use a code of the app, or a recovery code, up. One that was used proves nothing."""
    secret = sealer(line).open(sealed, name)
    step = step_of(secret, code, now) if secret else None
    if step is not None:
        return line.store.write(lambda conn: secondfactor.use(conn, name, step))
    typed = tokens.as_typed(code)
    return line.store.write(lambda conn: secondfactor.recover(conn, name, typed, now))


def unconfirmed(line: Line, who: Member, password: str) -> str:
    """Return why a password typed by somebody logged in isn't taken as theirs; "" when it is.

    Errors: StoreUnavailable.
    """
    what, now = f"confirm:{who.name}", line.clock.now()
    if not line.store.write(lambda conn: throttle.may_try(conn, what, ACCOUNT, now)):
        return "Too many tries. Wait a little, then try again."
    with line.store.read() as conn:
        kept = staff.password_of(conn, who.name)
    if not passwords.matches(kept, password):
        return "That isn't your password."
    line.store.write(lambda conn: throttle.clear(conn, what))
    return ""
