"""What has to be said loudly before a real caller rings."""

from __future__ import annotations

from ivr.config import Config
from ivr.flow.model import Flows


def notices(config: Config, flows: Flows) -> list[str]:
    """Return a line for each thing that callers should not have to find out."""
    lines = []
    if config.line.rehearsal:
        lines.append("REHEARSAL: this line is being tried out. Don't point patients at it yet.")
    if unsigned := sorted(name for name, flow in flows.flows.items() if not flow.signed.by):
        lines.append(f"UNSIGNED: no clinician has signed the wording of {', '.join(unsigned)}.")
    return lines
