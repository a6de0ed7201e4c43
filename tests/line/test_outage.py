"""The provider takes no orders for more than an hour: then the page is rung, and told of, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from ivr.clock import iso
from ivr.exchange.clock import HandClock
from ivr.exchange.records import Book, CallRecord, MessageRecord
from ivr.exchange.rest import RestServer
from ivr.line import onward, outcome, texting, working
from ivr.line.errand import place
from ivr.storage import Entry
from ivr.storage.entry import JSON
from ivr.storage.refs import reference
from ivr.telephony.client import TwilioTelephone
from tests.line.house import ACCOUNT, CALL, NIGHT, TOKEN, House, house
from tests.line.test_texting import ANA, BEN, CHLOE

STEP = 20  # seconds between two runs of the jobs
OUTAGE = 75 * 60


class Night:
    """A line whose jobs run every STEP seconds, and phones that nobody answers."""

    def __init__(self, line: House) -> None:
        self.house, self.line = line, line.line
        self.calls: list[tuple[datetime, str]] = []
        self.texts: list[tuple[datetime, MessageRecord]] = []
        self.book = Book(ACCOUNT, TOKEN, HandClock(NIGHT), seed=1)
        self.book.add_number("+442079460000", voice_url="https://line.example/voice")
        self.server = RestServer(self.book, self._rings, lambda *_: None, self._sent)
        self.server.start()
        self.telephone = TwilioTelephone(self.server.url, ACCOUNT, TOKEN, 1)

    def _rings(self, call: CallRecord) -> None:
        self.calls.append((self.house.clock.now(), call.to))
        self.book.call_is(call.sid, "no-answer")

    def _sent(self, text: MessageRecord) -> None:
        self.texts.append((self.house.clock.now(), text))

    def goes(self, call: str, number: str) -> None:
        """A patient with changed skin rings, and hangs up while the first phone rings."""
        self.house.next = "/voice"
        for form in ({"CallStatus": "ringing"}, {"Digits": "1"}, {"Digits": "2"}, {"Digits": "1"}):
            self.house.goes_on(CallSid=call, From=number, **form)
        self.house.post("/status", CallSid=call, From=number, CallStatus="completed", CallDuration="60")

    def passes(self, seconds: int) -> None:
        for _ in range(0, seconds, STEP):
            working.work(self.line)
            place.place(self.line, self.telephone, self.house.webhooks.errand_urls)
            onward.tend(self.line)
            texting.send(self.line, self.telephone)
            self.house.clock.move(STEP)

    def breaks(self) -> None:
        self.server.faults.fail_rest("", times=10**9, kind=503)

    def works_again(self) -> datetime:
        """End the outage, and return when that was."""
        assert self.calls == [] and self.texts == []
        self.server.faults.clear()
        return self.house.clock.now()

    def told(self) -> Counter[str]:
        return Counter(text.to for _, text in self.texts)


Kind = TypeVar("Kind", bound=Night)


@contextmanager
def begun(kind: type[Kind], data: Path) -> Iterator[Kind]:
    """A night of that kind, whose provider is shut down in the end."""
    with house(data) as line:
        made = kind(line)
        yield made
        made.server.close()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    with begun(Night, tmp_path) as made:
        yield made


def test_the_page_is_rung_within_a_minute_and_the_chain_told_within_two(night: Night) -> None:
    night.breaks()
    night.goes(CALL, "+447700900123")
    night.passes(OUTAGE)
    back = night.works_again()
    night.passes(140)
    assert (night.calls[0][0] - back).total_seconds() <= 60
    assert night.told() == {BEN: 1, CHLOE: 1, ANA: 1}
    assert all(reference(CALL) in text.body for _, text in night.texts)
    assert all((at - back).total_seconds() <= 120 for at, _ in night.texts)


def test_the_rounds_in_which_no_phone_could_be_rung_do_not_count(night: Night) -> None:
    night.breaks()
    night.goes(CALL, "+447700900123")
    night.passes(OUTAGE)
    back = night.works_again()
    night.passes(30 * 60)
    first = [(at - back).total_seconds() for at, to in night.calls if to == "+447700900002"]
    # After 2 minutes, 5 and 10, not each quarter of an hour as after many rounds in vain.
    assert first[0] <= 300 and first[1] <= 900 and first[2] <= 1800


def test_nobody_is_flooded_afterwards(night: Night) -> None:
    night.breaks()
    for number in range(3):
        night.goes(f"CA{number:032x}", f"+4477009002{number:02}")
        night.passes(120)
    night.passes(OUTAGE)
    night.works_again()
    night.passes(20 * 60)
    assert set(night.told()) == {BEN, CHLOE, ANA} and max(night.told().values()) <= 2
    refs = {reference(f"CA{number:032x}") for number in range(3)}
    for reader in night.told():
        said = " ".join(text.body for _, text in night.texts if text.to == reader)
        assert all(ref in said for ref in refs), said


def test_what_somebody_has_taken_meanwhile_is_not_told_of(night: Night) -> None:
    night.breaks()
    night.goes(CALL, "+447700900123")
    night.passes(600)
    outcome.take(night.line, CALL, "chloe")  # on the desk's pages
    outcome.close(night.line, CALL, "chloe", "coming_in")
    night.passes(OUTAGE)
    night.works_again()
    night.passes(600)
    assert not any("nobody took" in text.body for _, text in night.texts)
    assert night.calls == []


def moot(night: Night) -> list[object]:
    """Why texts were dropped, by the journal."""
    return [
        row["why"]
        for row in night.house.rows(
            "SELECT json_extract(data, '$.why') AS why FROM journal WHERE kind = 'text_moot' ORDER BY seq"
        )
    ]


def bodies(night: Night) -> str:
    return " ".join(text.body for _, text in night.texts)


def test_what_waits_when_a_page_is_taken_is_dropped_at_once_and_the_journal_says_why(night: Night) -> None:
    night.breaks()
    night.goes(CALL, "+447700900123")
    night.passes(60)
    outcome.take(night.line, CALL, "chloe")
    night.passes(STEP)  # the outage goes on
    assert moot(night) == ["a person has taken the page"] * 3
    night.works_again()
    night.passes(300)
    assert night.texts == []


def test_a_text_about_another_page_goes_out_all_the_same(night: Night) -> None:
    other = "CA" + "9" * 32
    night.breaks()
    night.goes(CALL, "+447700900123")
    night.goes(other, "+447700900124")
    night.passes(600)  # they have become one text for each reader
    outcome.take(night.line, CALL, "chloe")
    night.passes(STEP)
    assert moot(night) == []
    night.works_again()
    night.passes(140)
    assert night.told() == {BEN: 1, CHLOE: 1, ANA: 1}
    assert reference(other) in bodies(night) and reference(CALL) not in bodies(night)


def test_one_text_for_several_goes_when_each_of_them_is_taken(night: Night) -> None:
    other = "CA" + "9" * 32
    night.breaks()
    for call, number in ((CALL, "+447700900123"), (other, "+447700900124")):
        night.goes(call, number)
    night.passes(600)
    for call in (CALL, other):
        outcome.take(night.line, call, "chloe")
    night.passes(STEP)
    assert moot(night) == ["all of its pages are taken or closed"] * 3
    night.works_again()
    night.passes(300)
    assert night.texts == []


def test_whoever_was_not_told_is_told_when_the_page_waits_again(night: Night) -> None:
    night.breaks()
    night.goes(CALL, "+447700900123")
    night.passes(60)
    outcome.take(night.line, CALL, "chloe")
    night.passes(STEP)
    outcome.reopen(night.line, CALL, "chloe")
    night.works_again()
    night.passes(600)
    assert night.told() == {BEN: 1, CHLOE: 1, ANA: 1}


def test_a_message_that_was_left_still_waits_to_be_heard_when_the_page_is_taken(night: Night) -> None:
    night.breaks()
    night.goes(CALL, "+447700900123")
    deadline = iso(night.house.clock.now() + timedelta(hours=2))
    data: dict[str, JSON] = {"to": "on_call", "readers": ("ben",), "urgent": True, "deadline": deadline}
    data["words"] = {"name": "Chloe"}
    at = iso(night.house.clock.now(), milliseconds=True)
    for template in ("message_left", "told", "unclosed"):
        night.line.store.record([Entry(at, CALL, "text", template, data | {"template": template})])
    outcome.take(night.line, CALL, "chloe")
    night.passes(STEP)
    assert moot(night) == ["a person has taken the page"] * 3
    outcome.close(night.line, CALL, "chloe", "spoken_with")
    night.passes(STEP)
    assert moot(night)[3:] == ["the page is closed"] * 2
    night.works_again()
    night.passes(300)
    assert night.told() == {BEN: 1} and "message" in bodies(night)
