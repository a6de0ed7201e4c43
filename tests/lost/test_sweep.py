"""Whatever fails in the fixed night, and wherever: nobody is lost. All points are tried by `make soak`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.lost.apart import Beginner
from tests.lost.sweep import Point, points, sweep, table, tried

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux to end a process surely")

# Where most hangs on it: a sign, the end of a message, the call to Ben, his key.
SAMPLE = (
    Point("write", "killed before", 5),
    Point("write", "torn", 9),
    Point("request", "killed before", 10),
    Point("request", "timeout-after", 16),
    Point("request", "killed after", 17),
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


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_nobody_is_lost_at_any_point(beginner: Beginner, capsys: pytest.CaptureFixture[str]) -> None:
    done = list(sweep(points(beginner)))
    with capsys.disabled():
        print(f"\n{table(done)}")
    assert [f"{one.point}: {problem}" for one in done for problem in one.problems] == []
