"""Whatever fails in the fixed nights, and wherever: nobody is lost. All points are tried by `make soak`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.lost.beginner import Beginner
from tests.lost.nights import NIGHTS, Night
from tests.lost.sweep import points, tried
from tests.lost.tried import Point

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux to end a process surely")

# Where most hangs on it: a sign, the end of a message, the call to Ben, his key.
SAMPLE = (
    Point("worked", "write", "killed before", 5),
    Point("worked", "write", "refused", 5),  # by the pen, and then by the door
    Point("worked", "write", "slow", 5),
    Point("worked", "write", "torn", 9),
    Point("worked", "request", "killed before", 10),
    Point("worked", "request", "timeout-after", 16),
    Point("worked", "request", "killed after", 17),
    Point("shift", "write", "torn", 7),  # between a shift's beginning and its drill
    Point("shift", "write", "torn", 11),  # the next drill, at the end of the first
)


@pytest.fixture(scope="module")
def beginner() -> Iterator[Beginner]:
    with Beginner() as made:
        yield made


@pytest.mark.parametrize("point", SAMPLE, ids=str)
def test_nobody_is_lost(beginner: Beginner, point: Point) -> None:
    done = tried(beginner, point)
    assert done.met, "the night no longer comes to this point: choose another"
    assert done.problems == []


@pytest.mark.parametrize("night", NIGHTS.values(), ids=str)
def test_without_a_fault_a_night_goes_through_what_it_is_there_for(beginner: Beginner, night: Night) -> None:
    assert points(beginner, night)
