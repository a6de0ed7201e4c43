"""`ivr check`: would this line start, and as what?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file, whole

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.flow.model import Flows


@click.command(short_help="Say everything that is wrong with config and flows, or sum them up.")
@config_file
def check(file: Path) -> None:
    """Say everything that is wrong with config and flows, or sum them up.

    Reads the config, the flows that it names, and the environment. Each mistake is named with its file and
    line and how to put it right; then the exit code is 1. Nothing is started and nothing is changed.

    \b
    ivr check
    ivr check --config /etc/clinic/config.yaml && systemctl restart clinic-line
    """
    from ivr.cli.notices import notices
    from ivr.cli.screen import say
    from ivr.clock import SystemClock

    config, flows = whole(file)
    for problem in config.warnings:
        say(str(problem), err=True)
    for line in _summary(config, flows, SystemClock().now()):
        say(line)
    for line in notices(config, flows):
        say(line)


def _summary(config: Config, flows: Flows, now: datetime) -> Iterator[str]:
    from ivr.cli.screen import day, minute
    from ivr.numbers import mask
    from ivr.rota.rota import chain_at

    zone = config.clinic.zone
    yield f"Clinic    {config.clinic.name}, {mask(config.clinic.number)}, clocks of {zone}"
    steps = ", ".join(f"{name} ({len(flow.steps)} steps)" for name, flow in sorted(flows.flows.items()))
    yield f"Flows     {steps}"
    prompts = sum(1 for step in flows.steps.values() for _ in step.spoken())
    yield f"Prompts   {prompts}, revision {flows.revision}"
    yield f"Now       {day(now, zone)} {minute(now, zone)[-5:]}"
    names = [config.people[person].name for person in chain_at(config.rota_table(), now)]
    yield f"On call   {', then '.join(names) or 'nobody'}"
    for name in config.hours:
        yield f"Hours     {name}: {_hours(config, name, now)}"
    missing = ", ".join(_missing())
    yield f"To serve  {f'still to be set: {missing}' if missing else 'all that is needed is set'}"


def _hours(config: Config, name: str, now: datetime) -> str:
    from ivr.rota.dues import spoken_opening
    from ivr.rota.hours import is_open, next_opening

    hours = config.hours_of(name)
    opens = next_opening(hours, now)
    when = f"opens {spoken_opening(opens, now, config.clinic.zone)}" if opens else ""
    if is_open(hours, now):
        return f"open now{f', next {when}' if when else ', never closes'}"
    return f"closed now, {when or 'and for the next 400 days'}"


def _missing() -> list[str]:
    """Names of what `ivr serve` would still need from the environment."""
    from ivr.config.environment import environment

    return [problem.file for problem in environment(os.environ, serving=True)[1]]
