"""Who of the clinic rings the line: by the phone that shows, before they have proved it with a PIN."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from typing import Literal

from ivr.config import Config
from ivr.line.answer import Line
from ivr.storage import callbacks

log = logging.getLogger(__name__)

Role = Literal["clinician", "desk"]


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of the clinic, as far as a phone can say.

    who   whose PIN counts: a person of config.yaml ("ana"), a group that lists phones ("reception"), or an
          account with a phone of its own ("staff/joe")
    leg   the phone: "ana/1", "reception/0", "staff/joe"
    """

    who: str
    leg: str


def at_phone(line: Line, number: str | None) -> Staff | None:
    """Return who of the clinic rings from `number` (E.164) and has a PIN; None for everybody else.

    Never raises: whom the record can't tell is a patient.
    """
    if number is None:
        return None
    try:
        with line.store.read() as conn:
            found = [*_of_config(line.config, number), *callbacks.staff_phones(conn, number)]
            for leg, who in found:
                if callbacks.has_pin(conn, who) and not callbacks.disabled(conn, who):
                    return Staff(who, leg)
    except Exception:
        log.warning("the phones of staff can't be read: the call is a patient's", exc_info=True)
    return None


def owner_of(leg: str) -> str:
    """Return who has the PIN of a phone: a person, a group, or the account of a phone of its own."""
    return leg if leg.startswith("staff/") else leg.partition("/")[0]


def role_of(line: Line, conn: sqlite3.Connection, who: str) -> Role:
    """Return what somebody may ask for.

    Of those without an account, whoever the rota names is a clinician, and so is the owner.
    """
    role = callbacks.role(conn, who)
    if role is not None:
        return "desk" if role == "desk" else "clinician"
    rota = line.config.rota
    named = {who for shift in rota.shifts for who in shift.chain}
    named |= {who for override in rota.overrides for who in override.chain}
    return "clinician" if who in named | {line.config.owner} else "desk"


def _of_config(config: Config, number: str) -> list[tuple[str, str]]:
    """(leg, whose PIN) of the phones in config.yaml that have this number."""
    legs = config.legs_of(number)
    return [(leg, owner_of(leg)) for leg in legs]
