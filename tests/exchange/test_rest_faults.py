"""Faults on demand: what the real client does when the REST API fails, with and without the work done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import requests

from ivr.exchange.injected import Breakage, Fault, Faults
from tests.cli.served import until
from tests.exchange.rest_desk import OTHER, OWN, SID, TOKEN, Desk, open_desk, refused


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


@contextmanager
def hasty(desk: Desk) -> Iterator[None]:
    """Let the client give up soon, for what is never answered. Else a busy machine would be no answer."""
    client, patience = desk.client.http_client, desk.client.http_client.timeout
    client.timeout = 0.2
    try:
        yield
    finally:
        client.timeout = patience


def send(desk: Desk) -> Any:
    return desk.client.messages.create(to=OTHER, from_=OWN, body="Hello")


@pytest.mark.parametrize(
    ("status", "code"), [(429, 20429), (500, 20500), (503, 20503), (418, 20001), (502, 20500)]
)
def test_a_status_is_answered_as_often_as_asked(desk: Desk, status: int, code: int) -> None:
    desk.server.faults.fail_rest("Messages", times=2, kind=status)
    for _ in range(2):
        error = refused(send, desk=desk)
        assert (error.status, error.code) == (status, code)
    assert desk.messages == []
    assert send(desk).status == "queued"


def test_any_of_twilios_codes_can_be_given(desk: Desk) -> None:
    desk.server.faults.fail_rest("Messages", kind=21610)
    desk.server.faults.fail_rest("Messages", kind=63038)
    error = refused(send, desk=desk)
    assert (error.status, error.code, error.msg) == (
        400,
        21610,
        "Unable to create record: Attempt to send to unsubscribed recipient",
    )
    assert refused(send, desk=desk).code == 63038


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("timeout", requests.ReadTimeout, 0),
        ("timeout-after", requests.ReadTimeout, 1),
        ("reset", requests.ConnectionError, 0),
        ("reset-after", requests.ConnectionError, 1),
    ],
)
def test_an_answer_that_never_comes(desk: Desk, kind: Breakage, error: type[Exception], done: int) -> None:
    """The client raises requests' own errors then, and only the exchange knows whether the text went out."""
    desk.server.faults.fail_rest("/Messages", kind=kind)
    with pytest.raises(error), hasty(desk) if "timeout" in kind else nullcontext():
        send(desk)
    if done:
        until(lambda: desk.messages)  # who asked may have given up earlier
    assert len(desk.messages) == done
    assert send(desk).status == "queued"


def test_faults_meet_only_what_they_name(desk: Desk) -> None:
    desk.server.faults.fail_rest("Messages", kind=500, method="GET")
    desk.server.faults.fail_rest("Recordings", kind=500)
    assert send(desk).status == "queued"
    call = desk.book.add_call(OTHER, OWN, "inbound")
    assert desk.client.calls(call.sid).fetch().sid == call.sid
    desk.server.faults.clear()
    assert desk.client.recordings.list() == []


def test_a_held_request_is_let_go_at_close() -> None:
    seen: list[type[BaseException]] = []
    with open_desk(timeout=60) as desk:
        asked = threading.Event()
        desk.server.faults.fail_rest("Messages", kind="timeout-after")
        desk.server.book.messages = _Telling(asked)

        def ask() -> None:
            try:
                send(desk)
            except requests.ConnectionError as error:
                seen.append(type(error))

        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(10)
    thread.join(10)
    assert seen == [requests.ConnectionError]


class _Telling(dict[str, Any]):
    """A dict that says when something was put in."""

    def __init__(self, event: threading.Event) -> None:
        super().__init__()
        self._event = event

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._event.set()


def test_an_open_connection_does_not_hold_up_the_close() -> None:
    with open_desk() as desk, requests.Session() as session:
        assert session.get(f"{desk.base}/Calls.json", auth=(SID, TOKEN), timeout=5).status_code == 200
        before = threading.active_count()
    assert threading.active_count() < before


def test_an_unknown_fault_is_refused() -> None:
    faults = Faults()
    with pytest.raises(ValueError, match="no fault 'explode': there are timeout"):
        faults.fail_rest("Messages", kind="explode")  # type: ignore[arg-type]
    faults.close()
    assert Fault("x", 1, "reset").error is None
