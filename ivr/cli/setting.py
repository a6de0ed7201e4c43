"""The config that a verb works with: the option that names it, and the problems that it can have."""

from __future__ import annotations

import os
from collections.abc import Iterable
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


def laid_over(config: Config) -> Config:
    """Return the config with what staff have laid over rota and hours, if there is a database to say so."""
    import sqlite3

    from ivr.storage import laid
    from ivr.storage.connection import reader

    path = config.environment.data / "line.db"
    if not path.is_file():
        return config
    try:
        conn = reader(path)
    except sqlite3.Error:
        return config
    try:
        return config.laid_over(laid.everything(conn))
    except sqlite3.Error:  # of another version, or no database at all: `ivr doctor` says so
        return config
    finally:
        conn.close()


def whole(file: Path, serving: bool = False) -> tuple[Config, Flows]:
    """Load config and flows. Raises Problems with those of both, even when the config can't be used."""
    from ivr.config.environment import environment
    from ivr.config.source import read_source
    from ivr.yamlfile import BadInput

    around, found = environment(os.environ, serving)
    try:
        source = read_source(file)
    except BadInput as bad:
        raise Problems([*bad.problems, *found]) from None
    try:
        return source.whole(around, found, serving)
    except BadInput as bad:
        raise Problems(bad.problems) from None
