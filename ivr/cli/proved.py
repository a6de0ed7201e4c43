"""What `ivr check` says of a proof: what is wrong, the call that shows it, and the figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.screen import say, table
from ivr.proof.figures import SIGN_HEADS, figures, rules, signs

__all__ = ["SIGN_HEADS", "figures", "rules", "signs", "summary", "violations", "write_stories"]

if TYPE_CHECKING:
    from ivr.flow.rules import Violation
    from ivr.flow.telling import Setting
    from ivr.proof import Proof



def violations(found: Proof) -> None:
    """Print each violation, with the shortest call that shows it below an error."""
    for one in found.violations:
        say(str(one), err=True)
        if one.call is not None and one.level == "error":
            for line in one.call.transcript():
                say(f"    {line}", err=True)


def write_stories(found: Proof, folder: Path, setting: Setting) -> list[Path]:
    """Write a story for each violation that a call shows; return the files. Errors: ClickException."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in found.violations:
            if one.call is not None:
                path = folder / _name(one)
                path.write_text(one.call.story(one.message, setting), encoding="utf-8")
                written.append(path)
    except OSError as error:
        raise click.ClickException(f"{folder} can't be written to ({error.strerror}).") from None
    return written


def _name(one: Violation) -> str:
    rule = "".join(sign if sign.isalnum() else "_" for sign in one.rule.lower())
    return f"{Path(one.file).stem}_{one.line or 0}_{rule}.yaml"


def summary(found: Proof) -> None:
    """Print the tables: seconds to help by sign, and what was looked at."""
    say()
    table(SIGN_HEADS, signs(found))
    say("Seconds from the answer of the call: pressing at once, to hearing each prompt out. Limits hold for")
    say("whoever presses as soon as they heard what fits: the column between.")
    say(found.voice.says(found.texts()))
    say()
    values = figures(found)
    table(tuple(values), [tuple(values.values())])
