"""The config that a verb works with: the option that names it, and the problems that it can have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.flow.model import Flows
    from ivr.yamlfile import Problem

config_file = click.option(
    "--config",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default="config.yaml",
    envvar="IVR_CONFIG",
    show_default=True,
    show_envvar=True,
    help="The line's configuration.",
)


class Problems(click.ClickException):
    """Everything that is wrong with config and flows: shown one a line, with place and cure."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def show(self, file: IO[Any] | None = None) -> None:
        from ivr.cli.screen import say

        for problem in self.problems:
            say(str(problem), err=True)
        errors = sum(problem.level == "error" for problem in self.problems)
        say(f"{errors} {'mistake' if errors == 1 else 'mistakes'}: put right what is named above.", err=True)


def load(file: Path, serving: bool = False) -> Config:
    """Load the config with this process's environment. Raises Problems."""
    from ivr import config
    from ivr.yamlfile import BadInput

    try:
        return config.load(file, os.environ, serving)
    except BadInput as bad:
        raise Problems(bad.problems) from None


def whole(file: Path, serving: bool = False) -> tuple[Config, Flows]:
    """Load config and flows. Raises Problems with those of both, even when the config can't be used."""
    from ivr import app
    from ivr.yamlfile import BadInput

    try:
        config = load(file, serving)
    except Problems as wrong:
        raise Problems([*wrong.problems, *_of_flows(file)]) from None
    try:
        return config, app.flows(config)
    except BadInput as bad:
        raise Problems([*config.warnings, *bad.problems]) from None


def _of_flows(file: Path) -> Sequence[Problem]:
    """Problems of the flows beside a config that can't be used, as far as its names are there."""
    from ivr.config import names
    from ivr.flow.loader import load as load_flows
    from ivr.flow.model import Known
    from ivr.yamlfile import BadInput, read

    try:
        document = read(file)
    except BadInput:
        return ()
    known = {part: names.names(document, part) for part in ("groups", "boxes", "hours", "promises", "texts")}
    if not all(known.values()):
        return ()  # with a whole section missing, every flow would seem wrong
    folder, start = (names.at(document, "line", field) for field in ("flows", "start"))
    try:
        load_flows(
            file.parent / str(folder or "flows"),
            str(start or "main"),
            Known(
                groups=frozenset(known["groups"]),
                boxes=dict.fromkeys(known["boxes"], 90),
                hours=frozenset(known["hours"]),
                promises=frozenset(known["promises"]),
                texts=frozenset(known["texts"]),
            ),
        )
    except BadInput as bad:
        return bad.problems
    return ()
