"""`ivr doctor`: is everything as it should be, here and at the provider?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file, laid_over, whole

if TYPE_CHECKING:
    from ivr.cli.finding import Finding
    from ivr.config import Config
    from ivr.flow.model import Flows
    from ivr.telephony.account import Account, Number


@click.command(short_help="Say whether all is well, here and at the provider, and how to mend what isn't.")
@config_file
@click.option("--url", metavar="ADDRESS", help="Where the line is asked. Default: IVR_PUBLIC_URL.")
@click.option("--mend", is_flag=True, help="Set the number's webhooks to what they should be, after asking.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def doctor(file: Path, url: str | None, mend: bool, yes: bool) -> None:
    """Say whether all is well, here and at the provider, and how to mend what isn't.

    Looks at the environment, the account and its number, the clocks, the line's own answer to a signed and an
    unsigned request, the disk, the database, the rota, the signatures and the jobs. Calls nobody, and shows
    no secret. The exit code is 1 when something must be mended.

    \b
    ivr doctor
    ivr doctor --url http://127.0.0.1:8000
    ivr doctor --mend --yes
    """
    from ivr.cli import inside
    from ivr.cli.screen import say

    config, flows = whole(file)
    config = laid_over(config)
    found = list(_told(inside.environment(os.environ)))
    if any(finding.ill for finding in found):
        say("The rest needs these first.", err=True)
    else:
        found += _told(_all(config, flows, url, mend, yes))
    ill = sum(finding.ill for finding in found)
    if ill:
        raise click.ClickException(f"{ill} to mend.")
    say("Nothing to mend.")


def _told(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Print each as it is found: some take seconds."""
    from ivr.cli.screen import say

    for finding in findings:
        for line in str(finding).splitlines():
            say(line)
        yield finding


def _all(config: Config, flows: Flows, url: str | None, mend: bool, yes: bool) -> Iterator[Finding]:
    from ivr.cli import inside, outside
    from ivr.clock import SystemClock
    from ivr.telephony.account import Account

    environment, now = config.environment, SystemClock().now()
    asked = Account(environment.twilio_api_url, environment.account_sid, environment.auth_tokens[0])
    yield from outside.account(asked, now)
    yield from _number(config, asked, mend, yes)
    yield from outside.line(config, (url or environment.public_url).rstrip("/"))
    yield from outside.hosted(config, now)
    yield from inside.disk(environment.data)
    yield from inside.database(environment.data)
    yield from inside.rota(config, now)
    yield from inside.reports(config)
    yield from inside.signatures(config, flows, now)
    yield from inside.stamps(environment.data, now)


def _number(config: Config, asked: Account, mend: bool, yes: bool) -> Iterator[Finding]:
    from ivr.cli import outside
    from ivr.cli.finding import Finding
    from ivr.line.telephone import TelephoneError

    try:
        found = asked.number(config.clinic.number)
        if mend and found is not None and _mended(config, asked, found, yes):
            found = asked.number(config.clinic.number)
    except TelephoneError as error:
        yield Finding(error.why, "Try again; when it stays, ask the provider")
        return
    yield from outside.number(config, found)


def _mended(config: Config, asked: Account, found: Number, yes: bool) -> bool:
    """Set what differs, if the person agrees."""
    from ivr.cli import outside

    wanted = outside.wanted(config)
    wrong = {name: value for name, value in wanted.items() if found.settings.get(name) != value}
    if not wrong:
        return False
    if not yes:
        click.confirm(f"Set {', '.join(wrong)} of the clinic's number at the provider?", abort=True)
    asked.change(found.sid, wrong)
    return True
