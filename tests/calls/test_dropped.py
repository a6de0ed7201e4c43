"""A clinician presses 1, and the bridge never stands: the page is open again, and the next one takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Leaves, Presses
from ivr.exchange.people import Answers
from ivr.exchange.switches import Switches
from ivr.storage import pages
from tests.calls.phones import BEN, CALLER, CHLOE, NIGHT, TakesAndIsGone, staged, texts_of

SKIN = (Presses("1"), Presses("2"), Presses("1"))


def page_state(stage: Stage) -> str:
    with stage.app.line.store.read() as conn:
        (sid,) = (
            record.sid for record in stage.exchange.book.calls.values() if record.direction == "inbound"
        )
        page = pages.get(conn, sid)
        assert page is not None
        return str(page["state"])


@pytest.mark.parametrize("bridged_sent", [True, False])
@pytest.mark.parametrize("status", ["completed", "no-answer"])
def test_cut_off_after_pressing_1_the_next_clinician_can_take_it(
    tmp_path: Path, status: str, bridged_sent: bool
) -> None:
    switches = Switches(
        answer_seconds=2,
        screened_out_status=status,  # type: ignore[arg-type]
        dial_bridged_sent=bridged_sent,
    )
    with staged(NIGHT, tmp_path, switches) as stage:
        stage.exchange.phone(BEN, TakesAndIsGone())
        stage.exchange.phone(CHLOE, Answers(4, "1"))
        stage.exchange.others(Answers(4, ""))
        stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN))
        stage.exchange.run()
        assert "line: joins caller and Chloe" in texts_of(stage)
        assert page_state(stage) == "taken"


@pytest.mark.parametrize("told", [True, False])
def test_the_caller_gives_up_as_somebody_presses_1_and_the_page_stays_open(
    tmp_path: Path, told: bool
) -> None:
    with staged(NIGHT, tmp_path, Switches(answer_seconds=2, dial_action_after_hangup=told)) as stage:
        stage.exchange.phone(BEN, Answers(5, "1", at=9))
        stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN, Leaves(17)))
        stage.exchange.run()
        stage.exchange.run(3)  # then it is worked
        assert not any("joins" in line for line in texts_of(stage))
        assert page_state(stage) == "open"
