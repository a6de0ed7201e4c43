"""Switches of the exchange that no story file can turn to any effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.exchange.caller import Caller, Presses
from ivr.exchange.people import Answers, NoAnswer, Voicemail
from ivr.exchange.switches import Switches
from ivr.storage import calls, pages
from tests.calls.phones import ANA, BEN, CALLER, CHLOE, NIGHT, staged, texts_of
from tests.calls.stage import CONFIG

SKIN = (Presses("1"), Presses("2"), Presses("1"))


@pytest.mark.parametrize("after", ["hang up", "join"])
def test_a_whisper_that_failed_took_nothing(tmp_path: Path, after: str) -> None:
    """The line can't be reached as the voicemail answers. Joined to it or not, the caller gets a person."""
    with staged(NIGHT, tmp_path, Switches(whisper_error=after)) as stage:  # type: ignore[arg-type]
        stage.exchange.sender.fail("/whisper", 1, 503)
        stage.exchange.phone(BEN, Voicemail(12))
        stage.exchange.phone(CHLOE, Answers(4, "1", at=9))
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN))
        stage.exchange.run()
        assert ("line: joins caller and Ben" in texts_of(stage)) == (after == "join")
        assert "line: joins caller and Chloe" in texts_of(stage)
        with stage.app.line.store.read() as conn:
            page = pages.get(conn, call.sid)
            assert page is not None and page["accepted_by"] == "chloe"
        assert [what for what in stage.exchange.unexpected if "/whisper" not in what] == []


@pytest.mark.parametrize("ends_at", ["answer", "bridge"])
def test_rung_together_and_both_press_1_one_of_them_is_joined(tmp_path: Path, ends_at: str) -> None:
    config = tmp_path / "config.yaml"
    shipped = CONFIG.read_text(encoding="utf-8").replace("order: in_turn ", "order: together ", 1)
    flows = CONFIG.parent / "flows"
    config.write_text(shipped.replace("flows: flows ", f"flows: {flows} "), encoding="utf-8")
    switches = Switches(number_ends_at=ends_at)  # type: ignore[arg-type]
    with staged(NIGHT, tmp_path / "data", switches, config) as stage:
        stage.exchange.others(NoAnswer())
        for number in (ANA, BEN, CHLOE):
            stage.exchange.phone(number, Answers(4, "1", at=9))
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN))
        stage.exchange.run()
        joined = [line for line in texts_of(stage) if "joins" in line]
        assert len(joined) == 1
        assert sum("rings" in line for line in texts_of(stage)) == 4
        with stage.app.line.store.read() as conn:
            page = pages.get(conn, call.sid)
            assert page is not None and page["state"] == "taken"
            assert stage.config.people[page["accepted_by"]].name.split()[0] in joined[0]
        assert stage.exchange.unexpected == []


@pytest.mark.parametrize("status", ["no-answer", "canceled"])
def test_gone_before_the_line_could_answer(tmp_path: Path, status: str) -> None:
    switches = Switches(answer_seconds=6, abandoned_status=status)  # type: ignore[arg-type]
    with staged(NIGHT, tmp_path, switches) as stage:
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(leaves_at=3))
        stage.exchange.run()
        assert texts_of(stage) == ["caller: hangs up"]
        with stage.app.line.store.read() as conn:
            row = calls.find(conn, call.sid)
            assert row is not None and row["state"] == "ended"


def test_gone_during_the_greeting(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(leaves_at=4))
        stage.exchange.run()
        assert len(texts_of(stage)) == 2
        with stage.app.line.store.read() as conn:
            row = calls.find(conn, call.sid)
            assert row is not None and (row["state"], row["duration"]) == ("ended", 4)
            assert pages.open_pages(conn) == []
        assert stage.exchange.texts == []
