"""Which config.yaml a line had when, and who was on call by it: the test that edits it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.config import Config
from ivr.rota.laid import Laid


@dataclass(frozen=True)
class Held:
    """A config.yaml of a line; since when, and until when the line may have gone by it (None: still does)."""

    config: Config
    since: datetime
    until: datetime | None = None


def chains(all_held: Sequence[Held], over: Laid, at: datetime, planned: timedelta) -> list[set[str]]:
    """Return the chains that may have been on call from `planned` before `at` until then; at least one."""
    moments = {at, at - planned}
    moments |= {
        edge for one in over.overrides for edge in (one.starts, one.ends) if at - planned <= edge <= at
    }
    return [
        set(held.config.laid_over(over).chain_at(moment))
        for held in all_held
        if held.since <= at and (held.until is None or held.until >= at - planned)
        for moment in moments
    ]
