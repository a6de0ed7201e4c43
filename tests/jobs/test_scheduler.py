"""The scheduler: each job again and again, whatever becomes of the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from ivr.jobs import EVERY, run, tick
from ivr.jobs.tick import Tick

SOON = 0.01  # seconds between two ticks of a test's job
PATIENCE = 20.0  # seconds after which a test gives up on what it waits for


class Job:
    """Counts how often it ran; `ran` waits for that many times."""

    def __init__(self, fails: int = 0) -> None:
        self.count, self.fails = 0, fails
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()
        if self.count <= self.fails:
            raise OSError(f"no way to +447700900123, time {self.count}")

    def ran(self, times: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= times, PATIENCE)


@contextmanager
def scheduler(**jobs: Callable[[], object]) -> Iterator[None]:
    """Run the scheduler with these jobs, in a thread, for the block."""
    stop = threading.Event()
    every: Mapping[str, float] = dict.fromkeys(jobs, SOON)
    thread = threading.Thread(target=run, args=(jobs, stop, every))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_each_job_runs_at_once_and_then_again_and_again() -> None:
    texts, spill = Job(), Job()
    with scheduler(texts=texts, spill=spill):
        assert texts.ran(3) and spill.ran(3)


def test_a_job_that_fails_is_told_of_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    texts = Job(fails=2)
    with caplog.at_level(logging.WARNING, "ivr.jobs"), scheduler(texts=texts):
        assert texts.ran(4)
    said = [record.getMessage() for record in caplog.records if record.name == "ivr.jobs.tick"]
    assert said == [
        "job texts failed (1 in a row); it goes on",
        "job texts failed (2 in a row); it goes on",
        "job texts works again",
    ]


def test_a_slow_job_holds_up_no_other_and_never_runs_beside_itself() -> None:
    let_go, running, spill = threading.Event(), [], Job()

    def slow() -> None:
        running.append(1)
        let_go.wait(PATIENCE)

    with scheduler(slow=slow, spill=spill):
        assert spill.ran(10)
        assert len(running) == 1
        let_go.set()


def test_stopping_waits_for_what_runs() -> None:
    began, stop, let_go, done = (threading.Event() for _ in range(4))

    def slow() -> None:
        began.set()
        let_go.wait(PATIENCE)
        done.set()

    thread = threading.Thread(target=run, args=({"slow": slow}, stop, {"slow": SOON}))
    thread.start()
    assert began.wait(PATIENCE)
    stop.set()
    assert not done.is_set()
    let_go.set()
    thread.join(PATIENCE)
    assert done.is_set() and not thread.is_alive()


def test_a_job_without_an_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="job dusting has no interval: add it to"):
        run({"dusting": Job()}, threading.Event())


def test_the_intervals_are_the_promised_ones() -> None:
    quick = {"onward": 2, "texts": 2, "mails": 2, "errands": 2, "contacts": 5, "recordings": 5, "spill": 5}
    quick |= {"bypass": 5, "rescue": 2, "pages": 2, "chain": 2, "promises": 15, "untold": 15}
    slow = {"unheard": 60, "retention": 3600, "reports": 60, "days": 60}
    assert EVERY == {**quick, **slow, "calls": 60, "fallback": 60, "shifts": 15, "watch": 60, "spending": 600}


def test_a_job_that_fails_all_night_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    failing = Tick("texts", Job(fails=1000))
    for _ in range(1000):
        failing()
    assert len(caplog.records) == 10  # at the 1st, 2nd, 4th … 512th


def test_a_job_that_is_stuck_is_told_of_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tick, "STUCK", -1.0)

    def stuck() -> None:
        slow.overrun()
        slow.overrun()

    slow = Tick("calls", stuck)
    slow()
    slow.overrun()  # it is over by now
    assert [record.getMessage() for record in caplog.records] == ["job calls has been running for 0 s"]
