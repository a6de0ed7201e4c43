"""A patient is rung because the desk's page was asked for it: an order of a test to a line apart."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs, urlencode

from ivr.line import callback
from ivr.line.answer import Line
from ivr.storage import StoreUnavailable


def order(leg: str) -> str:
    """Return the query of an order to a line apart: that phone is rung, then whose page was opened last."""
    return urlencode({"leg": leg})


def ask(line: Line, query: str) -> None:
    """Do what the query asks for, as the button of the desk's page does. What can't be is left."""
    with line.store.read() as conn:
        sql = "SELECT page FROM pages WHERE state <> 'closed' ORDER BY opened_at DESC"
        row = conn.execute(sql).fetchone()
    leg = parse_qs(query)["leg"][0]
    if row is not None and line.config.person_of(leg):
        with suppress(StoreUnavailable):
            callback.request(line, leg, page=row["page"])
