"""`ivr report`: the figures of the last weeks, as the weekly mail has them."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.setting import config_file, laid_over, load


@click.command(short_help="Print the figures of the last weeks, as the weekly mail has them.")
@config_file
@click.option("--weeks", type=click.IntRange(1, 53), default=1, show_default=True, help="Until now.")
def report(file: Path, weeks: int) -> None:
    """Print the figures of the last weeks, as the weekly mail has them.

    Calls by hour and topic, bookings kept off clinicians, seconds until a phone rings and until somebody
    takes the call, who took it at which try, why nobody did, promises, and what clinicians concluded. No
    patient is in it. `reports` in config.yaml has it mailed each week.

    \b
    ivr report
    ivr report --weeks 4
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say
    from ivr.clock import SystemClock
    from ivr.line import weekly
    from ivr.rota.local import weeks_before

    config, now = laid_over(load(file)), SystemClock().now()
    with kept(config.environment.data) as conn:
        told = weekly.words(config, conn, weeks_before(now, config.clinic.zone, weeks), now)
    for line in config.texts[weekly.REPORT].format_map(told).strip().splitlines():
        say(line)
