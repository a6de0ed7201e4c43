"""What `ivr check` says of a proof: what is wrong, the call that shows it, and the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.screen import say, table

if TYPE_CHECKING:
    from ivr.flow.rules import SignPace, Violation
    from ivr.flow.telling import Setting
    from ivr.proof import Proof

SIGN_HEADS = ("sign", "leads to", "999 said", "phone rings", "as heard", "next phone", "nobody came: advice")
FIGURES = ("states", "ways on", "inputs tried", "rules held", "999 said", "longest prompt")


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


def figures(found: Proof) -> dict[str, str]:
    """Return what was looked at: name → value."""
    from ivr.flow.rules import RULES, first_999

    exploration, given = found.evidence.exploration, found.evidence
    longest = max(map(given.seconds, found.texts()), default=0.0)
    values = (
        f"{len(exploration.states):,}",
        f"{sum(len(state.edges) for state in exploration.states):,}",
        f"{exploration.turns:,}",
        f"{found.held} of {len(RULES)}",
        _told(first_999(given)),
        f"{longest:.1f} s",
    )
    return dict(zip(FIGURES, values, strict=True))


def signs(found: Proof) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each sign: best to worst, and the limits' own caller between them."""
    from ivr.flow.rules import first_999

    told = _told(first_999(found.evidence)).removesuffix(" s")
    for pace in found.paces:
        means = sorted(one.replace("_", " ") if one else "more questions" for one in pace.means)
        as_heard = pace.seconds["as_heard"].ring
        yield (
            pace.sign,
            ", ".join(means),
            told,
            _span(pace, lambda seconds: seconds.ring),
            "–" if as_heard is None else f"{as_heard:.0f}",
            _span(pace, lambda seconds: seconds.next_ring),
            _span(pace, lambda seconds: seconds.advice),
        )


def _told(seconds: float | None) -> str:
    return "not always" if seconds is None else f"{seconds:.1f} s"


def _span(pace: SignPace, which: Callable[..., float | None]) -> str:
    best, worst = which(pace.seconds["at_once"]), which(pace.seconds["heard_out"])
    return "–" if best is None or worst is None else f"{best:.0f} to {worst:.0f}"


def rules(found: Proof) -> Iterator[tuple[str, str, bool]]:
    """Yield (name, what it holds, whether it holds) of each rule."""
    from ivr.flow.rules import RULES

    for rule in RULES:
        yield rule.name, rule.says, rule.name not in found.broken
