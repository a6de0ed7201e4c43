"""Phones that can't be rung: passed over in the next call, told of, and rung all the same when all are so."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Presses
from ivr.exchange.people import Answers, Unreachable
from ivr.exchange.switches import Switches
from tests.calls.phones import ANA, ANA_2, BEN, CALLER, CHLOE, NIGHT, staged

SKIN = (Presses("1"), Presses("2"), Presses("1"))
SECOND, THIRD = "+447700900124", "+447700900125"
UNREACHABLE = Unreachable()


def rings(stage: Stage, patient: str = CALLER) -> list[str]:
    """Let a patient ring about a sign, and return whose phones rang while they were on the line, in order."""
    exchange = stage.exchange
    call = exchange.dial(patient, stage.config.clinic.number, Caller(*SKIN))
    exchange.run(900)
    legs = [leg.to for leg in exchange.book.calls.values() if leg.parent_call_sid == call.sid]
    return [exchange.names[number] for number in legs]


@pytest.mark.parametrize("order", ["in order", "reversed"])
def test_a_phone_that_does_not_exist_costs_no_second_patient_any_time(tmp_path: Path, order: str) -> None:
    with staged(NIGHT, tmp_path, Switches(status_order=order)) as stage:  # type: ignore[arg-type]
        stage.exchange.phone(BEN, UNREACHABLE)
        stage.exchange.phone(CHLOE, Answers(4, "1"))
        assert rings(stage) == ["Ben", "Chloe"]
        assert rings(stage, SECOND) == ["Chloe"]
        told = [text for text in stage.exchange.texts if "switched off" in text.body]
        assert [(text.to, "ben phone 1" in text.body) for text in told] == [(ANA, True)]


def test_if_every_phone_is_known_to_fail_all_are_rung(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        stage.exchange.others(Answers(4, ""))  # the patients, who are rung back meanwhile
        for number in (BEN, CHLOE, ANA, ANA_2):
            stage.exchange.phone(number, UNREACHABLE)
        first = rings(stage)
        assert set(first) == {"Ben", "Chloe", "Ana", "Ana 2"}
        stage.exchange.phone(CHLOE, Answers(4, "1"))  # it works again, though nobody has said so
        assert rings(stage, SECOND)[:2] == ["Ben", "Chloe"]
        stage.exchange.run(60)
        with stage.app.line.store.read() as conn:
            assert "chloe phone 1" not in stage.app.line.contacts.off(conn)
        assert rings(stage, THIRD) == ["Chloe"]
