"""Publishing: a revision is stored and made live, or refused; either way the journal says so.

Nothing is judged here: whoever publishes has judged it, outside every transaction. The processes of a running
line notice a publication by themselves (ivr.line.following).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ivr.clock import iso
from ivr.config.source import Source
from ivr.storage import Entry, Store, revisions
from ivr.storage.entry import JSON
from ivr.storage.journal import append

How = Literal["start", "publish", "signal", "rollback"]

MOST_PLACES = 20  # of mistakes, in one line of the journal


def publish(store: Store, source: Source, files: str, how: How, by: str, at: datetime) -> int:
    """Make `source` live, and return the number of the publication: its row, texts and journal line at once.

    files   the revision of the files on disk: the same as the source's, but for a rollback
    by      the login name of whoever did it
    Errors: StoreUnavailable; nothing was published then.
    """
    when = iso(at)

    def work(conn: sqlite3.Connection) -> int:
        before = revisions.live(conn)
        revisions.keep(conn, source.revision, source.config, source.flows, when)
        number = revisions.publish(conn, source.revision, files, how, by, when)
        data: dict[str, JSON] = {
            "revision": source.revision,
            "number": number,
            "before": before["revision"] if before else None,
        }
        if how == "rollback":
            append(conn, [Entry(when, "", "rolled_back", f"publication {number}", data)])
        else:
            append(conn, [Entry(when, "", "published", f"publication {number}", data | {"how": how})])
        return number

    return store.write(work)


def refusal(revision: str, how: How, places: Sequence[str], at: datetime) -> Entry:
    """Return the entry of a revision that was refused.

    places   where its mistakes are ("config.yaml:12"). What they say may quote a name or a number, so the
             journal, which is kept for ever, doesn't hold it: the log does, masked.
    """
    data: dict[str, JSON] = {
        "revision": revision,
        "how": how,
        "mistakes": len(places),
        "places": list(dict.fromkeys(places))[:MOST_PLACES],
    }
    return Entry(iso(at), "", "refused", f"refused {revision} {iso(at, milliseconds=True)}", data)
