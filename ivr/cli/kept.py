"""Reading what the line has kept, beside a running line or without one. Nothing is changed by looking."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def kept(data: Path) -> Iterator[sqlite3.Connection]:
    """Lend a connection that can't write to the database of the data folder.

    Errors: click.ClickException, one line: nothing was kept yet, it can't be read, it is another version's.
    """
    from ivr.cli.screen import say
    from ivr.storage.connection import SCHEMA, reader
    from ivr.storage.spill import Spill

    path = data / "line.db"
    if not path.is_file():
        raise click.ClickException(
            f"nothing has been kept yet: there is no {path}. Start `ivr serve`, or set IVR_DATA."
        )
    conn = None
    try:
        conn = reader(path)
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        if version != SCHEMA:
            older = version < SCHEMA
            raise click.ClickException(
                f"{path} was written by {'an older' if older else 'a newer'} version of the line."
                f" {'Start `ivr serve` once: it brings it up to date' if older else 'Use that version'}."
            )
        if Spill(data).pending():
            say("Note: some lines are still in the spill file, so what follows may lack them.", err=True)
        yield conn
    except sqlite3.Error as error:
        raise click.ClickException(f"{path} can't be read ({error}). `ivr verify` tells more.") from None
    finally:
        if conn is not None:
            conn.close()
