"""The account itself, as the real client fetches it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.exchange.rest_desk import SID, START, TOKEN, Desk, open_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def test_the_account_is_fetched(desk: Desk) -> None:
    account = desk.client.api.accounts(SID).fetch()
    assert (account.sid, account.status, account.type) == (SID, "active", "Full")
    assert account.date_created == START
    assert account.subresource_uris["calls"] == f"/2010-04-01/Accounts/{SID}/Calls.json"
    desk.book.status = "suspended"
    assert desk.client.api.accounts(SID).fetch().status == "suspended"


def test_another_account_or_password_is_refused(desk: Desk) -> None:
    url = f"{desk.server.url}/2010-04-01/Accounts/{SID}.json"
    assert requests.get(url, auth=(SID, "wrong"), timeout=5).json()["code"] == 20003
    other = url.replace(SID, "AC" + "2" * 32)
    assert requests.get(other, auth=(SID, TOKEN), timeout=5).status_code == 401


def test_the_token_is_not_shown_and_the_time_is(desk: Desk) -> None:
    answer = requests.get(f"{desk.base}.json", auth=(SID, TOKEN), timeout=5)
    assert TOKEN not in answer.text and answer.headers["Date"].endswith("GMT")


def test_an_account_is_not_deleted_by_us(desk: Desk) -> None:
    answer = requests.delete(f"{desk.base}.json", auth=(SID, TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)
