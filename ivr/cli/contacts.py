"""`ivr contacts`: phones and addresses that were switched off, and switching them on again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file, load

if TYPE_CHECKING:
    from ivr.config import Config


@click.command(short_help="List phones and addresses that fail for good, or switch them on again.")
@config_file
@click.option("--on", "on", metavar="WHO", help='"ana", or one of "ana phone 2": use it again.')
def contacts(file: Path, on: str | None) -> None:
    """List phones and addresses that fail for good, or switch them on again.

    A number that the provider calls invalid or unreachable is passed over, and the owner is told. It is used
    again once config.yaml has another number for it, somebody answers there, or --on says so. If it fails
    again, it is switched off again.

    \b
    ivr contacts
    ivr contacts --on ana
    ivr contacts --on "ana phone 2"
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say, table
    from ivr.clock import from_iso
    from ivr.rota.local import minute
    from ivr.storage import faults

    config = load(file)
    with kept(config.environment.data) as conn:
        rows = faults.listed(conn)
    if on is not None:
        _switch_on(config, on, [str(row["contact"]) for row in rows])
    elif rows:

        def since(row: sqlite3.Row) -> str:
            return minute(from_iso(row["off_at"]), config.clinic.zone)

        table(
            ("contact", "off since", "found by", "code"),
            [(row["contact"], since(row), row["source"], str(row["code"] or "-")) for row in rows],
        )
    else:
        say("No contact is switched off.")


def _switch_on(config: Config, wanted: str, off: list[str]) -> None:
    """Errors: click.ClickException when none of that name is off, or the record can't be written."""
    from ivr.cli.screen import say
    from ivr.clock import SystemClock, iso
    from ivr.storage import Entry, Store

    chosen = [contact for contact in off if contact == wanted or contact.partition(" ")[0] == wanted]
    if not chosen:
        raise click.ClickException(f"{wanted}: no such contact is switched off. `ivr contacts` lists them.")
    at = iso(SystemClock().now(), milliseconds=True)
    with Store(config.environment.data) as store:
        for contact in chosen:
            data = {"contact": contact, "by": "staff"}
            store.record([Entry(at, "", "contact_on", f"on {contact} {at}", data)])
            say(f"{contact} is used again.")
