"""`ivr calls`: the latest calls, at a glance."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.setting import config_file, load

if TYPE_CHECKING:
    from ivr.config import Config

HEADS = ("ref", "when", "caller", "path", "disposition", "page", "promise", "length", "messages")


@click.command(short_help="List the latest calls, or those that wait for a clinician.")
@config_file
@click.option("-n", "--number", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--open", "only_open", is_flag=True, help="Only pages that nobody has taken, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="For other programs: times in UTC.")
def calls(file: Path, number: int, only_open: bool, as_json: bool) -> None:
    """List the latest calls, or those that wait for a clinician.

    Newest first, in the clinic's time. `page` is the urgent request for a clinician: who took it, or that it
    is still open. `promise` is a promised call-back. Callers' numbers are masked.

    \b
    ivr calls
    ivr calls --open
    ivr calls --number 100 --json
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say, say_json, table

    config = load(file)
    with kept(config.environment.data) as conn:
        found = [_about(conn, row, config) for row in _rows(conn, number, only_open)]
    if as_json:
        say_json(found)
    elif found:
        table(HEADS, [_cells(call, config) for call in found])
    else:
        say("No page is open." if only_open else "No calls yet.")


def _rows(conn: sqlite3.Connection, number: int, only_open: bool) -> list[sqlite3.Row]:
    from ivr.storage import calls, pages

    if not only_open:
        return calls.latest(conn, number)
    found = (calls.find(conn, row["page"]) for row in pages.open_pages(conn)[:number])
    return [row for row in found if row is not None]


def _about(conn: sqlite3.Connection, row: sqlite3.Row, config: Config) -> dict[str, Any]:
    from ivr.line.naming import page_state, promise_state
    from ivr.numbers import mask
    from ivr.storage import messages, pages, promises

    page = pages.get(conn, row["call"])
    return {
        "ref": row["ref"],
        "call": row["call"],
        "started_at": row["started_at"],
        "caller": mask(row["caller"] or ""),
        "path": row["path"],
        "disposition": row["disposition"],
        "page": page and page_state(page, config),
        "promise": promise_state(promises.of_call(conn, row["call"]), config),
        "state": row["state"],
        "seconds": row["duration"],
        "messages": len(messages.of_call(conn, row["call"])),
    }


def _cells(call: dict[str, Any], config: Config) -> tuple[str, ...]:
    from ivr.cli.screen import length
    from ivr.clock import from_iso
    from ivr.rota.local import minute

    if call["state"] == "live":
        lasted = "live"
    else:
        lasted = "?" if call["seconds"] is None else length(call["seconds"])
    return (
        call["ref"],
        minute(from_iso(call["started_at"]), config.clinic.zone),
        call["caller"],
        call["path"],
        (call["disposition"] or "-").replace("_", " "),
        call["page"] or "-",
        call["promise"] or "-",
        lasted,
        str(call["messages"] or "-"),
    )
