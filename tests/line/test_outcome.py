"""What a person does with a page: the row decides who was first, and a caller who has gone becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.line import outcome, rescue, working
from ivr.storage import Entry
from ivr.storage.entry import JSON
from ivr.telephony.client import TwilioTelephone
from tests.line.house import ACCOUNT, CALL, TOKEN, House, house
from tests.line.test_errands import Provider

LATER = "CA" + "5" * 32


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


def is_paged(line: House) -> None:
    line.rings_a_clinician()
    line.post("/status", CallStatus="completed", CallDuration="60")


def swept(line: House) -> None:
    provider = Provider()  # which knows nothing of any call: to it, they are over
    provider.server.start()
    try:
        rescue.sweep(line.line, TwilioTelephone(provider.server.url, ACCOUNT, TOKEN, 0.3))
    finally:
        provider.server.close()


def page(line: House) -> dict[str, object]:
    (row,) = line.rows("SELECT * FROM pages")
    return row


def test_two_take_a_page_and_one_has_it(line: House) -> None:
    is_paged(line)
    assert [outcome.take(line.line, CALL, who) for who in ("ana", "ben", "ana")] == ["taken", "other", "same"]
    assert (page(line)["state"], page(line)["accepted_by"]) == ("taken", "ana")
    assert len(line.rows("SELECT * FROM journal WHERE kind = 'page_taken'")) == 1


def test_with_the_database_gone_one_has_it_all_the_same(line: House) -> None:
    is_paged(line)
    store = line.line.store
    store.cut()
    got = [outcome.take_somehow(line.line, CALL, who, who, f"CA{who}") for who in ("ana", "ben", "ana")]
    assert got == [True, False, True] and page(line)["state"] == "open"
    assert store.mend()
    assert (page(line)["state"], page(line)["accepted_by"]) == ("taken", "ana")
    assert len(line.rows("SELECT * FROM journal WHERE kind = 'page_taken'")) == 1
    store.cut()  # and so it is if the record had it before
    assert not outcome.take_somehow(line.line, CALL, "chloe", "chloe", "CAchloe")
    store.mend()
    assert page(line)["accepted_by"] == "ana"


def test_taken_on_the_desks_page_they_are_asked_how_it_ended(line: House) -> None:
    is_paged(line)
    outcome.take(line.line, CALL, "ana")
    line.clock.move(5 * 60)
    assert working.work(line.line) == 1
    (row,) = line.rows("SELECT * FROM errands WHERE kind = 'outcome'")
    assert row["leg"] == "ana"


@pytest.mark.parametrize("how", outcome.OUTCOMES.values())
def test_closed_once_and_open_again_once(line: House, how: str) -> None:
    is_paged(line)
    assert [outcome.close(line.line, CALL, who, how) for who in ("ana", "ben")] == [True, False]
    assert (page(line)["state"], page(line)["outcome"], page(line)["closed_by"]) == ("closed", how, "ana")
    line.clock.move(1)
    assert [outcome.reopen(line.line, CALL, "ben") for _ in range(2)] == [True, False]
    assert (page(line)["state"], page(line)["outcome"], page(line)["accepted_by"]) == ("open", None, None)


def test_an_outcome_that_is_none_is_refused_and_so_is_a_page_that_is_none(line: House) -> None:
    with pytest.raises(ValueError, match="a page ends as spoken_with"):
        outcome.close(line.line, CALL, "ana", "forgotten")
    assert not outcome.close(line.line, "CA" + "8" * 32, "ana", "spoken_with")
    assert not outcome.reopen(line.line, "CA" + "8" * 32, "ana")


def test_when_all_asking_was_in_vain_the_next_person_and_the_owner_are_told_once(line: House) -> None:
    is_paged(line)
    outcome.take(line.line, CALL, "ben")
    for minutes in (5, 480, 480, 480):
        line.clock.move(minutes * 60)
        working.work(line.line)
    rows = line.rows("SELECT reader, words FROM outbox WHERE template = 'unclosed' ORDER BY id")
    owner = line.line.config.owner
    assert rows and len(rows) == len({row["reader"] for row in rows}) <= 2
    assert owner in [row["reader"] for row in rows] and "ben" not in [row["reader"] for row in rows]
    assert rows[0]["words"] == '{"name": "Ben Ashdown"}'


@pytest.mark.parametrize(("keys", "pages"), [(("1", "2", "1"), 1), (("1",), 0), ((), 0)])
def test_who_is_gone_without_a_word_has_a_page_within_half_a_minute_if_they_met_a_sign(
    line: House, keys: tuple[str, ...], pages: int
) -> None:
    line.goes_on(CallStatus="ringing")
    for key in keys:
        line.goes_on(Digits=key)
    line.clock.move(21)
    swept(line)
    assert len(line.rows("SELECT * FROM pages")) == pages
    assert len(line.rows("SELECT * FROM calls WHERE state = 'ended'")) == pages
    assert working.work(line.line) == pages


def test_a_later_call_whose_end_nobody_told_holds_up_no_page(line: House) -> None:
    is_paged(line)
    line.next = "/voice"
    line.goes_on(CallStatus="ringing", CallSid=LATER)  # they ring again, hear the greeting, and are gone
    assert working.work(line.line) == 0  # they may be talking to us
    line.clock.move(21)
    swept(line)
    assert line.rows(f"SELECT state FROM calls WHERE call = '{LATER}'") == [{"state": "ended"}]
    assert working.work(line.line) == 1


def test_a_page_whose_patient_was_never_rung_waits_for_no_timetable_but_only_once(line: House) -> None:
    is_paged(line)
    working.work(line.line)
    for times in (1, 2):
        line.line.store.write(lambda conn: conn.execute("UPDATE errands SET state = 'placed', sid = id"))
        row = line.rows("SELECT id FROM errands ORDER BY id DESC")[0]["id"]
        outcome.take(line.line, CALL, "ben", "ben", str(row))  # and there the line dies
        line.line.store.write(
            lambda conn: conn.execute("UPDATE errands SET state = 'over', ended_at = '2026-11-24T02:10:00Z'")
        )
        line.clock.move(11)
        assert (working.work(line.line) == 1) == (times == 1)
        assert page(line)["state"] == "open"


def test_a_page_whose_patient_did_not_answer_waits_for_its_time(line: House) -> None:
    is_paged(line)
    working.work(line.line)
    line.line.store.write(lambda conn: conn.execute("UPDATE errands SET state = 'placed', sid = 'x'"))
    outcome.take(line.line, CALL, "ben", "ben", "x")
    data: dict[str, JSON] = {"errand": 1, "leg": "ben", "status": "no-answer"}
    line.line.store.record([Entry("2026-11-24T02:10:00.500Z", CALL, "patient_leg", "p", data)])
    line.line.store.write(
        lambda conn: conn.execute("UPDATE errands SET state = 'over', ended_at = '2026-11-24T02:10:09Z'")
    )
    line.clock.move(20)
    working.work(line.line)
    assert (page(line)["state"], page(line)["next_at"]) == ("open", "2026-11-24T02:12:20Z")
