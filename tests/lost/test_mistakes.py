"""The judge sees mistakes: each is put into the line's programs, and has to be found."""

from __future__ import annotations

import os

import pytest

from tests.lost.beginner import Beginner
from tests.lost.mistakes import MISTAKES
from tests.lost.sweep import tried
from tests.lost.tried import Point

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux to end a process surely")

# One for each promise of the judge: one clinician, always tried, nobody else, ended by a person, soon.
# And two of the pen.
ALWAYS = (
    "whoever presses 1 has it",
    "nobody is told",
    "somebody else is rung",
    "the line closes pages",
    "a lost call is placed again later",
    "the pen writes the first entry only",
    "the pen answers before the flush",
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.soak) for name in MISTAKES]
)
def test_a_mistake_is_found(name: str) -> None:
    mistake = MISTAKES[name]
    with Beginner(name) as beginner:
        done = tried(beginner, Point(mistake.night, *mistake.fault))
    assert [problem for problem in done.problems if mistake.seen in problem], done.problems
