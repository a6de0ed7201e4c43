"""`ivr rollback`: an earlier revision is live again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.publish import wait
from ivr.cli.setting import config_file

if TYPE_CHECKING:
    from ivr.cli.change import Change


@click.command(short_help="Make an earlier revision live again; the files are left alone.")
@config_file
@wait
@click.argument("revision", required=False)
def rollback(file: Path, wait: float, revision: str | None) -> None:
    """Make an earlier revision live again; the files are left alone.

    REVISION is its name or the beginning of it, as `ivr revisions` lists them; without one, it is what was
    live before. It is judged by today's rules. A restart keeps it live, until the files are changed again or
    `ivr publish` is called.

    \b
    ivr rollback
    ivr rollback 3f9a
    """
    from ivr import logs
    from ivr.cli.change import change
    from ivr.cli.screen import say
    from ivr.config.source import read_source
    from ivr.line.edition import stored
    from ivr.yamlfile import BadInput

    logs.set_up()
    with change() as changing:
        live = changing.line.editions.live.revision
        wanted = _before(changing) if revision is None else found(changing, revision)
        if wanted == live:
            raise click.ClickException(f"revision {live} is live already.")
        try:
            source = stored(changing.store, wanted)
        except LookupError as error:
            raise click.ClickException(str(error)) from None
        changing.judge(source, "rollback")
        try:
            files = read_source(file).revision
        except BadInput:
            files = changing.files()
        number = changing.publish(source, files, "rollback")
        say(f"Rolled back: revision {wanted} is live, in place of {live}.")
        if files != wanted:
            say(
                f"The files were left alone, and hold revision {files}. A restart keeps {wanted} live as long"
                " as they stay as they are; put them right, then `ivr publish`."
            )
        say(changing.taken_in(number, wait))


def _before(changing: Change) -> str:
    """The revision that was live before this one. Errors: click.ClickException."""
    from ivr.storage import revisions

    live = changing.line.editions.live.revision
    with changing.store.read() as conn:
        for row in revisions.latest(conn, 1000):
            if row["revision"] != live:
                return str(row["revision"])
    raise click.ClickException("no other revision was ever live.")


def found(changing: Change, typed: str) -> str:
    """The one revision whose name begins with what was typed. Errors: click.ClickException."""
    from ivr.storage import revisions

    with changing.store.read() as conn:
        return one(typed, revisions.begins_with(conn, typed))


def one(typed: str, names: list[str]) -> str:
    """The only one of the names. Errors: click.ClickException."""
    if len(names) == 1:
        return names[0]
    if names:
        raise click.ClickException(f"several revisions begin with {typed}: {', '.join(names[:5])}.")
    raise click.ClickException(f"no revision begins with {typed}. `ivr revisions` lists them.")
