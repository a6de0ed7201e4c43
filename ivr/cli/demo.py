"""`ivr demo`: one short call that plays by itself, then telephones on a page to ring the line with."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import Problems, config_file
from ivr.logs import masked
from ivr.yamlfile import BadInput

if TYPE_CHECKING:
    from ivr.cli.stage import Stage

AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)  # a Tuesday night
CALLER = "+447700900123"

STORY = """\
Ten past two at night. A patient who had a filler rings the clinic: her skin has changed colour.
Everything below is real but the telephone network: the line answers signed requests over HTTP.
"""


@click.command()
@config_file
@click.option(
    "--page/--no-page",
    default=None,
    help="Only the page with telephones, or only the story. Default: both, at a terminal.",
)
@click.option(
    "--at",
    metavar="TIME",
    default="2026-11-24 02:10",
    show_default=True,
    help="When it is on the page at first, by the clinic's clocks.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    default=1.0,
    show_default=True,
    help="Seconds on the page in each second.",
)
def demo(file: Path, page: bool | None, at: str, speed: float) -> None:
    """Play a whole call, then offer one that you take part in. No account is needed.

    You take part on a page in your browser: the patient's telephone is on it, and every telephone that the
    line may ring. The page is served to this machine alone, and only until you stop it here with Ctrl-C.

    \b
    ivr demo
    ivr demo --page --at "2026-10-25 01:30"
    """
    try:
        if not page:
            play(file)
        if page or (page is None and sys.stdin.isatty()):
            handset(file, at, speed)
        elif page is None:
            click.echo("Take part in one yourself:  .venv/bin/ivr demo")
    except BadInput as bad:
        raise Problems(bad.problems) from None


def handset(file: Path, at: str, speed: float) -> None:
    """Serve the page with telephones until the keyboard interrupts, or the process is told to end."""
    from ivr.cli.call import local_time
    from ivr.cli.ending import when_told
    from ivr.cli.handset import opened
    from ivr.config import load

    when = local_time(at, load(file, {}).clinic.zone)
    over = threading.Event()
    # So that no interrupt cuts a request in two.
    when_told(lambda _: over.set(), signal.SIGINT, signal.SIGTERM)
    with opened(file, when, speed) as (stage, page):
        click.echo(f"\nNow ring the line yourself, in your browser:  {page.url}")
        click.echo("(Ctrl-C ends it. To ring from a terminal: .venv/bin/ivr call)")
        page.run(over)
        click.echo()
        for what in stage.exchange.unexpected:
            click.echo(f"unexpected: {masked(what)}", err=True)


def play(file: Path) -> None:
    """Play the story: the first clinician's voicemail answers, the second takes the call."""
    from ivr.cli.desk import readable
    from ivr.cli.stage import Stage
    from ivr.exchange.caller import Caller, Presses
    from ivr.exchange.clock import HandClock
    from ivr.exchange.people import Answers, Voicemail

    with tempfile.TemporaryDirectory(prefix="ivr-") as data:
        with Stage(file, Path(data), HandClock(AT), seed=1) as stage:
            config, exchange = stage.config, stage.exchange
            legs = [leg for ring in config.rings("on_call", AT) for leg in ring]
            exchange.others(Answers(after=6, press="1", talk=45, at=7))
            exchange.phone(config.number_of(legs[0]), Voicemail(after=18))
            click.echo(STORY)
            exchange.on_line(lambda line: click.echo(readable(line)))
            # She presses 1 for "something is wrong", 2 at the first gate, 1 as soon as she hears of skin.
            exchange.dial(
                CALLER, config.clinic.number, Caller(Presses("1"), Presses("2"), Presses("1", at=6))
            )
            exchange.run()
            told(stage)
            problems = exchange.unexpected
    if problems:
        raise click.ClickException("this should not have happened:\n" + "\n".join(problems))


def told(stage: Stage) -> None:
    """Print what the record holds of the call that has just been played."""
    from ivr.storage import journal

    with stage.app.line.store.read() as conn:
        page = conn.execute("SELECT * FROM pages ORDER BY opened_at DESC LIMIT 1").fetchone()
        lines = len(journal.lines(conn, page["page"])) if page else 0
        chain = "holds" if journal.verify(conn).ok else "is broken"
    if page:
        person = stage.config.people.get(page["accepted_by"] or "")
        taken = f"taken by {person.name}" if person else "open"
        click.echo(
            f"\nOn record: page {page['ref']}, {taken}; {lines} lines in the journal, whose chain {chain}."
        )
