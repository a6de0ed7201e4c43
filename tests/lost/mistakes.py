"""Mistakes that the line is made to have, one at a time, to show that the judge sees them.

Each changes one thing in the line's programs, as a slip of the pen would; the process that begets lines makes
it before the first is begotten.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.clock import iso
from ivr.line import message, onelink, outcome, rescue, shifts, working
from ivr.line.answer import Line
from ivr.line.errand import place
from ivr.storage import Entry, Store, journal, outbox, pages, promises
from ivr.storage.journal import append
from ivr.storage.pen import Pen
from ivr.telephony import rsgi
from ivr.telephony.client import TwilioTelephone
from ivr.telephony.rsgi import Recorder


@dataclass(frozen=True)
class Mistake:
    """A mistake, and where it shows.

    night  in which it shows; fault: (where, what, number) that it needs for it
    seen   what the judge says of it
    make   makes it
    """

    night: str
    seen: str
    make: Callable[[], None]
    fault: tuple[str, str, int] = ("", "", 0)


def make(name: str) -> None:
    """Make the mistake of that name."""
    MISTAKES[name].make()


def _who_presses_1_has_it() -> None:
    real = pages.accept

    def accept(*args: Any) -> pages.Accepted:
        real(*args)
        return "taken"  # whatever the row count says

    pages.accept = accept  # type: ignore[assignment]


def _nobody_works_pages() -> None:
    working.work = lambda line: 0


def _nobody_is_told() -> None:
    real = outbox.put

    def put(conn: sqlite3.Connection, **row: Any) -> bool:
        return row["template"] != "not_taken" and real(conn, **row)

    outbox.put = put


def _somebody_else_is_rung() -> None:
    working._rings = lambda line, row, now: [("ben",)]


def _the_line_closes_pages() -> None:
    real = working._ring

    def ring(line: Line, conn: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> int:
        if row["round"] < 1:
            return real(line, conn, row, now)
        data = {"by": line.config.owner, "outcome": outcome.OUTCOMES["4"]}
        append(conn, [Entry(iso(now, milliseconds=True), row["page"], "page_closed", "given up", data)])
        return 0

    working._ring = ring


def _a_sign_is_no_page() -> None:
    rescue._open = lambda line: 0


def _texts_are_sent_once() -> None:
    real = outbox.claim

    def claim(conn: sqlite3.Connection, now: str, **more: Any) -> list[sqlite3.Row]:
        return real(conn, now, **{"lease": 10**7, **more})  # whoever has claimed one never comes back

    outbox.claim = claim  # type: ignore[assignment]


def _a_lost_call_is_placed_again_later() -> None:
    place.LEASE = 120


def _late_promises_are_forgotten() -> None:
    promises.overdue = lambda conn, now: []


def _a_missed_drill_is_the_last() -> None:
    shifts.missed = lambda line, shift, number: []


def _the_pen_writes_the_first_entry_only() -> None:
    real = Pen.begin
    Pen.begin = lambda self, batch: real(self, [entries[:1] for entries in batch])  # type: ignore[method-assign]


def _the_pen_answers_before_the_flush() -> None:
    flush, write = Store.flush, Recorder._write

    def early(recorder: Recorder) -> None:
        batch = recorder._waiting[: rsgi.MOST]
        write(recorder)
        rsgi._wake(batch, durable=True)

    def late(store: Store) -> None:
        threading.Event().wait(0.05)  # time for the answer to go out
        flush(store)

    Recorder._write, Store.flush = early, late  # type: ignore[assignment, method-assign]


def _messages_stay_where_they_are() -> None:
    message.fetch = lambda *args: 0


def _a_number_stands_in_a_text() -> None:
    real = TwilioTelephone.text

    def text(self: TwilioTelephone, to: str, from_: str, body: str, *more: Any, **named: Any) -> str:
        return real(self, to, from_, f"{body} {to}", *more, **named)

    TwilioTelephone.text = text  # type: ignore[method-assign]


def _lines_hang_on_nothing() -> None:
    real = journal.link
    journal.link = lambda head, *line: real(journal.GENESIS, *line)


def _a_used_link_leads_nowhere() -> None:
    onelink.queue = lambda *args, **named: "queued"  # type: ignore[attr-defined]


MISTAKES: Mapping[str, Mistake] = {
    "whoever presses 1 has it": Mistake("weekend", "are both joined to patient", _who_presses_1_has_it),
    "nobody works pages": Mistake("weekend", "nothing was done about it", _nobody_works_pages),
    "nobody is told": Mistake("masked", "was not told of it after round", _nobody_is_told),
    "somebody else is rung": Mistake("weekend", "isn't on call", _somebody_else_is_rung),
    "the line closes pages": Mistake("masked", "who pressed nothing", _the_line_closes_pages),
    "a sign is no page": Mistake("weekend", "page lost", _a_sign_is_no_page),
    "texts are sent once": Mistake(
        "worked", "text lost", _texts_are_sent_once, ("request", "killed before", 5)
    ),
    "a lost call is placed again later": Mistake(
        "masked", "page waited", _a_lost_call_is_placed_again_later, ("write", "killed after", 97)
    ),
    "the pen writes the first entry only": Mistake(
        "weekend", "page lost", _the_pen_writes_the_first_entry_only
    ),
    "the pen answers before the flush": Mistake(
        "worked", "page lost", _the_pen_answers_before_the_flush, ("write", "killed before", 5)
    ),
    "late promises are forgotten": Mistake("promise", "promise lost", _late_promises_are_forgotten),
    "a missed drill is the last": Mistake("shift", "drill lost", _a_missed_drill_is_the_last),
    "messages stay where they are": Mistake("worked", "message lost", _messages_stay_where_they_are),
    "a number stands in a text": Mistake("weekend", "a number in a text", _a_number_stands_in_a_text),
    "lines hang on nothing": Mistake("weekend", "the journal:", _lines_hang_on_nothing),
    "a used link leads nowhere": Mistake("masked", "call-back lost", _a_used_link_leads_nowhere),
}
