"""Call-backs that break off: whoever spoke is asked how it ended; who was never rung waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.cli.stage import PUBLIC, Stage
from ivr.exchange.caller import Caller, Presses, Waits
from ivr.exchange.injected import Breakage
from ivr.exchange.people import Answers
from ivr.exchange.transcript import Line
from tests.calls.phones import BEN, CALLER
from tests.calls.test_callback import LET_IN, at_home, nobody_answers, page_of, rings_about_her_skin

ERRAND = f"{PUBLIC}/errand?"  # what each turn of such a call is asked for at


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A line at night, on which nobody answers."""
    with nobody_answers(tmp_path, "ben") as made:
        yield made


def breaks(stage: Stage, after: str, kind: Breakage | int) -> None:
    """Let the request that follows a line of the transcript fail, once."""
    left = [kind]

    def fail(line: Line) -> None:
        if left and line.text == after:
            stage.exchange.sender.fail(ERRAND, 1, left.pop())

    stage.exchange.on_line(fail)


def rings(stage: Stage, since: int) -> list[str]:
    """Who was rung since that line of the transcript."""
    return [line.who for line in stage.exchange.transcript[since:] if line.text == "rings"]


def test_a_talk_whose_end_nobody_told_is_asked_about_and_nobody_else_is_rung(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, Answers(5, "", talk=40))
    breaks(stage, "joins caller and patient", 500)
    stage.exchange.dial(BEN, stage.config.clinic.number, Caller(LET_IN, Presses("1"), Waits()))
    stage.exchange.run(150)
    assert page_of(stage, call) == ("taken", "ben")
    before = len(stage.exchange.transcript)
    stage.exchange.phone(BEN, Answers(4, "1"))
    stage.exchange.run(360)
    assert rings(stage, before) == ["Ben"]
    assert page_of(stage, call) == ("closed", "ben")


def test_a_patient_who_was_never_rung_waits_for_no_timetable(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    stage.exchange.run(560)  # three rounds in vain: the next one is due in ten minutes
    at_home(stage, Answers(5, "", talk=40), CALLER)
    breaks(stage, "presses 1", "timeout-after")
    before = len(stage.exchange.transcript)
    stage.exchange.dial(BEN, stage.config.clinic.number, Caller(LET_IN, Presses("1"), Waits()))
    stage.exchange.run(60)
    assert page_of(stage, call) == ("open", None)
    assert rings(stage, before) == ["Ben"]


def test_a_voicemail_of_an_earlier_try_is_not_taken_for_the_talk_of_a_later_one(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    for seconds, left in ((6, ("open", None)), (40, ("taken", "ben"))):  # her voicemail; then she
        at_home(stage, Answers(5, "", talk=seconds))
        breaks(stage, "joins caller and patient", 500)
        stage.exchange.dial(BEN, stage.config.clinic.number, Caller(LET_IN, Presses("1"), Waits()))
        stage.exchange.run(100)
        assert page_of(stage, call) == left
