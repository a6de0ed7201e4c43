"""Texts: who gets one, and what becomes of it when the provider fails."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ivr.clock import iso
from ivr.exchange.clock import HandClock
from ivr.exchange.injected import Breakage
from ivr.exchange.records import Book, MessageRecord
from ivr.exchange.rest import RestServer
from ivr.line import texting, upkeep
from ivr.line.telephone import Telephone
from ivr.storage import StoreUnavailable, outbox
from ivr.telephony.client import TwilioTelephone
from tests.line.house import ACCOUNT, CALL, NIGHT, TOKEN, House, house

BEN, CHLOE, ANA, CALLER = "+447700900002", "+447700900004", "+447700900001", "+447700900123"


class Provider:
    """The real client of the line, and the exchange's REST server that it is aimed at."""

    def __init__(self, server: RestServer, telephone: Telephone, sent: list[MessageRecord]) -> None:
        self.server = server
        self.book = server.book
        self.telephone = telephone
        self.sent = sent

    @property
    def readers(self) -> list[str]:
        return [message.to for message in self.sent]


@contextmanager
def provider(timeout: float = 0.3) -> Iterator[Provider]:
    sent: list[MessageRecord] = []
    book = Book(ACCOUNT, TOKEN, HandClock(NIGHT), seed=1)
    book.add_number("+442079460000", voice_url="https://line.example/voice")
    server = RestServer(book, lambda call: None, lambda call, orders: None, sent.append)
    server.start()
    try:
        yield Provider(server, TwilioTelephone(server.url, ACCOUNT, TOKEN, timeout), sent)
    finally:
        server.close()


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


def emergency(line: House) -> None:
    """A caller says yes at the first gate: the whole chain is told by text."""
    line.goes_on(CallStatus="ringing")
    line.goes_on(Digits="1")
    line.goes_on(Digits="1")


def states(line: House) -> list[object]:
    return [row["state"] for row in line.rows("SELECT state FROM outbox ORDER BY id")]


def test_an_emergency_is_told_to_everyone_in_the_chain_by_reference(line: House, there: Provider) -> None:
    emergency(line)
    assert texting.send(line.line, there.telephone) == 3
    assert there.readers == [BEN, CHLOE, ANA]
    [reference] = [row["ref"] for row in line.rows("SELECT ref FROM calls")]
    for message in there.sent:
        assert str(reference) in message.body and "emergency" in message.body
        assert "breath" not in message.body and CALLER[-6:] not in message.body
    assert states(line) == ["sent"] * 3
    assert texting.send(line.line, there.telephone) == 0


def test_a_refusal_by_the_provider_comes_again_later_and_others_do_not_wait_for_it(
    line: House, there: Provider
) -> None:
    emergency(line)
    there.server.faults.fail_rest("Messages.json", kind=503)
    assert texting.send(line.line, there.telephone) == 2
    assert states(line) == ["queued", "sent", "sent"]
    line.clock.move(6)
    assert texting.send(line.line, there.telephone) == 1
    assert sorted(there.readers) == sorted([BEN, CHLOE, ANA])


def test_an_urgent_text_of_unknown_outcome_is_sent_again(line: House, there: Provider) -> None:
    emergency(line)
    there.server.faults.fail_rest("Messages.json", kind="reset-after")
    texting.send(line.line, there.telephone)
    line.clock.move(6)
    texting.send(line.line, there.telephone)
    assert there.readers.count(BEN) == 2  # twice rather than never
    assert states(line) == ["sent"] * 3


def promised(line: House) -> None:
    """A caller is promised a call-back, and texted what to watch for."""
    line.goes_on(CallStatus="ringing")
    for digits in "12222":  # something is wrong; no to every gate
        line.goes_on(Digits=digits)


@pytest.mark.parametrize(("kind", "times"), [("reset-after", 2), ("timeout-after", 2), ("reset", 1)])
def test_what_a_patient_is_to_watch_for_is_texted_again_when_nobody_knows_whether_it_went_out(
    line: House, there: Provider, kind: Breakage, times: int
) -> None:
    promised(line)
    there.server.faults.fail_rest("Messages.json", times=4, kind=kind)
    texting.send(line.line, there.telephone)
    line.clock.move(6)
    texting.send(line.line, there.telephone)
    assert there.readers.count(CALLER) == times  # twice is harmless, never is not
    assert line.rows("SELECT state FROM outbox WHERE reader = 'caller'") == [{"state": "sent"}]


def test_a_sender_that_died_leaves_no_patient_without_their_text(line: House, there: Provider) -> None:
    promised(line)
    now = "2026-11-24T02:10:00Z"
    line.line.store.write(lambda conn: outbox.claim(conn, now))  # and no word of it ever after
    line.clock.move(61)
    texting.send(line.line, there.telephone)
    assert there.readers.count(CALLER) == 1


class Killed(BaseException):
    """A process that ends in the middle of a request: nothing after it is done."""


def killed(*asked: object) -> str:
    raise Killed


