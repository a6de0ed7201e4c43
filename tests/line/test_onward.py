"""Texts that don't arrive: another way, the owner, one text for several; and an hour without the API."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ivr import app
from ivr.clock import ManualClock, iso
from ivr.exchange.parameters import message_status
from ivr.exchange.records import MessageRecord
from ivr.line import contacts, onward, texting, upkeep
from ivr.line.answer import Line
from ivr.mail import SmtpMail
from ivr.storage import Entry, Store
from ivr.storage.entry import JSON
from ivr.storage.refs import reference
from ivr.telephony.links import text_news_url
from ivr.telephony.seal import Seal
from tests.line.house import CALL, CALLER, NIGHT, House, config
from tests.line.test_texting import ANA, BEN, CHLOE, Provider, emergency, provider
from tests.mail.smtp_desk import Desk, open_desk

LOOK = "Look each up and ring the patient now."
ANA_2, CHLOE_RINGS = "+441632960001", "+447700900003"


class Clinic:
    """A line with its provider and its mail server, and a clock that all wait for."""

    def __init__(self, house: House, there: Provider, desk: Desk) -> None:
        self.house, self.there, self.desk, self.line = house, there, desk, house.line
        self.mail = SmtpMail(self.line.config.environment.smtp_url, 2)
        self.news_url = partial(text_news_url, self.line, Seal(self.line.config.environment.secret_key))

    def tick(self, seconds: float = 0) -> None:
        """Do the jobs, then let time pass."""
        onward.tend(self.line)
        texting.send(self.line, self.there.telephone, self.news_url)
        texting.send_mails(self.line, self.mail)
        contacts.look(self.line)
        self.house.clock.move(seconds)

    def ticks(self, seconds: int, every: int = 10) -> None:
        for _ in range(0, seconds, every):
            self.tick(every)

    def tell(self, message: MessageRecord, status: str, code: int | None = None) -> None:
        """Let the provider tell of a text, as it does."""
        message.error_code = code
        assert message.status_callback is not None
        assert self.house.post(message.status_callback, **message_status(message, status=status))[0] == 200

    def readers(self) -> list[str]:
        return sorted(message.to for message in self.there.sent)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with made(tmp_path) as (built, _):
        yield built


class made:
    """A clinic in which `mails` have mail addresses, and the stack that it is on."""

    def __init__(self, data: Path, *mails: str) -> None:
        self.data, self.mails, self.stack = data, mails, ExitStack()

    def __enter__(self) -> tuple[Clinic, ExitStack]:
        there, desk = self.stack.enter_context(provider()), self.stack.enter_context(open_desk())
        told = config(self.data)
        people = {
            name: person.model_copy(update={"mail": f"{name}@clinic.example" if name in self.mails else ""})
            for name, person in told.people.items()
        }
        told = replace(
            told,
            people=people,
            clinic=told.clinic.model_copy(update={"mail": "line@clinic.example"}),
            environment=replace(told.environment, smtp_url=f"smtp://127.0.0.1:{desk.port}"),
        )
        clock, store = ManualClock(NIGHT), self.stack.enter_context(Store(self.data))
        house = House(Line(told, app.flows(told), store, clock), clock)
        return Clinic(house, there, desk), self.stack

    def __exit__(self, *error: object) -> None:
        self.stack.close()


def text_to(clinic: Clinic, number: str) -> MessageRecord:
    return next(message for message in clinic.there.sent if message.to == number)


# --- another way -------------------------------------------------------------


def test_an_urgent_text_that_was_not_delivered_goes_out_by_mail_which_says_nothing_but_a_reference(
    tmp_path: Path,
) -> None:
    with made(tmp_path, "ben") as (clinic, _):
        emergency(clinic.house)
        clinic.tick()
        clinic.tell(text_to(clinic, BEN), "undelivered", 30008)
        clinic.ticks(60)
        (mail,) = clinic.desk.mails
        ref = reference(CALL)
        assert clinic.desk.to == ["ben@clinic.example"]
        assert mail["Subject"] == f"Rose Clinic {ref}"
        body = mail.get_content().strip()
        assert body == f"Please look up call {ref} of Rose Clinic now: `ivr show {ref}` tells the rest."
        assert clinic.readers() == sorted([BEN, CHLOE, ANA])
        clinic.tell(text_to(clinic, BEN), "undelivered", 30008)  # told twice
        clinic.ticks(60)
        assert len(clinic.desk.mails) == 1


def test_without_mail_the_next_number_of_the_same_person_then_somebody_else(clinic: Clinic) -> None:
    emergency(clinic.house)
    clinic.tick()
    clinic.tell(text_to(clinic, ANA), "failed", 30008)
    clinic.ticks(30)
    assert Counter(clinic.readers())[ANA_2] == 1
    clinic.tell(text_to(clinic, ANA_2), "undelivered", 30008)
    clinic.ticks(60)
    assert len(clinic.there.sent) == 4  # the others on call were told already


def test_with_nothing_else_of_their_own_the_owner_is_told_if_they_were_not(clinic: Clinic) -> None:
    queue(clinic, "message_left", "ben")
    clinic.tick()
    assert clinic.readers() == [BEN]
    clinic.tell(text_to(clinic, BEN), "undelivered", 30008)
    clinic.ticks(30)
    assert clinic.readers() == sorted([BEN, ANA])


def test_that_nobody_is_left_to_be_told_is_said_only_when_nobody_was(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    emergency(clinic.house)
    clinic.tick()
    clinic.tell(text_to(clinic, BEN), "undelivered", 30008)
    clinic.ticks(60)
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [("WARNING", "text told has no other way to ben; told of it: ana, chloe")]
    caplog.clear()
    for number in (CHLOE, ANA):
        clinic.tell(text_to(clinic, number), "undelivered", 30008)
    clinic.tick()
    for number in (CHLOE_RINGS, ANA_2):
        clinic.tell(text_to(clinic, number), "undelivered", 30008)
    clinic.ticks(60)
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert ("ERROR", "text told: nobody is left to be told") in said


def test_an_alarm_that_did_not_arrive_goes_on_to_others_though_they_had_another_one(clinic: Clinic) -> None:
    for what in ("one", "another"):
        clinic.line.store.record(upkeep.alarm(clinic.line, "", what))
        clinic.tick()
        before = len(clinic.there.sent)
        for _ in range(2):
            clinic.tell(clinic.there.sent[-1], "undelivered", 30008)
            clinic.ticks(20)
        assert [message.to for message in clinic.there.sent[before:]] == [ANA_2, BEN], what


def test_news_that_it_was_delivered_ends_it_and_older_news_change_nothing(clinic: Clinic) -> None:
    emergency(clinic.house)
    clinic.tick()
    for status in ("delivered", "sent", "undelivered"):
        clinic.tell(text_to(clinic, BEN), status)
    clinic.ticks(60)
    assert len(clinic.there.sent) == 3
    [row] = clinic.house.rows("SELECT delivery FROM outbox WHERE reader = 'ben'")
    assert row["delivery"] == "delivered"


def test_a_text_of_unknown_outcome_is_not_sent_again_once_the_provider_tells_of_it(clinic: Clinic) -> None:
    emergency(clinic.house)
    clinic.there.server.faults.fail_rest("Messages.json", kind="reset-after")
    texting.send(clinic.line, clinic.there.telephone, clinic.news_url)
    for message in clinic.there.sent:
        clinic.tell(message, "sent")
    clinic.ticks(60)
    assert clinic.readers() == sorted([BEN, CHLOE, ANA])


def test_an_ordinary_text_that_was_not_delivered_stays_so(clinic: Clinic) -> None:
    clinic.house.goes_on(CallStatus="ringing")
    for digits in "12222":
        clinic.house.goes_on(Digits=digits)
    clinic.tick()
    clinic.tell(text_to(clinic, CALLER), "undelivered", 30008)
    clinic.ticks(60)
    assert clinic.readers().count(CALLER) == 1


# --- contacts that fail for good -----------------------------------------------


@pytest.mark.parametrize("refused", [True, False])
def test_a_number_that_fails_for_good_is_switched_off_the_owner_hears_of_it_and_the_next_is_used(
    clinic: Clinic, refused: bool
) -> None:
    if refused:
        clinic.there.book.refuse(CHLOE, 21610)
    emergency(clinic.house)
    clinic.tick()
    if not refused:
        clinic.tell(text_to(clinic, CHLOE), "undelivered", 30005)
    clinic.ticks(20)
    about = [message.body for message in clinic.there.sent if "switched off" in message.body]
    assert about == [
        "Rose Clinic: chloe text can't be reached and is switched off. Put it right: ivr contacts"
    ]
    assert text_to(clinic, CHLOE_RINGS).body == text_to(clinic, BEN).body
    before = len(clinic.there.sent)
    queue(clinic, "summary", "chloe")
    clinic.ticks(20)
    assert [message.to for message in clinic.there.sent[before:]] == [CHLOE_RINGS]  # at once, without a try


def test_a_handset_that_is_switched_off_once_is_tried_again_and_twice_in_a_row_is_not(clinic: Clinic) -> None:
    for place in range(2):
        queue(clinic, "summary", "chloe", f"s{place}")
        clinic.tick()
        assert clinic.there.sent[-1].to == CHLOE
        clinic.tell(clinic.there.sent[-1], "undelivered", 30003)
        clinic.ticks(20)
    assert any("chloe text can't be reached" in message.body for message in clinic.there.sent)


def test_if_it_is_the_owner_who_cannot_be_texted_somebody_else_hears_of_it(clinic: Clinic) -> None:
    for number in (ANA, ANA_2):
        clinic.there.book.refuse(number, 21614)
    emergency(clinic.house)
    clinic.ticks(60)
    off = [(m.to, m.body) for m in clinic.there.sent if "switched off" in m.body]
    assert {to for to, _ in off} == {BEN}  # of each, though Ben knows of the other one
    named = {body.partition(" can't")[0].removeprefix("Rose Clinic: ") for _, body in off}
    assert named == {"ana text", "ana text 2"}


def test_a_new_number_in_config_ends_the_fault(tmp_path: Path) -> None:
    with made(tmp_path) as (clinic, _):
        clinic.there.book.refuse(CHLOE, 21211)
        emergency(clinic.house)
        clinic.ticks(20)
        assert [row["contact"] for row in clinic.house.rows("SELECT contact FROM faults")] == ["chloe text"]
        told = clinic.line.config
        chloe = told.people["chloe"].model_copy(update={"texts": "+447700900005"})
        changed = replace(told, people={**told.people, "chloe": chloe})
        fresh = Line(changed, clinic.line.flows, clinic.line.store, clinic.line.clock)
        with fresh.store.read() as conn:
            assert fresh.contacts.off(conn) == set()  # at once, before anybody has looked
        assert contacts.look(fresh) == 1
        assert clinic.house.rows("SELECT * FROM faults") == []


# --- an outage ------------------------------------------------------------------


def test_an_hour_without_the_api_loses_nothing_and_floods_nobody(clinic: Clinic) -> None:
    clinic.there.server.faults.fail_rest("Messages.json", times=100_000, kind=503)
    calls = []
    for minute in range(60):
        if minute % 10 == 5:  # six calls, at 5, 15, … 55 minutes
            calls.append(_call(clinic, minute))
        clinic.ticks(60, every=20)
    assert clinic.there.sent == []
    clinic.there.server.faults.clear()
    clinic.ticks(600)
    counted = Counter(message.to for message in clinic.there.sent)
    assert set(counted) == {BEN, CHLOE, ANA}
    assert max(counted.values()) <= 2  # not six
    refs = {reference(call) for call in calls}
    for reader in counted:
        bodies = " ".join(message.body for message in clinic.there.sent if message.to == reader)
        assert "calls waiting for you: 6 (" in bodies or all(ref in bodies for ref in refs), bodies
    left = clinic.house.rows("SELECT * FROM outbox WHERE state NOT IN ('sent', 'merged')")
    assert left == []
    before = len(clinic.there.sent)
    clinic.ticks(3600, every=60)
    assert len(clinic.there.sent) == before


def test_what_came_too_late_is_not_sent_but_the_owner_hears_of_it_once(clinic: Clinic) -> None:
    clinic.there.server.faults.fail_rest("Messages.json", times=100_000, kind=503)
    call = _call(clinic, 1)
    clinic.ticks(90 * 60, every=30)
    clinic.there.server.faults.clear()
    clinic.ticks(600)
    assert [(message.to, message.body) for message in clinic.there.sent] == [
        (ANA, f"Rose Clinic: calls waiting for you: 1 ({reference(call)}). {LOOK}")
    ]


def test_in_an_outage_an_urgent_text_goes_out_by_mail_within_two_minutes(tmp_path: Path) -> None:
    with made(tmp_path, "ben", "ana") as (clinic, _):
        clinic.there.server.faults.fail_rest("Messages.json", times=100_000, kind=503)
        emergency(clinic.house)
        clinic.ticks(120)
        assert sorted(clinic.desk.to) == ["ana@clinic.example", "ben@clinic.example"]
        clinic.ticks(1200)
        assert len(clinic.desk.mails) == 2


def test_no_text_and_no_mail_holds_a_number_or_a_symptom(tmp_path: Path) -> None:
    with made(tmp_path, "ben", "ana", "chloe") as (clinic, _):
        clinic.there.server.faults.fail_rest("Messages.json", times=30, kind=503)
        for minute in range(4):
            _call(clinic, minute)
        clinic.ticks(3600, every=30)
        said = [message.body for message in clinic.there.sent]
        said += [f"{mail['Subject']} {mail.get_content()}" for mail in clinic.desk.mails]
        assert said and not [text for text in said if re.search(r"\d{7}|breath|skin|pain", text)]


def _call(clinic: Clinic, number: int) -> str:
    """An emergency by another caller; return its sid."""
    sid = "CA" + f"{number:032x}"
    clinic.house.next = "/voice"
    clinic.house.goes_on(CallSid=sid, CallStatus="ringing", From=f"+4477009002{number:02}")
    clinic.house.goes_on(CallSid=sid, Digits="1")
    clinic.house.goes_on(CallSid=sid, Digits="1")
    return sid


def queue(clinic: Clinic, template: str, reader: str, key: str = "t") -> None:
    """Have an urgent text queued."""
    data: dict[str, JSON] = {"template": template, "to": "on_call", "readers": [reader], "words": {}}
    data["urgent"] = True
    at = iso(clinic.house.clock.now(), milliseconds=True)
    clinic.line.store.record([Entry(at, CALL, "text", key, data)])
