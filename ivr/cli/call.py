"""`ivr call`: dial the line from this terminal, with no account. You are the caller, and whoever is rung."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ivr.cli.setting import Problems, config_file
from ivr.yamlfile import BadInput

CALLER = "+447700900123"


@click.command()
@config_file
@click.option("--at", metavar="TIME", help='When, by the clinic\'s clocks: "2026-10-25 01:30". Default: now.')
@click.option(
    "--from",
    "from_",
    metavar="NUMBER",
    default=CALLER,
    show_default=True,
    help='Who calls: a number as the network sends it, or "anonymous".',
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    default=1.0,
    show_default=True,
    help="Seconds of the call in each second.",
)
@click.option(
    "--script",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Play a call story (YAML, as in tests/calls) and say whether it goes as it expects.",
)
def call(file: Path, at: str | None, from_: str, speed: float, script: Path | None) -> None:
    """Dial the line from this terminal: prompts appear as text, and you press the keys.

    No account is needed: a stand-in telephone exchange on this machine places the call, and every other
    phone rings here too. What the line records goes to a folder that is removed afterwards; set IVR_DATA
    to keep it.

    \b
    ivr call
    ivr call --at "2026-10-25 01:30" --from anonymous --speed 4
    ivr call --script tests/calls/night_voicemail_then_second.yaml
    """
    if script is not None and (at is not None or from_ != CALLER or speed != 1.0):
        raise click.UsageError("a story has its own time and caller: leave --at, --from and --speed out")
    try:
        if script is not None:
            play(file, script)
        else:
            by_hand(file, from_, at, speed)
    except BadInput as bad:
        raise Problems(bad.problems) from None


def by_hand(file: Path, from_: str, at: str | None, speed: float) -> None:
    """Place one call in real time. Keys come from standard input, lines go out as they are heard."""
    from ivr.cli.desk import HELP, Desk, readable
    from ivr.cli.stage import Stage
    from ivr.config import load
    from ivr.exchange.clock import RealClock

    when = local_time(at, load(file, {}).clinic.zone) if at else None
    with folder() as data, Stage(file, data, RealClock(when, speed)) as stage:
        desk = Desk(stage)
        stage.exchange.on_line(lambda line: click.echo(readable(line)))
        click.echo(HELP)
        stage.exchange.dial(from_, stage.config.clinic.number, desk.caller)
        typed = iter(sys.stdin.readline, "")
        threading.Thread(target=desk.listen, args=(typed,), name="keys", daemon=True).start()
        stage.exchange.run()
        click.echo("The call is over.")
        for what in stage.exchange.unexpected:
            click.echo(f"unexpected: {what}", err=True)


def play(file: Path, script: Path) -> None:
    """Play a story and print it. Errors: click.ClickException when it goes otherwise than it expects."""
    from ivr.cli.desk import readable
    from ivr.cli.story_stage import StoryStage
    from ivr.exchange import story

    try:
        told = story.read(script)
        with (
            tempfile.TemporaryDirectory(prefix="ivr-") as data,
            StoryStage(told, file, Path(data)) as stage,
        ):
            click.echo(told.story)
            stage.exchange.on_line(lambda line: click.echo(readable(line)))
            story.play(told, stage.exchange)
            problems = story.check(told, stage.exchange) if told.expect is not None else []
    except story.StoryError as error:
        raise click.ClickException(str(error)) from None
    if problems:
        raise click.ClickException("this is not what the story expects:\n" + "\n".join(problems))


@contextmanager
def folder() -> Iterator[Path]:
    """Lend the folder that IVR_DATA names, or one that is removed afterwards."""
    if named := os.environ.get("IVR_DATA"):
        yield Path(named)
        return
    with tempfile.TemporaryDirectory(prefix="ivr-") as made:
        yield Path(made)


def local_time(text: str, zone: str) -> datetime:
    """Return "2026-10-25 01:30" by the clocks of `zone`, in UTC; an hour that comes twice is the first.

    Errors: click.BadParameter for anything else.
    """
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo is not None:
        raise click.BadParameter(f'{text!r} is no time: write it as "2026-10-25 01:30"', param_hint="--at")
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
