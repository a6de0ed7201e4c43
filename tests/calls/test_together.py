"""Phones that ring together about an open page: when one has taken it, the others ring no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Leaves, Presses, Waits
from ivr.exchange.people import Answers, InTurn, NoAnswer, Voicemail
from ivr.exchange.switches import Switches
from ivr.exchange.transcript import Line
from tests.calls.phones import BEN, CALLER, CHLOE, NIGHT, staged, texts_of
from tests.calls.stage import CONFIG

SKIN = (Presses("1"), Presses("2"), Presses("1"))


def together(folder: Path) -> Path:
    """Return a configuration whose chain rings together."""
    config = folder / "config.yaml"
    shipped = CONFIG.read_text(encoding="utf-8").replace("order: in_turn ", "order: together ", 1)
    flows = CONFIG.parent / "flows"
    config.write_text(shipped.replace("flows: flows ", f"flows: {flows} "), encoding="utf-8")
    return config


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A line whose chain rings together, and of whom nobody answers the caller's own call."""
    with staged(NIGHT, tmp_path / "data", config=together(tmp_path)) as made:
        made.exchange.others(NoAnswer())
        made.exchange.names[CALLER] = "patient"
        made.exchange.phone(CALLER, Answers(5, "", talk=30))
        yield made


def goes(stage: Stage, seconds: float) -> list[tuple[float, str]]:
    """Let the patient ring, leave and be rung back; return what was heard, and when."""
    heard: list[tuple[float, str]] = []

    def note(line: Line) -> None:
        heard.append((stage.exchange.clock.elapsed(), f"{line.who}: {line.text}"))

    stage.exchange.on_line(note)
    stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN, Leaves(1)))
    stage.exchange.run(seconds)
    return heard


@pytest.mark.parametrize(("refusals", "seconds"), [(0, 3), (2, 5)])
def test_when_one_has_taken_a_page_the_phones_that_still_ring_stop(
    stage: Stage, refusals: int, seconds: int
) -> None:
    if refusals:
        stage.exchange.rest.faults.fail_rest("Calls/CA", refusals, 503, "POST")
    stage.exchange.phone(BEN, InTurn(NoAnswer(), Answers(3, "1", at=6, talk=None)))
    heard = goes(stage, 150)
    (taken,) = (at for at, text in heard if text.startswith("Ben: hears: I am connecting you."))
    for name in ("Chloe", "Ana"):
        rang = [at for at, text in heard if text == f"{name}: rings" and at < taken]
        (stopped,) = (at for at, text in heard if text == f"{name}: stops ringing" and at > taken)
        assert rang and stopped - taken <= seconds
    assert any(text == "line: joins Ben and patient" for _, text in heard)
    with stage.app.line.store.read() as conn:
        rows = conn.execute("SELECT leg, state, outcome FROM errands WHERE kind = 'page'").fetchall()
    assert {row["state"] for row in rows} == {"over"}
    assert {row["outcome"] for row in rows if row["leg"] != "ben"} == {"canceled"}
    assert stage.exchange.unexpected == []


def test_who_has_answered_meanwhile_is_not_cut_off_but_hears_that_it_is_taken(stage: Stage) -> None:
    stage.exchange.phone(BEN, InTurn(NoAnswer(), Answers(3, "1", at=6, talk=None)))
    stage.exchange.phone(CHLOE, InTurn(NoAnswer(), Answers(8, "1", at=14)))
    heard = goes(stage, 150)
    assert any(text.startswith("Chloe: hears: Somebody else has taken it already.") for _, text in heard)
    assert sum("joins" in text for _, text in heard) == 1


@pytest.mark.parametrize("ends", ["answer", "bridge"])
def test_in_the_callers_own_call_one_is_joined_whenever_the_provider_stops_the_others(
    tmp_path: Path, ends: Literal["answer", "bridge"]
) -> None:
    # Not documented: whether the first phone that answers ends the others, or the first that is joined.
    with staged(NIGHT, tmp_path / "data", Switches(number_ends_at=ends), together(tmp_path)) as stage:
        stage.exchange.others(NoAnswer())
        stage.exchange.names[CALLER] = "patient"
        stage.exchange.phone(CALLER, Answers(5, "", talk=30))
        stage.exchange.phone(BEN, Voicemail(2))  # each time, before anybody else
        stage.exchange.phone(CHLOE, Answers(5, "1", talk=20))
        stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN, Waits(), Leaves(1)))
        stage.exchange.run(300)
        told = texts_of(stage)
        joined = [line for line in told if line.startswith("line: joins")]
        # At "answer" the voicemail loses every ring of the caller's call. Then the page is worked, and in a
        # call of her own nothing stops Chloe's phone but a key.
        assert joined == [f"line: joins {'caller and Chloe' if ends == 'bridge' else 'Chloe and patient'}"]
        with stage.app.line.store.read() as conn:
            assert [row["accepted_by"] for row in conn.execute("SELECT * FROM pages")] == ["chloe"]
