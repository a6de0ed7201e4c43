"""A patient is joined to one clinician at a time, however many ask for them: the others hear so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Item, Leaves, Presses, Waits
from ivr.exchange.people import Answers, NoAnswer
from ivr.line import callback as asking
from ivr.line.errand.keypad import keys_of
from ivr.line.errand.ringing import FASTER
from ivr.storage import passwords
from ivr.storage.refs import reference
from tests.calls.phones import BEN, CALLER, CHLOE, NIGHT, staged, texts_of

PIN = "246813"
TALK = 120.0


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A line at night, on which nobody answers but the patient."""
    with staged(NIGHT, tmp_path) as made:
        kept = passwords.hashed(PIN)
        pins = [(who, kept, NIGHT) for who in ("ben", "chloe")]
        made.app.line.store.write(
            lambda conn: conn.executemany("INSERT INTO pins VALUES (?, ?, ?)", pins).rowcount
        )
        made.exchange.others(NoAnswer())
        made.exchange.names[CALLER] = "patient"
        made.exchange.phone(CALLER, Answers(5, "", talk=TALK))
        yield made


def rings(stage: Stage, number: str, *items: Item, seconds: float) -> list[str]:
    """Somebody rings the line; return what was heard in so many seconds."""
    before = len(stage.exchange.transcript)
    stage.exchange.dial(number, stage.config.clinic.number, Caller(*items))
    stage.exchange.run(seconds)
    return texts_of(stage)[before:]


def gone_with_a_sign(stage: Stage) -> str:
    """A patient with a sign leaves; return the call."""
    call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*map(Presses, "121"), Leaves(5)))
    stage.exchange.run(200)
    return call.sid


def test_who_was_offered_a_page_before_another_took_it_hears_so(stage: Stage) -> None:
    gone_with_a_sign(stage)
    stage.exchange.dial(BEN, stage.config.clinic.number, Caller(Presses(f"{PIN}#"), Presses("1"), Waits()))
    stage.exchange.run(3)
    heard = rings(stage, CHLOE, Presses(f"{PIN}#"), Presses("1"), Waits(), seconds=60)
    assert f"line: {FASTER}" in heard
    assert sum(" joins " in line for line in heard) == 1


def test_by_its_reference_a_page_that_somebody_talks_about_is_rung_once_that_is_over(stage: Stage) -> None:
    keys = keys_of(reference(gone_with_a_sign(stage)))
    by_reference = (Presses(f"{PIN}#"), Presses("2"), Presses(f"{keys}#"), Presses("1"), Waits())
    rings(stage, BEN, Presses(f"{PIN}#"), Presses("1"), Waits(), seconds=50)
    meanwhile = rings(stage, CHLOE, *by_reference, seconds=60)
    assert f"line: {FASTER}" in meanwhile and "patient: rings" not in meanwhile
    stage.exchange.run(TALK)
    assert "line: joins caller and patient" in rings(stage, CHLOE, *by_reference, seconds=120)


def test_of_two_who_asked_on_the_desks_page_one_is_joined(stage: Stage) -> None:
    page = gone_with_a_sign(stage)
    for phone, leg in ((BEN, "ben"), (CHLOE, "chloe")):
        stage.exchange.phone(phone, Answers(4, "1", talk=None))
        assert asking.request(stage.app.line, leg, page=page) == "queued"
    stage.exchange.run(60)
    heard = texts_of(stage)
    assert sum(" joins " in line for line in heard) == 1
    assert sum(FASTER in line for line in heard) == 1
