"""A call was placed, and nobody noted that: whoever answers it and presses 1 is joined, and left in peace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ivr.exchange.acts import Person
from ivr.exchange.caller import Leaves, Presses
from ivr.exchange.injected import Fault
from ivr.exchange.people import Answers, InTurn, NoAnswer
from tests.calls.phones import ANA, ANA_2, BEN, CHLOE
from tests.lost import judge
from tests.lost.apart import Apart
from tests.lost.beginner import Beginner
from tests.lost.nights import worked
from tests.lost.nights.night import TAKES, Patient, at_home, at_phones, comes_to_its_end
from tests.lost.sweep import EXPLAINED

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux to end a process surely")

HOW = ("killed", "reset-after")  # between the provider's work and the note; and an answer that got lost


@pytest.fixture(scope="module")
def beginner() -> Iterator[Beginner]:
    with Beginner() as made:
        yield made


def goes_wrong_once(apart: Apart, how: str) -> None:
    """The next call that the line places is placed, and the line doesn't know."""
    take = apart.requests.take
    done: list[str] = []

    def placing(method: str, path: str) -> Fault | None:
        if done or method != "POST" or not path.endswith("/Calls.json"):
            return take(method, path)
        done.append(path)
        return apart.requests.dying() if how == "killed" else Fault("", 1, "reset-after")

    apart.requests.take = placing  # type: ignore[method-assign]


def played(beginner: Beginner, folder: Path, how: str, ben: Person, patient: Person) -> list[str]:
    """A patient leaves; Ben is rung, and the line doesn't know. Return what was heard after that."""
    with Apart(beginner, folder, worked.NIGHT.config(folder), worked.AT) as apart:
        at_phones(apart, NoAnswer(), CHLOE, ANA, ANA_2)
        at_phones(apart, InTurn(NoAnswer(), ben), BEN)
        at_home(apart, patient=worked.PATIENT)
        apart.exchange.phone(worked.PATIENT, patient)
        keys = (Presses("1"), Presses("2"), Presses("1"))
        apart.exchange.dial(worked.PATIENT, apart.number, Patient(*keys, Leaves(8)))
        goes_wrong_once(apart, how)
        seen: dict[str, None] = {}
        apart.exchange.every(20, lambda: seen.update(dict.fromkeys(judge.always(apart))))
        apart.run(400)
        comes_to_its_end(apart)
        assert [*seen, *judge.problems(apart, EXPLAINED)] == []
        with closing(apart.record()) as conn:
            (page,) = conn.execute("SELECT state, closed_by, outcome FROM pages").fetchall()
        assert tuple(page) == ("closed", "ben", "spoken_with")
        heard = [f"{line.who}: {line.text}" for _, line in apart.events]
        return heard[heard.index("Ben: stops ringing") + 1 :]


@pytest.mark.parametrize("how", HOW)
def test_nobody_is_rung_while_they_talk(beginner: Beginner, tmp_path: Path, how: str) -> None:
    heard = played(beginner, tmp_path, how, TAKES, Answers(5, "", talk=90))
    assert [line for line in heard if line.endswith(": rings")] == ["Ben: rings", "patient: rings"]


@pytest.mark.parametrize("how", HOW)
def test_a_patient_who_does_not_answer_is_tried_again(beginner: Beginner, tmp_path: Path, how: str) -> None:
    patient = InTurn(NoAnswer(), Answers(5, "", talk=40))
    ben = InTurn(Answers(4, "1", talk=None), TAKES)
    heard = played(beginner, tmp_path, how, ben, patient)
    assert sum(line.startswith("line: joins Ben and patient") for line in heard) == 1
