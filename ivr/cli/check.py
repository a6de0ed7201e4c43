"""`ivr check`: is this line safe, and what is it?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file, laid_over, whole

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.flow.model import Flows
    from ivr.proof import Proof


@click.command(short_help="Prove that config and flows are safe, or say everything that is wrong.")
@config_file
@click.option(
    "--html",
    "page",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report there: one page to read, print and sign.",
)
@click.option(
    "--stories",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the calls that show what is wrong, for `ivr call --script`.",
)
@click.pass_context
def check(ctx: click.Context, file: Path, page: Path | None, folder: Path | None) -> None:
    """Prove that config and flows are safe, or say everything that is wrong.

    Reads the config, the flows that it names, and the environment; then explores and judges every call that
    can happen. Each mistake is named with its file and line, how to put it right, and the shortest call that
    shows it; then the exit code is 1. Nothing is started, and neither config nor flows are changed.

    \b
    ivr check
    ivr check --html report.html
    ivr check --stories wrong && ivr call --script wrong/concern_44_cared_for.yaml
    ivr check --config /etc/clinic/config.yaml && systemctl restart clinic-line
    """
    from ivr.cli import proved
    from ivr.cli.notices import notices
    from ivr.cli.screen import say
    from ivr.clock import SystemClock
    from ivr.proof import prove

    now = SystemClock().now()
    config, flows = whole(file)
    config = laid_over(config)
    for problem in config.warnings:
        say(str(problem), err=True)
    found = prove(config, flows, now)
    proved.violations(found)
    for line in _summary(config, flows, now):
        say(line)
    proved.summary(found)
    for line in notices(config, flows, now):
        say(line)
    if folder is not None:
        from ivr.proof.stories import setting

        for path in proved.write_stories(found, folder, setting(config, now)):
            say(f"Story     {path}")
    if page is not None:
        _write(page, config, found, now)
        say(f"Report    {page}")
    if found.errors:
        many = "1 mistake" if len(found.errors) == 1 else f"{len(found.errors)} mistakes"
        say(f"{many}: put right what is named above.", err=True)
        ctx.exit(1)


def _write(page: Path, config: Config, found: Proof, now: datetime) -> None:
    from ivr.cli.report import contents, html

    try:
        page.write_text(html(contents(config, found, now)), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{page} can't be written ({error.strerror}).") from None


def _summary(config: Config, flows: Flows, now: datetime) -> Iterator[str]:
    from ivr.cli.screen import day
    from ivr.numbers import mask
    from ivr.rota.local import minute
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
