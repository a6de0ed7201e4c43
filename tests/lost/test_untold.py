"""A message whose end the line never heard of: the provider alone has it, until it is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.cli.stage import PUBLIC
from ivr.exchange.caller import Caller, Item, Presses, Silent, Talks, Waits
from ivr.exchange.people import Does, InTurn, NoAnswer
from ivr.exchange.transcript import Line
from ivr.line.edition import Edition
from ivr.storage import messages
from tests.calls.phones import BEN, CALLER, NIGHT, staged

SIGN = (Presses("1"), Presses("2"), Presses("1"))
BOOKS = (Presses("2"), Presses("1"), Silent())


@pytest.mark.parametrize(("items", "box"), [(SIGN, "urgent"), (BOOKS, "booking")])
@pytest.mark.parametrize("out", ["no provider either", "the provider answers"])
def test_it_is_found_and_told_of(tmp_path: Path, items: tuple[Item, ...], box: str, out: str) -> None:
    with staged(NIGHT, tmp_path) as stage:
        stage.exchange.others(NoAnswer())

        def down(line: Line) -> None:
            if line.text == "[records]":
                stage.exchange.sender.fail(PUBLIC, 100, "reset")

        stage.exchange.on_line(down)
        call = stage.exchange.dial(
            CALLER, stage.config.clinic.number, Caller(*items, Talks(14, hang_up=True))
        ).sid
        stage.exchange.run(240)  # too late for anything that the provider tells by itself
        stage.exchange.sender.heal()
        if out == "no provider either":
            stage.exchange.rest.faults.fail_rest("Recordings", 3)
        stage.exchange.run(900)
        with stage.app.line.store.read() as conn:
            (message,) = messages.of_call(conn, call)
        assert (message["box"], message["seconds"], message["state"]) == (box, 14, "kept")
        told = [text.to for text in stage.exchange.texts if f"in box {box}" in text.body]
        assert len(told) == (3 if box == "urgent" else 0)
        asked = [one for one in stage.exchange.rest.asked if one.form.get("CallSid") == call]
        assert len(asked) < 20


def test_a_call_that_left_nothing_is_asked_about_for_minutes_only(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        stage.exchange.others(NoAnswer())
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SIGN, leaves_at=140)).sid
        stage.exchange.run(2000)
        with stage.app.line.store.read() as conn:
            assert messages.of_call(conn, call) == []
        asked = [one for one in stage.exchange.rest.asked if one.form.get("CallSid") == call]
        assert len(asked) < 15


def test_a_clinicians_note_is_found_and_filed_with_the_patients_call(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        stage.exchange.others(NoAnswer())
        # Ben takes the page; the patient doesn't answer; he presses 2 and speaks, and the line is down.
        note = (Presses("1"), Waits(), Presses("2"), Talks(8, hang_up=True))
        stage.exchange.phone(BEN, InTurn(NoAnswer(), Does(4, *note), NoAnswer()))

        def down(line: Line) -> None:
            if line.text == "[records]":
                stage.exchange.sender.fail(PUBLIC, 100, "reset")

        stage.exchange.on_line(down)
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SIGN, leaves_at=75)).sid
        stage.exchange.run(240)
        stage.exchange.sender.heal()
        stage.exchange.run(300)
        with stage.app.line.store.read() as conn:
            (message,) = messages.of_call(conn, call)
        assert (message["box"], message["seconds"], message["state"]) == ("urgent", 8, "kept")


def test_a_message_is_found_though_its_step_is_gone_from_what_is_live(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        stage.exchange.others(NoAnswer())
        line = stage.app.line

        def down(told: Line) -> None:
            if told.text == "[records]":
                stage.exchange.sender.fail(PUBLIC, 100, "reset")

        stage.exchange.on_line(down)
        call = stage.exchange.dial(
            CALLER, stage.config.clinic.number, Caller(*SIGN, Talks(14, hang_up=True))
        ).sid
        stage.exchange.run(200)
        old = line.editions.live
        steps = {name: step for name, step in old.flows.steps.items() if name != "concern.urgent_message"}
        flows = replace(old.flows, steps=steps, revision="another")
        line.editions._held["another"] = line.editions.live = Edition(old.config, flows, 1)
        stage.exchange.sender.heal()
        stage.exchange.run(400)
        with line.store.read() as conn:
            (message,) = messages.of_call(conn, call)
        assert (message["box"], message["state"]) == ("urgent", "kept")
