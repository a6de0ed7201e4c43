"""A number that a clinician keys in may be that of a patient who waits for them: then it counts as theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Leaves, Presses, Waits
from ivr.exchange.people import Answers, NoAnswer
from ivr.exchange.switches import Switches
from tests.calls.phones import BEN, CALLER, NIGHT, staged
from tests.calls.test_callback import (
    LET_IN,
    RECEPTION,
    at_home,
    has_pin,
    page_of,
    rings_about_her_skin,
    rings_the_line,
    stage,
)

__all__ = ["stage"]  # a fixture

HERS = Presses(f"0{CALLER.removeprefix('+44')}#")
KEYS = (LET_IN, Presses("3"), HERS, Presses("1"), Waits())
HOW = "line: How did it end?"


def is_promised_a_call(stage: Stage) -> str:
    """A patient with no sign, but worse since yesterday, is promised a call-back; return her call."""
    items = [Presses(key) for key in ("1", "2", "2", "2", "2", "1", "1")]
    call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*items, Leaves(10)))
    stage.exchange.run(300)
    return call.sid


def promise_of(stage: Stage, call: str) -> tuple[str, str | None]:
    with stage.app.line.store.read() as conn:
        row = conn.execute("SELECT * FROM promises WHERE call = ?", (call,)).fetchone()
    return row["state"], row["kept_by"]


@pytest.mark.parametrize(
    ("phone", "person", "kept"),
    [
        (BEN, Answers(5, "", talk=30), ("kept", "ben")),
        (BEN, Answers(5, "", talk=8), ("due", None)),  # a voicemail, mostly
        (BEN, NoAnswer(), ("due", None)),
        (RECEPTION, Answers(5, "", talk=30), ("due", None)),
    ],
)
def test_a_keyed_number_keeps_what_it_was_promised_once_they_have_spoken(
    stage: Stage, phone: str, person: Answers | NoAnswer, kept: tuple[str, str | None]
) -> None:
    call = is_promised_a_call(stage)
    assert promise_of(stage, call) == ("due", None)
    at_home(stage, person)
    assert "patient: rings" in rings_the_line(stage, phone, *KEYS, Leaves(0))
    assert promise_of(stage, call) == kept


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_page_that_waits_for_this_number_is_taken_and_its_end_is_asked(
    tmp_path: Path, which: Literal["first", "second"]
) -> None:
    with staged(NIGHT, tmp_path, Switches(duplicates=which)) as stage:
        stage.exchange.others(NoAnswer())
        has_pin(stage, "ben")
        call = rings_about_her_skin(stage)
        at_home(stage, Answers(5, "", talk=30))
        heard = rings_the_line(stage, BEN, *KEYS, Presses("1"))
        assert any(line.startswith(HOW) for line in heard)
        assert page_of(stage, call) == ("closed", "ben")


def test_a_page_is_open_again_when_the_keyed_number_does_not_answer(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, NoAnswer())
    heard = rings_the_line(stage, BEN, *KEYS, Leaves(0), seconds=100)
    assert any(line.startswith("line: The patient wasn't reached. The page is open again.") for line in heard)
    assert page_of(stage, call) == ("open", None)


def test_the_desk_takes_no_page_by_keying_its_number(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, Answers(5, "", talk=30))
    heard = rings_the_line(stage, RECEPTION, *KEYS, Leaves(0), seconds=100)
    assert "patient: rings" in heard and not any(line.startswith(HOW) for line in heard)
    assert page_of(stage, call) == ("open", None)
