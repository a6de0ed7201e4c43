"""A clock that jumps makes no false alarm: the line on a stage stays well, through calls and quiet days."""

from __future__ import annotations

from pathlib import Path

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Presses
from ivr.exchange.clock import HandClock
from ivr.exchange.people import Answers
from tests.line.house import CALLER, NIGHT, ROOT


def health(stage: Stage) -> list[str]:
    found: list[str] = stage.app.pages.test_client().get("/health").get_json()["problems"]
    return found


def test_the_stage_stays_well_through_a_call_a_quiet_day_and_a_restart(tmp_path: Path) -> None:
    with Stage(ROOT / "config.yaml", tmp_path, HandClock(NIGHT), seed=1) as stage:
        stage.exchange.others(Answers(after=5, press="1", talk=20))
        for _ in range(2):
            stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(Presses("1"), Presses("1")))
            stage.exchange.run()
            assert health(stage) == []
            for hours in (0.1, 1.07, 23):
                stage.exchange.run(hours * 3600)
                assert health(stage) == []
            stage.restart()
            assert health(stage) == []


def test_a_job_that_fails_on_the_stage_is_noticed(tmp_path: Path) -> None:
    def fails() -> None:
        raise OSError("no")

    with Stage(ROOT / "config.yaml", tmp_path, HandClock(NIGHT), seed=1) as stage:
        stage.exchange.run(600)
        stage.app.ticks["recordings"] = fails
        stage.exchange.run(900)
        [problem] = health(stage)
        assert problem.startswith("job recordings has not succeeded since ")
