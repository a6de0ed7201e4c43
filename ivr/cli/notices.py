"""What has to be said loudly before a real caller rings."""

from __future__ import annotations

from datetime import datetime

import click

from ivr.config import Config
from ivr.flow.model import Flows
from ivr.flow.signing import State
from ivr.line.signed import unsigned


def notices(config: Config, flows: Flows, now: datetime) -> list[str]:
    """Return a line for each thing that callers should not have to find out. `now`: aware UTC."""
    lines = []
    if config.line.rehearsal:
        lines.append("REHEARSAL: this line is being tried out. Don't point patients at it yet.")
    states: dict[State, list[str]] = {}
    for name, state in unsigned(config, flows, now).items():
        states.setdefault(state, []).append(name)
    for state, names in states.items():
        if state is State.UNSIGNED:
            lines.append(f"UNSIGNED: no clinician has signed the wording of {', '.join(names)}.")
        else:
            lines.append(f"{state.upper()}: the signature of {', '.join(names)} doesn't hold.")
    return lines


def refuse_unsigned(config: Config, flows: Flows, now: datetime) -> None:
    """Raise ClickException when callers would hear what no clinician answers for, and it is no rehearsal."""
    found = unsigned(config, flows, now)
    if found and not config.line.rehearsal:
        told = ", ".join(f"{name} ({state})" for name, state in found.items())
        raise click.ClickException(
            f"no signature holds for {told}, so the line doesn't start. Have a clinician sign with"
            " `ivr sign`, or write `rehearsal: true` into the config while no patient can ring."
        )
