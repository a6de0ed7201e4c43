"""`ivr publish`: a running line takes in the files as they are now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import Problems, config_file

if TYPE_CHECKING:
    from ivr.line.publishing import How

wait = click.option(
    "--wait",
    type=click.FloatRange(0, 600),
    default=15.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait until all of the line has taken it in.",
)


@click.command(short_help="Have the running line take in the changed files, if nothing is wrong with them.")
@config_file
@wait
@click.option("--signal", "signalled", is_flag=True, hidden=True, help="The line itself asks, at SIGHUP.")
def publish(file: Path, wait: float, signalled: bool) -> None:
    """Have the running line take in the changed files, if nothing is wrong with them.

    They are judged as by `ivr check`. If anything is wrong, what is live stays, and the owner gets a text.
    Otherwise new calls hear the new revision within a second or two; calls under way finish on the old one.
    Secrets and the data folder are the environment's, and need a restart.

    \b
    ivr publish
    ivr publish --config /etc/clinic/config.yaml
    """
    from ivr import logs
    from ivr.cli.change import change
    from ivr.cli.screen import say
    from ivr.config.source import read_source
    from ivr.yamlfile import BadInput

    logs.set_up()
    how: How = "signal" if signalled else "publish"
    with change() as changing:
        live = changing.line.editions.live
        try:
            source = read_source(file)
        except BadInput as bad:
            changing.refuse("-", how, [str(problem) for problem in bad.problems])
            raise Problems(bad.problems) from None
        config = changing.judge(source, how)
        for warning in config.warnings:
            say(str(warning), err=True)
        number = live.number
        # After a rollback the files may have been put back to what is live: it is theirs again.
        if source.revision != live.revision or changing.files() != source.revision:
            number = changing.publish(source, source.revision, how)
        if source.revision == live.revision:
            say(f"Revision {live.revision} is live already: the files hold nothing new.")
        else:
            say(f"Published: revision {source.revision}, in place of {live.revision}.")
        say(changing.taken_in(number, wait))
