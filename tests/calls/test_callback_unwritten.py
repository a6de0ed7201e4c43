"""Call-backs when the database can't be written any more: whoever was let in reaches the patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.acts import Person
from ivr.exchange.caller import Caller, Item, Leaves, Presses, Waits
from ivr.exchange.people import Answers, Busy, Does
from ivr.line import callback as asking
from ivr.line import outcome
from tests.calls.phones import BEN, CALLER
from tests.calls.test_callback import LET_IN, nobody_answers, page_of, rings_about_her_skin

JOINED = "line: joins caller and patient"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with nobody_answers(tmp_path, "ben") as made:
        yield made


def rings(
    stage: Stage, patient: Person, *items: Item, then: Callable[[], object] = lambda: None
) -> list[str]:
    """Ben rings the line; once he is let in, the disk fails and `then` happens. Return what is heard."""
    stage.exchange.names[CALLER] = "patient"
    stage.exchange.phone(CALLER, patient)
    before = len(stage.exchange.transcript)
    caller = Caller(LET_IN, *items)
    stage.exchange.dial(BEN, stage.config.clinic.number, caller)

    def heard() -> list[str]:
        return [f"{line.who}: {line.text}" for line in stage.exchange.transcript[before:]]

    for _ in range(60):
        if not any("Open: the page" in text for text in heard()):
            stage.exchange.run(1)
    stage.app.line.store.cut()
    then()
    stage.exchange.run(200)
    assert caller.problems == [] and stage.exchange.unexpected == []
    return heard()


def journal(stage: Stage, kind: str) -> int:
    with stage.app.line.store.read() as conn:
        return int(conn.execute("SELECT count(*) FROM journal WHERE kind = ?", (kind,)).fetchone()[0])


def test_the_patient_is_rung_and_joined_and_the_page_is_theirs_once_it_can_be_written(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    heard = rings(stage, Answers(5, "", talk=30), Presses("1"), Waits(), Presses("1"))
    assert JOINED in heard and "line: Thank you. It is closed. Goodbye." in heard
    assert page_of(stage, call) == ("open", None)  # the row; the key lies beside it
    assert stage.app.line.store.mend()
    assert page_of(stage, call) == ("closed", "ben")
    assert journal(stage, "page_taken") == 1


def test_nobody_else_has_it_meanwhile(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    rings(stage, Answers(5, "", talk=30), Presses("1"), Waits(), Leaves(1))
    assert not outcome.take_somehow(stage.app.line, call, "chloe", "chloe", "CAchloe")
    assert stage.app.line.store.mend()
    assert page_of(stage, call) == ("taken", "ben")


def test_a_page_that_somebody_took_a_moment_before_is_not_theirs(stage: Stage) -> None:
    call = rings_about_her_skin(stage)

    def chloe() -> None:
        assert outcome.take_somehow(stage.app.line, call, "chloe", "chloe", "CAchloe")

    heard = rings(stage, Answers(5, "", talk=30), Presses("1"), then=chloe)
    assert JOINED not in heard and "line: Somebody else has just taken that page." in heard
    assert stage.app.line.store.mend()
    assert page_of(stage, call) == ("taken", "chloe")


def test_a_patient_who_is_not_reached_leaves_the_page_open(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    heard = rings(stage, Busy(), Presses("1"), Waits(), Leaves(1))
    assert any(text.startswith("line: The patient wasn't reached. The page is open again.") for text in heard)
    assert stage.app.line.store.mend()
    assert page_of(stage, call) == ("open", None)


def test_a_call_that_the_desk_had_asked_for_reaches_them_too(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    stage.exchange.names[CALLER] = "patient"
    stage.exchange.phone(CALLER, Answers(5, "", talk=30))
    stage.exchange.phone(BEN, Does(20, Presses("1")))
    assert asking.request(stage.app.line, "ben", page=call) == "queued"
    stage.exchange.run(10)  # his phone rings
    stage.app.line.store.cut()
    before = len(stage.exchange.transcript)
    stage.exchange.run(100)
    heard = [line.text for line in stage.exchange.transcript[before:]]
    assert any("joins" in text for text in heard), heard
    assert stage.app.line.store.mend()
    assert page_of(stage, call) == ("taken", "ben")


def test_a_number_that_is_keyed_in_has_nowhere_to_be_kept_and_waits(stage: Stage) -> None:
    rings_about_her_skin(stage)
    heard = rings(stage, Answers(5, "", talk=30), Presses("3"), Presses("07700900888#"))
    assert heard[-2] == "line: Calls to patients can't be made just now. Please try again in a few minutes."
    stage.app.line.store.mend()
