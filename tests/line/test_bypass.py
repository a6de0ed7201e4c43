"""The disk is full for hours, at night: whom nobody took is told of all the same, and once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.line import outcome
from ivr.line.bypass import AFTER, MOST_TRIES, Bypass
from ivr.storage import Entry
from ivr.storage.refs import reference
from tests.line.house import CALL, House
from tests.line.test_outage import STEP, Night, begun
from tests.line.test_texting import ANA, BEN, CHLOE

OWNER = ANA
PATIENT = "+447700900123"


class FullDisk(Night):
    """A night whose database can't be written, and whose texts may go past it."""

    def __init__(self, line: House) -> None:
        super().__init__(line)
        self.restarts()

    def restarts(self) -> None:
        """Whatever the scheduler had in mind is gone."""
        self.bypass = Bypass(self.line, self.telephone)

    def passes(self, seconds: int) -> None:
        for _ in range(0, seconds, STEP):
            self.bypass.send()
            if self.line.store.behind():
                self.house.clock.move(STEP)  # the other jobs wait for the database
            else:
                super().passes(STEP)

    def about(self, call: str) -> Counter[str]:
        return Counter(text.to for _, text in self.texts if reference(call) in text.body)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[FullDisk]:
    with begun(FullDisk, tmp_path) as made:
        yield made


def test_whoever_hung_up_is_told_of_while_the_disk_is_full(night: FullDisk) -> None:
    night.line.store.cut()
    night.goes(CALL, PATIENT)
    night.passes(int(AFTER.total_seconds()) + STEP)
    assert night.about(CALL) == {BEN: 1, CHLOE: 1, ANA: 1}
    assert all("nobody took" in text.body and PATIENT not in text.body for _, text in night.texts)


def test_they_are_told_once_however_long_it_lasts_and_after_it(night: FullDisk) -> None:
    night.line.store.cut()
    night.goes(CALL, PATIENT)
    night.passes(600)
    night.restarts()
    night.passes(600)
    assert night.line.store.mend()
    night.passes(60)
    assert night.about(CALL) == {BEN: 1, CHLOE: 1, ANA: 1}
    rows = night.house.rows("SELECT DISTINCT state FROM outbox WHERE template = 'not_taken'")
    assert rows == [{"state": "sent"}]


def test_what_waited_when_the_disk_filled_up_goes_out_too(night: FullDisk) -> None:
    night.goes(CALL, PATIENT)
    night.line.store.cut()
    night.line.store.spill([])  # somebody has met it
    night.passes(int(AFTER.total_seconds()) + STEP)
    assert night.about(CALL) == {BEN: 1, CHLOE: 1, ANA: 1}


def test_a_page_that_was_taken_meanwhile_is_not_told_of(night: FullDisk) -> None:
    night.goes(CALL, PATIENT)
    night.line.store.cut()
    assert outcome.take_somehow(night.line, CALL, "chloe", "chloe", "CA" + "9" * 32)
    night.passes(600)
    assert night.about(CALL) == {}


def test_a_pause_of_the_disk_is_waited_for(night: FullDisk) -> None:
    night.line.store.cut()
    night.goes(CALL, PATIENT)
    night.bypass.send()
    night.house.clock.move(AFTER.total_seconds() - 1)
    assert night.bypass.send() == 0 and night.texts == []


def test_the_owner_is_told_each_hour_that_there_is_something_to_mend(night: FullDisk) -> None:
    night.line.store.cut()
    night.line.store.spill([])
    night.passes(2 * 3600)
    alarms = [text.to for _, text in night.texts if "needs a person" in text.body]
    assert alarms == [OWNER] * 3  # at 2, 3 and 4 o'clock


def test_when_not_even_the_spill_file_can_be_written_what_is_held_here_is_told_once(
    night: FullDisk, tmp_path: Path
) -> None:
    (tmp_path / "spill.jsonl").mkdir()
    night.line.store.cut()
    night.goes(CALL, PATIENT)
    night.passes(600)
    assert night.about(CALL) == {BEN: 1, CHLOE: 1, ANA: 1}


def test_a_provider_that_takes_no_text_is_not_asked_without_end(night: FullDisk) -> None:
    night.line.store.cut()
    night.goes(CALL, PATIENT)
    night.server.faults.fail_rest("", times=10**9, kind=503)
    night.passes(STEP * (MOST_TRIES + 30))
    night.server.faults.clear()
    night.passes(STEP * 5)
    assert night.about(CALL) == {}  # it waits for the outbox


def test_what_was_told_before_and_is_said_again_by_each_tick_is_not_told_again(night: FullDisk) -> None:
    night.goes(CALL, PATIENT)
    (told,) = night.house.rows("SELECT * FROM journal WHERE kind = 'call_ended'")
    night.passes(60)
    before = night.about(CALL)
    assert before == {BEN: 1, CHLOE: 1, ANA: 1}
    night.line.store.cut()
    data = json.loads(str(told["data"]))
    night.line.store.record([Entry(str(told["at"]), CALL, "call_ended", str(told["key"]), data)])
    night.passes(120)
    assert night.about(CALL) == before


def test_lines_of_texts_that_the_database_knows_mean_the_same_rows(night: FullDisk, tmp_path: Path) -> None:
    night.goes(CALL, PATIENT)
    (row,) = night.house.rows("SELECT id, key FROM outbox WHERE reader = 'ben'")
    night.line.store.cut()
    sent = {"outbox": row["id"], "sid": "SM" + "1" * 32, "contact": "ben text"}
    night.line.store.record([Entry("2026-11-24T02:11:00.000Z", CALL, "text_sent", "sent", sent)])  # type: ignore[arg-type]
    night.goes("CA" + "8" * 32, "+447700900124")
    night.passes(60)
    assert night.about(CALL) == {CHLOE: 1, ANA: 1}
    assert night.about("CA" + "8" * 32) == {BEN: 1, CHLOE: 1, ANA: 1}
