"""A clinician's phone, and advice when nobody takes the call, soon enough."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.rules.evidence import Evidence, Fault
from ivr.flow.rules.pace import SignPace, sign_paces


def _now(given: Evidence) -> Iterator[SignPace]:
    """The signs that mean a clinician now, whenever they are told."""
    return (pace for pace in sign_paces(given) if pace.means == {"clinician_now"})


def rings(given: Evidence) -> Iterator[Fault]:
    """For a sign that means a clinician now, a phone rings soon after the answer of the call."""
    for pace in _now(given):
        at = pace.seconds["as_heard"].ring
        if at is not None and at > given.limits.ring:
            message = f"{pace.sign}: a clinician's phone rings {at:.1f} s after the answer"
            message += f"; at most {given.limits.ring:.0f}"
            yield Fault(pace.gate, message, "Shorten what is said before it, or ask this earlier")


def advised(given: Evidence) -> Iterator[Fault]:
    """If nobody takes the call, where else to turn has been said soon after the answer."""
    for pace in _now(given):
        at = pace.seconds["as_heard"].advice
        if at is not None and at > given.limits.advice:
            message = f"{pace.sign}: nobody takes it, and advice is spoken {at:.1f} s after the answer"
            message += f"; at most {given.limits.advice:.0f}"
            cure = "Name A and E and 111 in `between`, or shorten ring_seconds of the group"
            yield Fault(pace.gate, message, cure)
