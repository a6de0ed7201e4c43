"""`ivr verify`: is the journal as it was written?"""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.setting import config_file, load


@click.command(short_help="Check that nobody has changed the journal.")
@config_file
def verify(file: Path) -> None:
    """Check that nobody has changed the journal.

    Each line's hash covers the line before it, so that a line changed, taken out or put in shows. The exit
    code is 1 when it doesn't hold. Keep the head (the last hash) somewhere else now and then: that also
    catches a journal cut off at its end.

    \b
    ivr verify
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say
    from ivr.storage.journal import verify as walk

    with kept(load(file).environment.data) as conn:
        found = walk(conn)
    if not found.ok:
        raise click.ClickException(
            f"the journal doesn't hold: {found.problem} {found.entries} lines before it are as they were"
            " written. Stop writing to it, keep this file, and compare it with the last backup."
        )
    say(f"The journal holds: {found.entries} lines, head {found.head}")
