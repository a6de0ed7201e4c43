"""A REST server, its book and the real twilio client aimed at it, for the tests of the REST API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.exchange.records import Book, CallRecord, MessageRecord, Orders
from ivr.exchange.rest import RestServer

SID, TOKEN = "AC" + "1" * 32, "token-of-a-test"
OWN, OTHER = "+441632960000", "+447700900123"
START = datetime(2026, 3, 14, 2, 10, tzinfo=UTC)


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """A running server, what it told us, and the real client aimed at it."""

    book: Book
    clock: Hand
    server: RestServer
    client: Any
    calls: list[CallRecord] = field(default_factory=list)
    updates: list[tuple[str, Orders]] = field(default_factory=list)
    messages: list[MessageRecord] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The address of the account."""
        return f"{self.server.url}/2010-04-01/Accounts/{SID}"


@contextmanager
def open_desk(timeout: float = 20) -> Iterator[Desk]:
    """Start a server with one own number; the client waits `timeout` seconds. No bug of ours may come up."""
    clock = Hand()
    book = Book(SID, TOKEN, clock, seed=1)
    book.add_number(OWN, voice_url="https://line.example/voice")
    calls: list[CallRecord] = []
    updates: list[tuple[str, Orders]] = []
    messages: list[MessageRecord] = []
    server = RestServer(
        book, calls.append, lambda call, orders: updates.append((call.sid, orders)), messages.append
    )
    server.start()
    client = Client(SID, TOKEN, http_client=TwilioHttpClient(timeout=timeout))
    client.api.base_url = server.url
    try:
        yield Desk(book, clock, server, client, calls, updates, messages)
    finally:
        server.close()
    assert server.problems == []


def refused(act: Any, **wanted: Any) -> TwilioRestException:
    """Call `act` and return the error that it has to raise."""
    with pytest.raises(TwilioRestException) as caught:
        act(**wanted)
    error: TwilioRestException = caught.value
    return error
