"""Errands: calls that the line makes itself, whatever the provider makes of that."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.clock import iso
from ivr.exchange.clock import HandClock
from ivr.exchange.records import Book, CallRecord
from ivr.exchange.rest import RestServer
from ivr.flow.turn import Input, Keys, Listen, Ring
from ivr.line.answer import Line
from ivr.line.errand import Errand, Kind, Said, place
from ivr.line.errand.errand import PATIENT
from ivr.line.errand.kinds import KINDS
from ivr.storage import Entry, errands
from ivr.telephony.client import TwilioTelephone
from tests.line.house import ACCOUNT, CALL, CALLER, LEG, NIGHT, TOKEN, House, house

OVER: list[tuple[str, str]] = []  # what the errand of the tests was told of its calls' ends


def drill(line: Line, errand: Errand, came_in: Input, sid: str) -> Said:
    """An errand made up for these tests: key 1 rings the patient."""
    if came_in == Keys("1"):
        return Said(("Connecting.",), errand.at("joined"), Ring("patient", (PATIENT,)), number=CALLER)
    listen = Listen(("Please key 4 digits.",), 5, keys=4, speech=False)
    return Said((), errand.at("asked", errand.misses + 1), listen)


def over(line: Line, errand: Errand, status: str) -> list[Entry]:
    OVER.append((errand.leg, status))
    return []


class Provider:
    """The exchange's REST side, with the line's real client aimed at it."""

    def __init__(self) -> None:
        self.calls: list[CallRecord] = []
        self.book = Book(ACCOUNT, TOKEN, HandClock(NIGHT), seed=1)
        self.book.add_number("+442079460000", voice_url="https://line.example/voice")
        self.server = RestServer(self.book, self.calls.append, lambda *_: None, lambda message: None)


@pytest.fixture
def there() -> Iterator[Provider]:
    provider = Provider()
    provider.server.start()
    yield provider
    provider.server.close()


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setitem(KINDS, "drill", Kind(drill, over))
    OVER.clear()
    with house(tmp_path) as made:
        yield made


def plan(line: House, key: str = "k", leg: str = "ben", minutes: int = 10) -> bool:
    now = line.clock.now()
    due, deadline = iso(now), iso(now + timedelta(minutes=minutes))
    return line.line.store.write(
        lambda conn: errands.put(
            conn, key=key, kind="drill", subject="x", leg=leg, due_at=due, deadline=deadline, number=CALLER
        )
    )


def placed(line: House, there: Provider) -> int:
    telephone = TwilioTelephone(there.server.url, ACCOUNT, TOKEN, 0.3)
    return place.place(line.line, telephone, line.webhooks.errand_urls)


def state(line: House) -> list[tuple[object, object]]:
    return [(row["state"], row["outcome"]) for row in line.rows("SELECT * FROM errands ORDER BY id")]


def test_an_errand_planned_twice_is_rung_once(line: House, there: Provider) -> None:
    assert (plan(line), plan(line)) == (True, False)
    assert (placed(line, there), placed(line, there)) == (1, 0)
    [call] = there.calls
    assert (call.to, call.from_, call.orders.timeout) == ("+447700900002", "+442079460000", 20)
    assert CALLER[1:] not in str(call.orders.url) + str(call.orders.status_callback)


def test_a_whole_call_turn_by_turn(line: House, there: Provider) -> None:
    plan(line)
    placed(line, there)
    [call] = there.calls
    assert call.orders.url and call.orders.status_callback
    status, document = line.post(call.orders.url, CallSid=call.sid)
    assert status == 200 and 'numDigits="4"' in document and 'finishOnKey="#"' in document
    action = html.unescape(re.findall(r'action="([^"]+)"', document)[0])
    _, document = line.post(action, CallSid=call.sid, Digits="1")
    assert f">{CALLER}</Number>" in document and 'callerId="+442079460000"' in document
    line.post(call.orders.status_callback, CallSid=call.sid, CallStatus="completed")
    line.post(call.orders.status_callback, CallSid=call.sid, CallStatus="completed")
    [row] = line.rows("SELECT * FROM errands")
    assert (row["state"], row["outcome"], row["number"]) == ("over", "completed", None)
    assert row["answered_at"] and ("ben", "completed") in OVER


@pytest.mark.parametrize("kind", ["timeout", "timeout-after", "reset", "reset-after"])
def test_an_errand_without_an_answer_is_placed_again(line: House, there: Provider, kind: str) -> None:
    plan(line)
    there.server.faults.fail_rest("Calls", kind=kind)  # type: ignore[arg-type]
    assert placed(line, there) == 0 and state(line) == [("queued", None)]
    line.clock.move(6)
    assert placed(line, there) == 1 and state(line) == [("placed", None)]


def heard(line: House, call: CallRecord, status: str = "") -> None:
    """A call is answered, or it is over."""
    url, more = (call.orders.status_callback, {"CallStatus": status}) if status else (call.orders.url, {})
    assert url and line.post(url, CallSid=call.sid, **more)[0] == 200


def test_a_call_that_nobody_knew_of_is_known_once_it_is_answered(line: House, there: Provider) -> None:
    plan(line)
    there.server.faults.fail_rest("Calls", kind="reset-after")
    assert placed(line, there) == 0
    [call] = there.calls
    heard(line, call)
    line.clock.move(60)
    there.book.call_is(call.sid, "in-progress")
    assert placed(line, there) == 0 and state(line) == [("placed", None)]
    heard(line, call, "completed")
    assert state(line) == [("over", "completed")]


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_calls_the_one_that_is_answered_counts(line: House, there: Provider, first: int) -> None:
    plan(line)
    there.server.faults.fail_rest("Calls", kind="reset-after")
    placed(line, there)
    line.clock.move(6)
    assert placed(line, there) == 1
    answered, other = there.calls[first], there.calls[1 - first]
    heard(line, answered)
    heard(line, other, "busy")
    assert state(line) == [("placed", None)] and OVER == []
    heard(line, answered, "completed")
    assert state(line) == [("over", "completed")] and OVER == [("ben", "completed")]


def test_a_number_that_can_never_be_rung_is_told_of_at_once(line: House, there: Provider) -> None:
    there.book.refused["+447700900002"] = 21211
    plan(line)
    assert placed(line, there) == 0
    assert state(line) == [("over", "failed")] and OVER == [("ben", "failed")]


def test_one_that_comes_too_late_is_told_of(line: House, there: Provider) -> None:
    plan(line, minutes=1)
    line.clock.move(120)
    assert placed(line, there) == 0 and not there.calls
    assert state(line)[0][0] in ("expired", "over") and OVER == [("ben", "expired")]


def test_a_call_whose_end_is_never_told_is_asked_about(line: House, there: Provider) -> None:
    plan(line)
    placed(line, there)
    there.book.call_is(there.calls[0].sid, "no-answer")
    line.clock.move(21)  # a page may hang on it: within half a minute it is tried again
    placed(line, there)
    assert state(line) == [("over", "no-answer")] and OVER == [("ben", "no-answer")]


def test_who_claimed_it_and_died_leaves_it_to_the_next(line: House, there: Provider) -> None:
    plan(line)
    now = iso(line.clock.now())
    assert len(line.line.store.write(lambda conn: errands.claim(conn, now))) == 1
    assert placed(line, there) == 0
    line.clock.move(21)
    assert placed(line, there) == 1


def test_a_token_of_another_purpose_gives_the_safe_answer(line: House) -> None:
    line.goes_on(CallStatus="ringing")
    token = line.next.partition("?p=")[2]
    status, document = line.post(f"/errand?p={token}", CallSid=LEG)
    assert status == 200 and "has a fault" in document and CALL not in document
