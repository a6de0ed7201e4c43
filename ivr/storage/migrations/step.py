"""One migration: its name, and what it does."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

Step = tuple[str, Callable[[Database], None]]


def run(db: Database, *statements: str) -> None:
    """Do the statements, in order."""
    # One by one: executescript() would commit the transaction that all of this is in.
    for statement in statements:
        db.conn.execute(statement)