def test_a_sender_that_is_killed_holds_up_the_one_text_that_it_was_sending(
    line: House, there: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    emergency(line)
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(there.telephone, "text", killed)
        texting.send(line.line, there.telephone)
    assert texting.send(line.line, there.telephone) == 2  # the next process, at once
    assert there.readers == [CHLOE, ANA]
    line.clock.move(20)
    assert texting.send(line.line, there.telephone) == 1
    assert there.readers == [CHLOE, ANA, BEN]


def test_what_is_urgent_goes_before_what_waits_already_while_it_is_sent(line: House, there: Provider) -> None:
    def put(conn: sqlite3.Connection, key: str, urgent: bool) -> bool:
        return outbox.put(
            conn, key=key, reader="ana" if urgent else "ben", template="summary", words={}, call=CALL,
            due_at=iso(line.clock.now()), urgent=urgent,
        )  # fmt: skip

    line.goes_on(CallStatus="ringing")
    for key in "abc":
        line.line.store.write(lambda conn, key=key: put(conn, key, False))  # type: ignore[misc]

    def sending(*asked: Any) -> str:
        line.line.store.write(lambda conn: put(conn, "pressing", True))
        return text(*asked)

    text = there.telephone.text
    there.telephone.text = sending  # type: ignore[assignment]
    texting.send(line.line, there.telephone)
    assert there.readers == [BEN, ANA, BEN, BEN]


def test_a_patient_is_not_texted_on_and_on_when_no_answer_ever_comes(
    line: House, there: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    promised(line)
    there.server.faults.fail_rest("Messages.json", times=99, kind="reset-after")
    for _ in range(12):
        texting.send(line.line, there.telephone)
        line.clock.move(130)
    assert there.readers.count(CALLER) == texting.MOST_DOUBTS
    assert line.rows("SELECT state FROM outbox WHERE reader = 'caller'") == [{"state": "failed"}]
    assert any("was not sent" in record.getMessage() for record in caplog.records)


def test_a_clinicians_text_that_is_not_urgent_is_not_sent_again(line: House, there: Provider) -> None:
    def put(conn: sqlite3.Connection) -> bool:
        words = {"name": "Ben"}
        return outbox.put(
            conn,
            key="one",
            reader="ana",
            template="unclosed",
            words=words,
            call="",
            due_at="2026-11-24T02:10:00Z",
        )

    line.line.store.write(put)
    there.server.faults.fail_rest("Messages.json", kind="reset-after")
    for _ in range(3):
        texting.send(line.line, there.telephone)
        line.clock.move(200)
    assert there.readers == [ANA] and states(line) == ["failed"]


def test_a_number_that_can_never_be_texted_is_given_up_at_once_and_said(
    line: House, there: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    there.book.refuse(BEN, 21610)
    emergency(line)
    assert texting.send(line.line, there.telephone) == 2
    assert states(line) == ["failed", "sent", "sent"]
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1 and BEN not in errors[0]
    line.clock.move(600)
    assert texting.send(line.line, there.telephone) == 0


def test_what_could_not_be_sent_before_its_deadline_expires_loudly(
    line: House, there: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    emergency(line)
    there.server.faults.fail_rest("Messages.json", times=500, kind=503)
    for _ in range(70):
        texting.send(line.line, there.telephone)
        line.clock.move(60)
    assert states(line) == ["expired"] * 3
    assert sum("was not sent" in record.getMessage() for record in caplog.records) == 3
    assert there.sent == []


def test_a_call_whose_end_nobody_told_is_closed_by_asking(line: House, there: Provider) -> None:
    emergency(line)
    record = there.book.add_call(CALLER, "+442079460000", "inbound")
    there.book.calls[CALL] = record
    record.sid = CALL
    line.clock.move(601)
    there.book.call_is(CALL, "in-progress")
    assert upkeep.close_calls(line.line, there.telephone) == 0
    there.book.call_is(CALL, "completed")
    assert upkeep.close_calls(line.line, there.telephone) == 1
    assert line.rows("SELECT state, status FROM calls") == [{"state": "ended", "status": "completed"}]
    assert line.rows("SELECT caller_gone FROM pages") == [{"caller_gone": 1}]


def test_a_call_that_the_provider_does_not_know_is_closed_too(line: House, there: Provider) -> None:
    line.goes_on(CallStatus="ringing")
    line.clock.move(601)
    assert upkeep.close_calls(line.line, there.telephone) == 1
    assert line.rows("SELECT status FROM calls") == [{"status": "unknown"}]


def test_what_was_spilled_is_taken_in_and_the_owner_is_told_once(line: House, there: Provider) -> None:
    line.goes_on(CallStatus="ringing")
    line.line.store.cut()
    line.goes_on(Digits="1")
    with pytest.raises(StoreUnavailable):
        upkeep.take_in_spill(line.line)
    assert line.line.store.mend()  # whoever takes it in
    for _ in range(3):
        assert upkeep.take_in_spill(line.line) == 0
    assert line.rows("SELECT reader, template FROM outbox") == [{"reader": "ana", "template": "alarm"}]
    assert texting.send(line.line, there.telephone) == 1
