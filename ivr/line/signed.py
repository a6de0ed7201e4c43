"""Which flows of a line no clinician answers for today."""

from __future__ import annotations

from datetime import datetime

from ivr.config import Config
from ivr.flow.model import Flows
from ivr.flow.signing import State, signature
from ivr.rota.local import wall


def unsigned(config: Config, flows: Flows, now: datetime) -> dict[str, State]:
    """Return the flows whose signature doesn't hold `now` (aware UTC): name → what is the matter with it."""
    today = wall(now, config.clinic.zone).date()
    found = {name: signature(flow, today) for name, flow in sorted(flows.flows.items())}
    return {name: one.state for name, one in found.items() if not one.holds}
