"""An open page is worked: what the people at the phones meet beside the story in which all goes well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Item, Leaves, Presses, Talks, Waits
from ivr.exchange.people import Answers, Does, NoAnswer
from ivr.line import outcome
from ivr.storage import messages, pages
from tests.calls.phones import BEN, CALLER, NIGHT, staged, texts_of

SKIN = (Presses("1"), Presses("2"), Presses("1"))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A line at night on which nobody answers."""
    with staged(NIGHT, tmp_path) as made:
        made.exchange.others(NoAnswer())
        made.exchange.names[CALLER] = "patient"
        yield made


def rings(stage: Stage, *items: Item) -> str:
    call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*items))
    stage.exchange.run()
    return call.sid


def state(stage: Stage, call: str) -> str | None:
    with stage.app.line.store.read() as conn:
        page = pages.get(conn, call)
    return None if page is None else str(page["state"])


def test_a_patient_who_does_not_answer_leaves_the_page_open_with_a_note(stage: Stage) -> None:
    items = (Presses("1"), Waits(), Presses("2"), Talks(8, hang_up=True))
    stage.exchange.phone(BEN, NoAnswer(), Does(4, *items))
    call = rings(stage, *SKIN, Leaves(8))
    stage.exchange.run(150)
    told = texts_of(stage)
    assert any("Ben: hears: The patient doesn't answer." in line for line in told)
    with stage.app.line.store.read() as conn:
        (note,) = messages.of_call(conn, call)
    assert note["box"] == "urgent" and state(stage, call) in ("open", "unanswered")
    before = len(told)
    stage.exchange.run(300)
    assert "Ben: rings" in texts_of(stage)[before:]


def test_who_hangs_up_before_a_gate_counted_is_nobodys_page(stage: Stage) -> None:
    call = rings(stage, Presses("1"), Leaves(3))
    stage.exchange.run(60)
    assert state(stage, call) is None
    assert not any(line.endswith(": rings") for line in texts_of(stage)) and stage.exchange.texts == []


def test_the_second_who_takes_a_page_hears_that_it_is_taken(stage: Stage) -> None:
    # Chloe takes it on the desk's pages while Ben is hearing of it.
    stage.exchange.phone(BEN, NoAnswer(), Answers(4, "1"))
    call = rings(stage, *SKIN, Leaves(8))
    stage.exchange.run(12)
    assert outcome.take(stage.app.line, call, "chloe") == "taken"
    stage.exchange.run(60)
    assert any("Somebody else has taken it already" in line for line in texts_of(stage))
    assert not any("joins" in line for line in texts_of(stage))
