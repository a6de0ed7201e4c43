"""Publishing: a revision is stored and made live, or refused; either way the journal says so.

Nothing is judged here: whoever publishes has judged it, outside every transaction. The processes of a running
line notice a publication by themselves (ivr.line.following).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from ivr.clock import iso
from ivr.config.source import Source
from ivr.line import upkeep
from ivr.line.answer import Line
from ivr.storage import Entry, Store, revisions
from ivr.storage.entry import JSON
from ivr.storage.journal import append

log = logging.getLogger(__name__)

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


def refuse(line: Line, revision: str, how: How, wrong: Sequence[str]) -> None:
    """Note that `line` stays as it is, and have the owner told: in the log, the journal and a text.

    wrong   what is wrong, each with its place in front: "config.yaml:12: ...". It may quote a name or a
            number, so the journal, which is kept for ever, holds the places alone.
    """
    live = line.editions.live.revision
    log.error("revision %s is refused (mistakes: %d). Revision %s stays live.", revision, len(wrong), live)
    places = [Path(said.partition(": ")[0]).name for said in wrong]
    at = line.clock.now()
    line.store.record([_refusal(revision, how, places, at), *upkeep.alarm(line, "", "a change was refused")])


def _refusal(revision: str, how: How, places: Sequence[str], at: datetime) -> Entry:
    data: dict[str, JSON] = {
        "revision": revision,
        "how": how,
        "mistakes": len(places),
        "places": list(dict.fromkeys(places))[:MOST_PLACES],
    }
    return Entry(iso(at), "", "refused", f"refused {revision} {iso(at, milliseconds=True)}", data)
