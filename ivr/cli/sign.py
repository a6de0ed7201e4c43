"""`ivr sign`: a clinician signs the wording of a flow."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import Problems, config_file, whole

if TYPE_CHECKING:
    from ivr.flow.model import Flow

_NAME = re.compile(r"[^\W\d_][^\d_\x00-\x1f\x7f]{1,79}")
_REGISTRATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{2,39}")


@click.command(short_help="Sign the wording of a flow, as a clinician.")
@config_file
@click.argument("flow", metavar="FLOW")
@click.option("--by", required=True, metavar="NAME", help="Who signs: first and last name.")
@click.option("--registration", required=True, metavar="NUMBER", help='As "GMC 1234567" or "NMC 12A3456E".')
@click.option("--review-by", metavar="DATE", help="Day as 2027-11-24. Left out: a year from today.")
@click.option("--yes", is_flag=True, help="Don't ask again.")
def sign(file: Path, flow: str, by: str, registration: str, review_by: str | None, yes: bool) -> None:
    """Sign the wording of a flow, as a clinician.

    Shows the flow as callers hear it and where each answer leads, asks whether to sign, and writes the
    signature into the flow's file: name, registration, today, the day of review, and a hash of what was
    shown. Nothing else in the file changes. Whoever edits the wording or a way afterwards undoes the
    signature; comments may change. `ivr check` tells what a signature is worth.

    \b
    ivr sign concern --by "Ana Marlow" --registration "GMC 1234567"
    ivr sign concern --by "Ana Marlow" --registration "GMC 1234567" --review-by 2027-06-30 --yes
    """
    from ivr.cli.screen import say
    from ivr.clock import SystemClock
    from ivr.flow.references import did_you_mean
    from ivr.flow.signing import signature, wording
    from ivr.flow.timing import spoken_words
    from ivr.rota.local import wall

    config, flows = whole(file)
    if flow not in flows.flows:
        raise click.ClickException(f"there is no flow {flow!r}. {did_you_mean(flow, flows.flows)}.")
    now = SystemClock().now()
    today = wall(now, config.clinic.zone).date()
    fields = {
        "by": _checked(by, _NAME, "--by", 'a name, as "Ana Marlow"'),
        "registration": _checked(registration, _REGISTRATION, "--registration", 'as "GMC 1234567"'),
        "on": today.isoformat(),
        "review_by": _review(review_by, today).isoformat(),
        "wording": wording(flows.flows[flow]),
    }
    for line in shown(flows.flows[flow], spoken_words(flows, config.words(now))):
        say(line)
    say()
    say(f"Now        {signature(flows.flows[flow], today).says}")
    say(f"Signature  {fields['by']} ({fields['registration']}), on {today}, review by {fields['review_by']}")
    say(f"Wording    {fields['wording']}")
    if not yes:
        click.confirm("Have you read all of it, and do you sign it?", abort=True)
    write(flows.flows[flow], fields)
    say(f"Signed: {flows.flows[flow].file} holds the signature.")


def shown(flow: Flow, words: Mapping[str, str]) -> Iterator[str]:
    """Yield a flow as callers hear it, line by line. `words`: the values of the placeholders."""
    from ivr.flow.reading import reading

    yield f"{flow.name}: begins with {flow.start.partition('.')[2]}"
    for step in reading(flow, words):
        yield ""
        yield f"{step.name}  [{step.kind}{f': {step.about}' if step.about else ''}]"
        for when, text in step.heard:
            yield f'    {f"{when}: " if when else ""}"{text}"'
        for answer, target in step.answers:
            yield f"    {answer} → {target}"
    if flow.clinician:
        yield ""
        yield f"key 0, at any question or recording → {flow.clinician.removeprefix(f'{flow.name}.')}"


def write(flow: Flow, fields: Mapping[str, str]) -> None:
    """Put a signature into a flow's file, whole or not at all. Raises Problems, or ClickException."""
    from ivr.yamlfile import BadInput
    from ivr.yamlfile.edit import put

    path = Path(flow.file).resolve()
    try:
        text = path.read_bytes().decode()
        signed = put(text, flow.file, "signed", fields, before="start").encode()
        _replace(path, signed)
    except BadInput as bad:
        raise Problems(bad.problems) from None
    except OSError as error:
        message = f"{flow.file} can't be written ({error.strerror}). Nothing was changed."
        raise click.ClickException(message) from None


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew beside the old one, then put it in its place with the same rights."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o7777)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _checked(text: str, pattern: re.Pattern[str], option: str, cure: str) -> str:
    text = " ".join(text.split())
    if not pattern.fullmatch(text):
        raise click.UsageError(f"{option} {text!r} can't stand in a signature: write it {cure}.")
    return text


def _review(text: str | None, today: date) -> date:
    from ivr.flow.signing import signature_date

    if text is None:
        return _in_a_year(today)
    day = signature_date(text)
    if day is None:
        raise click.UsageError(f"--review-by {text!r} is no day: write it as {_in_a_year(today)}.")
    if not today < day <= today.replace(year=today.year + 3, day=min(today.day, 28)):
        raise click.UsageError(f"--review-by {text} must lie ahead, and within three years.")
    return day


def _in_a_year(today: date) -> date:
    return today.replace(year=today.year + 1, day=min(today.day, 28))
