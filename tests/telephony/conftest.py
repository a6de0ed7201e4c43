"""The stand-in exchange's REST server, one for each file of tests, and the client aimed at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.line.telephone import Telephone
from tests.exchange.rest_desk import Desk, open_desk
from tests.telephony.asking import at


@pytest.fixture(scope="module")
def opened() -> Iterator[Desk]:
    with open_desk() as desk:
        yield desk


@pytest.fixture
def desk(opened: Desk) -> Desk:
    opened.server.faults.clear()
    for kept in (opened.messages, opened.server.asked, opened.book.refused, opened.book.recordings):
        kept.clear()
    return opened


@pytest.fixture
def telephone(desk: Desk) -> Telephone:
    return at(desk.server.url)
