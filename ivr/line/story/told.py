"""The story of a call: each of its lines of the journal, in words, with when it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.line.story import calls as own
from ivr.line.story import pages, texts
from ivr.line.story.around import Around, Data, Teller, plain, reader
from ivr.numbers import mask
from ivr.storage import calls, outbox
from ivr.storage.journal import Line

TELLERS: Mapping[str, Teller] = {**own.TELLERS, **pages.TELLERS, **texts.TELLERS}


@dataclass(frozen=True)
class Told:
    """One line: `seconds` after the first one; `text` in words, `data` as the journal has it."""

    at: datetime
    seconds: int
    kind: str
    text: str
    data: Data

    def as_json(self) -> dict[str, Any]:
        at = iso(self.at, milliseconds=True)
        return {"at": at, "seconds": self.seconds, "kind": self.kind, "text": self.text, "data": self.data}


def told(conn: sqlite3.Connection, call: sqlite3.Row, config: Config) -> list[Told]:
    """Return the story of a call (a row of calls), in order."""
    sent = {
        row["id"]: f"{row['template']} to {reader(row['reader'], config)}"
        for row in outbox.of_call(conn, call["call"])
    }
    around = Around(config, mask(call["caller"] or ""), sent)
    lines = calls.story(conn, call["call"])
    instants = [from_iso(line.at) for line in lines]
    seconds = [int((at - instants[0]).total_seconds()) for at in instants]
    return [
        Told(at, after, line.kind, _words(line, around), line.data)
        for at, after, line in zip(instants, seconds, lines, strict=True)
    ]


def _words(line: Line, around: Around) -> str:
    teller = TELLERS.get(line.kind)
    return teller(line.data, around) if teller else plain(line.kind)
