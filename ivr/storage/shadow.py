"""The tables as they would be if what was spilled could be taken in: made in memory, of the rows that matter.

While the database can't be written, what has happened since lies in the spill file. Whoever has to act on it
asks the same questions here, and asks them anew each time: nothing that is written here is kept.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache

from ivr.storage.entry import Entry
from ivr.storage.errors import StoreUnavailable
from ivr.storage.journal import append, holds
from ivr.storage.migrations import migrate
from ivr.storage.store import Store

log = logging.getLogger(__name__)

_WAIT = "state IN ('queued', 'sending')"
_OPEN = "state <> 'closed'"
# table → which of its rows are taken along. Of the outbox its last row too, so that no new one gets the
# number of a row that is left behind: spilled news of texts name them by it.
_ROWS: Mapping[str, str] = {
    "calls": f"call IN (SELECT page FROM pages WHERE {_OPEN} UNION SELECT call FROM outbox WHERE {_WAIT}"
    " UNION SELECT value FROM json_each(:spilled))",
    "pages": _OPEN,
    "outbox": f"{_WAIT} OR id = (SELECT max(id) FROM outbox)",
}


@contextmanager
def cast(store: Store) -> Iterator[sqlite3.Connection]:
    """Lend the shadow of a store for the block. Rows are sqlite3.Row. What can't be read is left out."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        _empty().backup(conn)
        conn.row_factory = sqlite3.Row
        entries = store.spilled()
        given = {"spilled": json.dumps(list({entry.call for entry in entries}))}
        with suppress(StoreUnavailable), store.read() as real:
            # What each tick says again is in the journal already: taken in, it would change nothing.
            entries = [entry for entry in entries if not holds(real, entry.call, entry.key)]
            for table, which in _ROWS.items():
                _copy(conn, table, real.execute(f"SELECT * FROM {table} WHERE {which}", given).fetchall())
        _take(conn, entries)
        yield conn


@cache
def _empty() -> sqlite3.Connection:
    """The tables without a row: making them takes longer than all else, so they are made once."""
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate(conn)
    return conn


def _copy(conn: sqlite3.Connection, table: str, rows: Sequence[sqlite3.Row]) -> None:
    for row in rows:
        names = row.keys()
        conn.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", tuple(row)
        )


def _take(conn: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Each by itself: one that needs a row which was left behind is none of ours."""
    for entry in entries:
        conn.execute("BEGIN")
        try:
            append(conn, [entry])
        except Exception:
            conn.execute("ROLLBACK")
            log.debug("a spilled line %s has no place in the shadow", entry.kind)
        else:
            conn.execute("COMMIT")
