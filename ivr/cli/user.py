"""`ivr user`: accounts of staff, for the first owner and for when nobody can log in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ivr.cli.setting import config_file, load

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.storage import Store
    from ivr.storage.staff import Role

NAME = click.argument("name")


@click.group(short_help="Make, list and disable the accounts of staff.")
@config_file
@click.pass_context
def user(ctx: click.Context, file: Path) -> None:
    """Make, list and disable the accounts of staff.

    An account is made with a link, which works once within three days; through it the person sets a password.
    Owners invite others on the page People.

    \b
    ivr user add ana --role owner --person ana
    ivr user list
    ivr user reset ana
    """
    ctx.obj = file


@user.command()
@NAME
@click.option(
    "--role",
    type=click.Choice(["owner", "clinician", "desk"]),
    default="desk",
    show_default=True,
    help="Owners may everything; clinicians also see what patients reported; desk: bookings and messages.",
)
@click.option(
    "--person", default="", metavar="PERSON", help="Whose account it is, if they are in config.yaml."
)
@click.pass_obj
def add(file: Path, name: str, role: str, person: str) -> None:
    """Make an account, and print the link that sets its password.

    NAME is what is typed to log in: small letters, digits and _.
    """
    from ivr.clock import SystemClock
    from ivr.storage import staff, tokens

    config, link, now = load(file), tokens.new(), SystemClock().now()
    if person and person not in config.people:
        raise click.ClickException(f"there is nobody called {person!r} in {file}: look at `people` there.")
    with _store(config) as store:
        try:
            made = store.write(
                lambda conn: staff.add(conn, name, cast("Role", role), person, tokens.digest(link), now)
            )
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        if not made:
            raise click.ClickException(
                f"{name} has an account, or {person or name} has. `ivr user list` shows them,"
                " `ivr user reset NAME` prints a new link."
            )
        store.record([staff.noted("command", f"invited somebody as {role}", now, name)])
    _tell(config, link)


@user.command("list")
@click.pass_obj
def list_(file: Path) -> None:
    """List the accounts: name, role, and whether they can log in."""
    from ivr.cli.kept import kept
    from ivr.cli.screen import say, table
    from ivr.storage import staff

    with kept(load(file).environment.data) as conn:
        members = staff.everyone(conn)
    if not members:
        say("There is no account yet. Make the first: ivr user add NAME --role owner")
        return
    rows = []
    for one in members:
        state = "disabled" if one.disabled_at else "ready" if one.ready else "invited"
        rows.append((one.name, one.role, one.person or "-", state, "codes" if one.coded else "-"))
    table(("NAME", "ROLE", "PERSON", "STATE", "CODES"), rows)


@user.command()
@NAME
@click.pass_obj
def disable(file: Path, name: str) -> None:
    """Let nobody log in by an account, and end its log-ins. The last owner can't be disabled."""
    from ivr.storage import staff

    _change(file, name, "disabled an account", lambda conn, now: staff.disable(conn, name, now))


@user.command()
@NAME
@click.pass_obj
def enable(file: Path, name: str) -> None:
    """Let an account be used again, with the password it had."""
    from ivr.storage import staff

    _change(file, name, "enabled an account", lambda conn, now: staff.enable(conn, name))


@user.command()
@NAME
@click.pass_obj
def reset(file: Path, name: str) -> None:
    """Take an account's password and app away, and print a link that sets a new password."""
    from ivr.storage import staff, tokens

    link = tokens.new()
    config = _change(
        file,
        name,
        "made a new link for an account",
        lambda conn, now: staff.invite(conn, name, tokens.digest(link), now),
    )
    _tell(config, link)


def _change(file: Path, name: str, what: str, change: Callable[..., bool]) -> Config:
    """Change an account, note it, and return the config. Errors: click.ClickException: nothing changed."""
    from ivr.clock import SystemClock
    from ivr.storage import staff

    config, now = load(file), SystemClock().now()
    with _store(config) as store:
        if not store.write(lambda conn: change(conn, now)):
            raise click.ClickException(
                f"nothing changed: there is no account {name!r}, it is so already, or it is the last owner."
                " `ivr user list` shows them."
            )
        store.record([staff.noted("command", what, now, name)])
    return config


@contextmanager
def _store(config: Config) -> Iterator[Store]:
    """The store, beside a running line. Errors: click.ClickException."""
    from ivr.storage import StorageError, Store

    try:
        with Store(config.environment.data) as store:
            yield store
    except StorageError as error:
        raise click.ClickException(str(error)) from None


def _tell(config: Config, link: str) -> None:
    """Print a link, whole: it is no phone number, whatever digits are in it."""
    address = config.environment.public_url or "IVR_PUBLIC_URL"
    click.echo(f"{address}/desk/invitation/{link}")
    click.echo("Open it in a browser within three days. It works once: hand it to nobody else.", err=True)
