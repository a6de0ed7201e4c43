"""A page whose patient hides their number: nobody can ring them, so whoever takes it is asked accordingly."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Item, Leaves, Presses, Waits
from ivr.exchange.people import Does, NoAnswer
from ivr.storage import pages
from tests.calls.phones import BEN, NIGHT, staged, texts_of

HIDDEN = (
    "Ben: hears: The number is hidden, so I can't connect you. The patient may ring again. Press 4"
    " to close it as not reached, 5 to keep it open. Or hang up: it is yours,"
    " and I will ask you later how it ended."
)
HOW = "Ben: hears: How did it end? Press 1: spoken with."


def takes(stage: Stage, *items: Item) -> str:
    """A patient whose number is hidden goes; Ben takes the page, and does `items`. Return the call."""
    stage.exchange.others(NoAnswer())
    stage.exchange.phone(BEN, NoAnswer(), Does(4, Presses("1"), *items))
    caller = Caller(Presses("1"), Presses("2"), Presses("1"), Leaves(8))
    call = stage.exchange.dial("anonymous", stage.config.clinic.number, caller)
    stage.exchange.run(150)
    assert HIDDEN in texts_of(stage)
    return call.sid


def page(stage: Stage, call: str) -> tuple[str, str | None]:
    with stage.app.line.store.read() as conn:
        row = pages.get(conn, call)
    assert row is not None
    return row["state"], row["outcome"]


@pytest.mark.parametrize(
    ("items", "then"),
    [
        ((Presses("4"),), ("closed", "not_reached")),
        ((Presses("5"),), ("open", None)),
        ((Presses("1"), Presses("3")), ("taken", None)),  # they can't have spoken with anybody
        ((Waits(), Waits()), ("taken", None)),
        ((Leaves(2),), ("taken", None)),
    ],
)
def test_whoever_takes_it_says_what_can_be_true(
    tmp_path: Path, items: tuple[Item, ...], then: tuple[str, str | None]
) -> None:
    with staged(NIGHT, tmp_path) as stage:
        call = takes(stage, *items)
        assert page(stage, call) == then
        assert not any(line.startswith(HOW) for line in texts_of(stage))


def test_who_has_taken_it_is_asked_later_and_nobody_else_is_rung(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        call = takes(stage, Leaves(2))
        before = len(texts_of(stage))
        stage.exchange.phone(BEN, Does(4, Presses("1")))
        stage.exchange.run(600)
        after = texts_of(stage)[before:]
        assert [line for line in after if line.endswith(": rings")] == ["Ben: rings"]
        assert any(HOW in line for line in after)
        assert page(stage, call) == ("closed", "spoken_with")


def test_one_that_is_kept_open_goes_on_to_the_others(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        takes(stage, Presses("5"))
        before = len(texts_of(stage))
        stage.exchange.phone(BEN, NoAnswer())
        stage.exchange.run(600)
        assert "Chloe: rings" in texts_of(stage)[before:]
