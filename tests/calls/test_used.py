"""What the forecast counts is what the exchange has a record of: callers, and all phones that were rung."""

from __future__ import annotations

from pathlib import Path

from ivr.exchange.caller import Presses, Waits
from ivr.exchange.people import Answers, InTurn, NoAnswer
from ivr.line import spending
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE, NIGHT, staged
from tests.calls.test_callback import LET_IN, at_home, has_pin, rings_about_her_skin, rings_the_line

OTHER = "+447700900777"


def test_minutes_of_the_lines_own_calls_count_on_both_legs(tmp_path: Path) -> None:
    """A page that is worked, a call-back by PIN, and the call that asks how it ended."""
    with staged(NIGHT, tmp_path) as stage:
        has_pin(stage, "ben")
        for phone in (ANA, ANA_2):
            stage.exchange.phone(phone, NoAnswer())
        stage.exchange.phone(BEN, NoAnswer())
        stage.exchange.phone(CHLOE, InTurn(NoAnswer(), Answers(4, "1", talk=None)))
        at_home(stage, Answers(5, "", talk=130))
        rings_about_her_skin(stage)  # taken by Chloe, when she is rung for it
        stage.exchange.run(600)
        stage.exchange.phone(CHLOE, NoAnswer())
        at_home(stage, Answers(5, "", talk=70), OTHER)
        rings_about_her_skin(stage, OTHER)
        rings_the_line(stage, BEN, LET_IN, Presses("1"), Waits(), Presses("1"), seconds=300)
        stage.exchange.run(600)
        with stage.app.line.store.read() as conn:
            used = spending.forecast(conn, stage.config, stage.app.line.clock.now()).used
        calls = stage.exchange.book.calls.values()
        rung = [call.duration or 0 for call in calls if call.direction != "inbound"]
        came = [call.duration or 0 for call in calls if call.direction == "inbound"]
        assert {130, 70} <= set(rung) and sum(rung) > 250  # the patients' phones, and Chloe's
        assert used["minute_out"] == sum((seconds + 59) // 60 for seconds in rung)
        assert used["minute_in"] == sum((seconds + 59) // 60 for seconds in came)
        assert used["text"] == len(stage.exchange.texts)
