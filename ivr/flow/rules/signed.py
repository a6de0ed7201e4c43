"""A named clinician answers for what callers hear."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.rules.evidence import Evidence, Fault, Level


def by_a_clinician(given: Evidence) -> Iterator[Fault]:
    """Every flow is signed, over its wording as it is, and its review isn't overdue."""
    level: Level = "warning" if given.rehearsal else "error"
    for one in given.signatures:
        if not one.holds:
            cure = "Have a clinician read it and sign it: ivr sign"
            flow = given.flows.flows[one.flow]
            message = f"flow {one.flow}: {one.says.rstrip('.')}"
            yield Fault(flow.start, message, cure, level=level)
