"""`ivr rota`: who is on call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file, laid_over, load, switched_off

if TYPE_CHECKING:
    from ivr.config import Config


@click.command(short_help="Say who is on call, now or at a time, and what changes ahead.")
@config_file
@click.option("--at", metavar="TIME", help='By the clinic\'s clocks: "2026-10-25 01:30". Default: now.')
@click.option(
    "--days",
    type=click.IntRange(0, 366),
    default=14,
    show_default=True,
    help="How far ahead to tell changes and gaps.",
)
def rota(file: Path, at: str | None, days: int) -> None:
    """Say who is on call, now or at a time, and what changes ahead.

    In the order in which they are rung; names, never numbers. A gap is a time with fewer than two people on
    call. An hour that comes twice, when the clocks go back, is the first of the two. What was changed for a
    time on the page Rota counts, where the line's data are (IVR_DATA). Phones and addresses that were
    switched off, because they fail for good, are named last.

    \b
    ivr rota
    ivr rota --days 60
    ivr rota --at "2026-10-25 01:30" --days 1
    """
    from ivr.cli.screen import say
    from ivr.clock import SystemClock

    config = laid_over(load(file))
    when = _asked(at, config.clinic.zone) if at else SystemClock().now()
    for line in _on_call(config, when):
        say(line)
    if days:
        for line in _ahead(config, when, days):
            say(line)
    for line in _off(config):
        say(line)


def _asked(text: str, zone: str) -> datetime:
    """The instant (UTC) of a local time. Errors: click.BadParameter."""
    from ivr.config import written

    try:
        return written.moment(text, zone)
    except ValueError as error:
        raise click.BadParameter(". ".join(map(str, error.args)) + ".", param_hint="--at") from None


def _on_call(config: Config, at: datetime) -> Iterator[str]:
    from ivr.cli.screen import day
    from ivr.rota.local import minute
    from ivr.rota.rota import chain_at

    zone = config.clinic.zone
    yield f"On call {day(at, zone)} {minute(at, zone)[-5:]}"
    chain = chain_at(config.rota_table(), at)
    for place, person in enumerate(chain, 1):
        yield f"  {place}. {config.people[person].name}"
    if not chain:
        yield f"  Nobody; {config.people[config.owner].name}, the owner, is rung."


def _ahead(config: Config, start: datetime, days: int) -> Iterator[str]:
    from ivr.rota.local import minute
    from ivr.rota.rota import changes, gaps

    zone, table, end = config.clinic.zone, config.rota_table(), start + timedelta(days=days)
    many = "day" if days == 1 else f"{days} days"
    yield ""
    coming = list(changes(table, start, end))[1:]
    yield f"Changes in the next {many}" if coming else f"No changes in the next {many}"
    for at, chain in coming:
        yield f"  {minute(at, zone)}  {_names(config, chain) or 'nobody'}"
    yield ""
    found = gaps(table, start, end)
    yield f"Gaps in the next {many}" if found else f"No gaps in the next {many}"
    for gap in found:
        who = f"only {_names(config, gap.chain)}" if gap.chain else "NOBODY"
        yield f"  {minute(gap.starts, zone)} to {minute(gap.ends, zone)}  {who}"


def _off(config: Config) -> Iterator[str]:
    """Warnings: who can't be reached as config.yaml has it, and what to do."""
    from ivr.clock import from_iso
    from ivr.rota.local import minute

    for contact, number, since in switched_off(config):
        person, _, which = contact.partition(" ")
        at = minute(from_iso(since), config.clinic.zone)
        shown = f" ({number})" if number else ""
        yield ""
        yield f"{person}'s {which}{shown} is switched off since {at}: it fails for good."
        cure = f'have it mended, then `ivr contacts --on "{contact}"`'
        yield f"  Put another number into config.yaml; or {cure}."


def _names(config: Config, chain: tuple[str, ...]) -> str:
    return ", ".join(config.people[person].name for person in chain)
