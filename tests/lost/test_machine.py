"""Anything, in any order: callers, phones, time, deaths, lost webhooks, outages, edits of the rota."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lost.beginner import Beginner
from tests.lost.machine import POSSIBLE, Machine

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="needs Linux to end a process surely")


@pytest.fixture(scope="module")
def machine() -> Iterator[type[Machine]]:
    with Beginner() as beginner:
        yield type("WithBeginner", (Machine,), {"beginner": beginner})


def test_nobody_is_lost_whatever_happens(machine: type[Machine]) -> None:
    few = settings(max_examples=5, stateful_step_count=10, derandomize=True, deadline=None)
    run_state_machine_as_test(machine, settings=few)


# Each breaks a promise of the judge; and what the judge says then.
SEEN = {
    "whoever presses 1 has it": "are both joined to",
    "somebody else is rung": "isn't on call",
    "nobody works pages": "nothing was done about it",
    "nobody is told": "was not told of it",
    "the line closes pages": "who pressed nothing",
}
ALWAYS = ("whoever presses 1 has it", "somebody else is rung")
ENOUGH = 60  # nights within which a mistake has to be met


@pytest.mark.parametrize(
    "mistake", [pytest.param(one, marks=() if one in ALWAYS else pytest.mark.soak) for one in SEEN]
)
def test_the_machine_finds_a_mistake(mistake: str) -> None:
    """Each promise of the judge is one that the rules put to the test: broken, it is seen to be."""
    enough = settings(
        max_examples=ENOUGH,
        stateful_step_count=10,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        print_blob=False,
    )
    with Beginner(mistake) as beginner:
        made = type("WithMistake", (Machine,), {"beginner": beginner})
        with pytest.raises(AssertionError, match=SEEN[mistake]):
            run_state_machine_as_test(made, settings=enough)
