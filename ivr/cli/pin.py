"""`ivr pin`: PINs by which people of the clinic ring the line."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.setting import config_file, load


@click.group(short_help="Set somebody's PIN, by which they ring the line.")
@config_file
@click.pass_context
def pin(ctx: click.Context, file: Path) -> None:
    """Set somebody's PIN, by which they ring the line.

    It is asked for, and not shown. People set their own under Your account, on the desk's pages.

    \b
    ivr pin set ana
    """
    ctx.obj = file


@pin.command("set")
@click.argument("person")
@click.pass_obj
def set_(file: Path, person: str) -> None:
    """Set the PIN of PERSON, a name of `people` in config.yaml: 6 to 8 digits.

    A group that lists phones (`reception`) has one too: whoever rings from them shares it.
    """
    from ivr.clock import SystemClock
    from ivr.storage import StorageError, Store, pins, staff

    config = load(file)
    shared = config.groups.get(person)
    if person not in config.people and not (shared and shared.phones):
        raise click.ClickException(f"there is nobody called {person!r} in {file}: look at `people` there.")
    given = click.prompt("PIN", hide_input=True, confirmation_prompt="Again")
    if problem := pins.fault(given):
        raise click.ClickException(problem)
    now = SystemClock().now()
    try:
        with Store(config.environment.data) as store:
            pins.put(store, person, given, now)
            store.record([staff.noted("command", "set a PIN", now, person)])
    except StorageError as error:
        raise click.ClickException(str(error)) from None
    known = config.people.get(person)
    click.echo(f"The PIN of {known.name if known else person} is set.")
