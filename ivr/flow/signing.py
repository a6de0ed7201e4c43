"""Who answers for a flow's wording, and whether that still holds.

A signature is over the content: what callers hear and where each answer leads. Editing either undoes it;
comments, layout and the order of the steps may change.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ivr.flow.model import Flow

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LENGTH = 32  # hexadecimal digits kept of the hash: 128 bits


class State(StrEnum):
    """What a signature is worth today. Only SIGNED is a signature; the values are fit to be printed."""

    UNSIGNED = "unsigned"
    EDITED = "edited since"
    UNREADABLE = "date unreadable"
    OVERDUE = "review overdue"
    SIGNED = "signed"


@dataclass(frozen=True)
class Signature:
    """The signature of one flow on one day. `says` tells its state in a sentence."""

    flow: str
    state: State
    says: str

    @property
    def holds(self) -> bool:
        return self.state is State.SIGNED


def wording(flow: Flow) -> str:
    """Return the hash of a flow's wording: 32 hexadecimal digits."""
    steps = {
        # Defaults are left out, so that a field which a later release adds undoes no signature.
        name: [step.kind, step.model_dump(mode="json", exclude_defaults=True)]
        for name, step in flow.steps.items()
    }
    content = [flow.name, flow.path, flow.start, flow.clinician, steps]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def signature(flow: Flow, today: date) -> Signature:
    """Return what a flow's signature is worth. `today`: by the clocks of the clinic."""
    state, says = _judged(flow, today)
    return Signature(flow.name, state, says)


def signature_date(text: str | None) -> date | None:
    """Return the day that a signature names as "2026-11-24", or None if that can't be read."""
    try:
        return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _judged(flow: Flow, today: date) -> tuple[State, str]:
    signed = flow.signed
    by, registration = (signed.by or "").strip(), (signed.registration or "").strip()
    if not by or not registration:
        missing = "No clinician has signed it." if not by else f"{by} signed without a registration number."
        return State.UNSIGNED, missing
    who = f"{by} ({registration})"
    if not signed.wording:
        return State.UNSIGNED, f"{who} is named, but not what they signed: it has to be signed by `ivr sign`."
    if signed.wording != wording(flow):
        return State.EDITED, f"The wording or a way was changed after {who} had signed it."
    on, review_by = signature_date(signed.on), signature_date(signed.review_by)
    if on is None:
        return State.UNREADABLE, f"Signed by {who}, but {_not_a_day('on', signed.on)}"
    if review_by is None:
        return State.UNREADABLE, f"Signed by {who}, but {_not_a_day('review_by', signed.review_by)}"
    if on > today + timedelta(days=1):  # one day ahead is a matter of time zones
        return State.UNREADABLE, f"Signed by {who} on {on}, a day that hasn't come yet."
    if today > review_by:
        return State.OVERDUE, f"Signed by {who} on {on}; its review was due by {review_by}."
    return State.SIGNED, f"Signed by {who} on {on}, to be reviewed by {review_by}."


def _not_a_day(field: str, written: str | None) -> str:
    if not written:
        return f"`{field}` is missing."
    return f"`{field}` is {written!r}, which is no day: write it as 2026-11-24."
