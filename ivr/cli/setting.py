"""The config that a verb works with: the option that names it, and the problems that it can have."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import sqlite3

    from ivr.config import Config
    from ivr.flow.model import Flows
    from ivr.yamlfile import Problem

T = TypeVar("T")

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
    from ivr.storage import laid

    found = _read(config, laid.everything)
    return config.laid_over(found) if found is not None else config


def switched_off(config: Config) -> list[tuple[str, str, str]]:
    """Return (contact, its number, off since when) of what fails for good, as far as a database says so.

    A contact is named "ana phone 2"; the number is masked, or "" where it is none; the time is UTC. One that
    config.yaml has no number for any more is left out.
    """
    from ivr import numbers
    from ivr.line.contacts import Contacts
    from ivr.storage import faults

    known = Contacts(config)
    return [
        (row["contact"], numbers.mask(number) if "@" not in number else "", row["off_at"])
        for row in _read(config, faults.listed) or []
        if (number := known.number(row["contact"]))
    ]


def _read(config: Config, look: Callable[[sqlite3.Connection], T]) -> T | None:
    """What the database says, None when there is none, or it can't be read: `ivr doctor` says so."""
    import sqlite3

    from ivr.storage.connection import reader

    path = config.environment.data / "line.db"
    if not path.is_file():
        return None
    try:
        conn = reader(path)
    except sqlite3.Error:
        return None
    try:
        return look(conn)
    except sqlite3.Error:  # of another version, or no database at all
        return None
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
