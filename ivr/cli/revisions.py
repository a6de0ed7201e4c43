"""`ivr revisions`: what was published, when and by whom; and how two revisions differ."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from ivr.cli.setting import Problems, config_file

HEADS = ("", "revision", "when", "how", "by", "changed")
_CONFIG = "config.yaml"

Texts = Mapping[str, str]  # file → its text


@click.command(short_help="List what was published, or show how two revisions differ.")
@config_file
@click.option("-n", "--number", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option(
    "--diff",
    nargs=2,
    metavar="A B",
    help='How B differs from A: each a revision (its beginning will do), "live" or "files".',
)
@click.option("--json", "as_json", is_flag=True, help="For other programs: times in UTC.")
def revisions(file: Path, number: int, diff: tuple[str, str] | None, as_json: bool) -> None:
    """List what was published, or show how two revisions differ.

    Newest first; the live one is marked with *. `changed` counts the lines that each file gained and lost.
    A revision is all of config.yaml and the flows; its name is a hash over every letter of them. Numbers are
    masked.

    \b
    ivr revisions
    ivr revisions --diff live files
    ivr revisions --diff 3f9a 81c2
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say, say_json, table
    from ivr.config.environment import environment

    around, wrong = environment(os.environ, serving=False)
    if wrong:
        raise Problems(wrong)
    with kept(around.data) as conn:
        if diff is not None:
            a, b = diff
            for line in _diff(_texts(conn, a, file), _texts(conn, b, file), a, b):
                say(line)
            return
        rows = _listed(conn, number)
        zone = _zone(conn)
    if as_json:
        say_json(rows)
    elif rows:
        table(HEADS, [_cells(row, zone) for row in rows])
    else:
        say("Nothing was published yet. `ivr serve` publishes the files when it starts.")


def _listed(conn: sqlite3.Connection, most: int) -> list[dict[str, Any]]:
    from ivr.config.difference import short
    from ivr.storage import revisions

    rows = revisions.latest(conn, most + 1)
    texts = [{_CONFIG: row["config"], **json.loads(row["flows"])} for row in rows]
    listed = []
    for place, row in enumerate(rows[:most]):
        before = texts[place + 1] if place + 1 < len(rows) else None
        listed.append(
            {
                "live": place == 0,
                "revision": row["revision"],
                "at": row["at"],
                "how": row["how"],
                "by": row["by"],
                "changed": "first" if before is None else short(before, texts[place]),
            }
        )
    return listed


def _cells(row: Mapping[str, Any], zone: str) -> tuple[str, ...]:
    from ivr.clock import from_iso
    from ivr.rota.local import minute

    when = minute(from_iso(row["at"]), zone)
    return "*" if row["live"] else "", row["revision"], when, row["how"], row["by"], row["changed"]


def _diff(before: Texts, after: Texts, a: str, b: str) -> Iterator[str]:
    """Yield the lines that differ, with a few around them, file by file."""
    from ivr.config import difference

    yield from list(difference.whole(before, after, a, b)) or [f"{a} and {b} are the same."]


def _texts(conn: sqlite3.Connection, name: str, file: Path) -> Texts:
    """The texts of a revision, by what was typed. Errors: Problems; click.ClickException."""
    from ivr.cli.rollback import one
    from ivr.config.source import read_source
    from ivr.storage import revisions
    from ivr.yamlfile import BadInput

    if name == "files":
        try:
            source = read_source(file)
        except BadInput as bad:
            raise Problems(bad.problems) from None
        return {_CONFIG: source.config, **source.flows}
    if name == "live":
        row = revisions.live(conn)
        names = [row["revision"]] if row else []
    else:
        names = revisions.begins_with(conn, name)
    found = revisions.texts(conn, one(name, names))
    return {_CONFIG: found[0], **found[1]} if found else {}


def _zone(conn: sqlite3.Connection) -> str:
    """The clinic's time zone, as the live revision has it."""
    from ivr.config.names import at
    from ivr.storage import revisions
    from ivr.yamlfile import BadInput, parse

    row = revisions.live(conn)
    texts = revisions.texts(conn, row["revision"]) if row else None
    try:
        zone = at(parse(texts[0], _CONFIG), "clinic", "zone") if texts else None
    except BadInput:
        zone = None
    return zone if isinstance(zone, str) else "Europe/London"
