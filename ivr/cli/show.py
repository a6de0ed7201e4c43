"""`ivr show CALL`: one call's story."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.setting import config_file, load

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.line.story import Told


@click.command(short_help="Tell the story of one call.")
@config_file
@click.argument("call", metavar="CALL")
@click.option("--json", "as_json", is_flag=True, help="For other programs: times in UTC.")
def show(file: Path, call: str, as_json: bool) -> None:
    """Tell the story of one call.

    CALL is the reference that texts carry, as `ivr calls` lists it, or the provider's id of the call (CA...).
    Each line has the clinic's time and the minutes and seconds since the call came in.

    \b
    ivr show 7K2M4Q
    ivr show CA0123456789abcdef0123456789abcdef --json
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say, say_json
    from ivr.line.story import told
    from ivr.storage import calls

    config = load(file)
    with kept(config.environment.data) as conn:
        row = calls.find(conn, call)
        if row is None:
            raise click.ClickException(f"there is no call {call!r}. `ivr calls` lists the references.")
        about = _about(conn, row, config)
        story = told(conn, row, config)
    if as_json:
        say_json(about | {"story": [line.as_json() for line in story]})
        return
    for name, value in about.items():
        if value not in (None, ""):
            say(f"{name.replace('_', ' '):12} {value}")
    for text in _lines(story, config.clinic.zone):
        say(text)


def _about(conn: sqlite3.Connection, row: sqlite3.Row, config: Config) -> dict[str, Any]:
    from ivr.line.naming import page_state, promise_state
    from ivr.numbers import mask
    from ivr.storage import pages, promises

    page = pages.get(conn, row["call"])
    return {
        "ref": row["ref"],
        "call": row["call"],
        "caller": mask(row["caller"] or ""),
        "path": row["path"],
        "disposition": row["disposition"],
        "page": page and page_state(page, config),
        "promise": promise_state(promises.of_call(conn, row["call"]), config),
        "state": row["state"] if row["duration"] is None else f"{row['state']} after {row['duration']} s",
        "revision": row["revision"],
    }


def _lines(story: list[Told], zone: str) -> Iterator[str]:
    from ivr.cli.screen import day, length
    from ivr.rota.local import wall

    shown = ""
    for line in story:
        if (today := day(line.at, zone)) != shown:
            shown = today
            yield ""
            yield today
        yield f"{wall(line.at, zone):%H:%M:%S}  {length(line.seconds):>6}  {line.text}"
