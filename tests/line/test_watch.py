"""What has silently stopped is noticed, and what is well never looks ill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.line.intervals import EVERY, limit
from ivr.line.telephone import Permanent, TelephoneError, Temporary
from ivr.line.watch import GRACE, QUIET, REFUSING, Watch
from tests.line.house import House, house


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as opened:
        yield opened


def run(line: House, watch: Watch, seconds: float, without: str = "") -> None:
    """Let all jobs succeed each two seconds, one perhaps left out."""
    jobs = {name: watch.job(name, lambda: None) for name in EVERY if name != without}
    for _ in range(int(seconds / 2)):
        line.clock.move(2)
        for job in jobs.values():
            job()


def test_jobs_that_run_are_well_for_hours(line: House) -> None:
    watch = Watch(line.line)
    for _ in range(20):
        run(line, watch, 600)
        assert watch.problems() == []


@pytest.mark.parametrize("name", EVERY)
def test_a_job_that_stops_is_told_of_after_its_limit(line: House, name: str) -> None:
    watch = Watch(line.line)
    run(line, watch, 120)
    run(line, watch, limit(name) - 22, without=name)
    assert watch.problems() == []
    run(line, watch, 24, without=name)
    since = watch.stamp(name).at
    assert "2026-11-24T02:11:40Z" <= since <= "2026-11-24T02:12:00Z"  # a stamp may be 20 s behind
    assert watch.problems() == [f"job {name} has not succeeded since {since}"]


def test_a_job_that_fails_stamps_nothing_and_its_error_goes_on(line: House) -> None:
    watch = Watch(line.line)

    def fails() -> None:
        raise OSError("no")

    for _ in range(100):
        line.clock.move(2)
        with pytest.raises(OSError):
            watch.job("texts", fails)()
    run(line, watch, 30, without="texts")
    assert watch.problems() == ["job texts has never succeeded"]


def test_old_stamps_count_only_after_a_grace(line: House) -> None:
    run(line, Watch(line.line), 60)
    line.clock.move(86_400)
    again = Watch(line.line)  # another process, a day later
    assert again.problems() == []
    line.clock.move(GRACE.total_seconds())
    assert len(again.problems()) == len(EVERY)


def test_stamps_are_cheap(line: House) -> None:
    watch = Watch(line.line)
    before = line.rows("SELECT count(*) AS n FROM stamps")
    writes: list[int] = []
    write = line.line.store.write
    line.line.store.write = lambda work: (writes.append(1), write(work))[1]  # type: ignore
    run(line, watch, 600)
    assert before == [{"n": 0}] and len(writes) <= len(EVERY) * 31


def test_the_stamps_of_a_tick_are_written_together_and_can_be_read_in_it(line: House) -> None:
    watch, writes = Watch(line.line), list[int]()
    write = line.line.store.write
    line.line.store.write = lambda work: (writes.append(1), write(work))[1]  # type: ignore
    for _ in range(3):
        line.clock.move(300)
        writes.clear()
        with watch.together():
            for name in EVERY:
                watch.job(name, lambda: None)()
        assert len(writes) == 1 and watch.problems() == []
    line.clock.move(300)
    with watch.together():
        watch.job("texts", lambda: None)()
        assert watch.stamp("texts").at == "2026-11-24T02:30:00Z"
        late = {name for name in EVERY if limit(name) < 300} - {"texts"}  # they have not been done yet
        assert {problem.split()[1] for problem in watch.problems()} == late


def test_a_disk_that_cannot_be_written_stops_no_job(line: House) -> None:
    watch = Watch(line.line)
    line.line.store.cut()
    done: list[int] = []
    watch.job("texts", lambda: done.append(1))()
    watch.provider(Temporary("x", status=503))
    assert done == [1]
    line.line.store.mend()
    watch.job("texts", lambda: done.append(1))()
    assert line.rows("SELECT name FROM stamps") == [{"name": "texts"}]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Temporary("x", 20003, 401), "HTTP 401"),
        (Permanent("x", status=403), "HTTP 403"),
        (Temporary("x", status=503), "HTTP 503"),
        (Temporary("x"), "no answer"),
        (Permanent("x", 21614, 400), ""),  # a bad number: the provider works
        (Temporary("x", 20429, 429), ""),
        (None, ""),
    ],
)
def test_the_provider_refuses_only_when_it_would_refuse_everything_for_long(
    line: House, error: TelephoneError | None, told: str
) -> None:
    watch = Watch(line.line)
    watch.provider(None)
    line.clock.move(60)
    since = "2026-11-24T02:11:00Z"
    for _ in range(int(REFUSING.total_seconds() / 20)):
        watch.provider(error)
        assert watch.problems() == []
        run(line, watch, 20)
    watch.provider(error)
    expected = [f"the provider has refused our requests since {since} ({told})"] if told else []
    assert watch.problems() == expected
    watch.provider(None)
    assert watch.problems() == []


def test_a_provider_of_whom_nothing_was_heard_is_asked(line: House) -> None:
    watch = Watch(line.line)
    assert watch.unsure()
    watch.provider(None)
    assert not watch.unsure()
    line.clock.move((QUIET - timedelta(seconds=1)).total_seconds())
    assert not watch.unsure()
    line.clock.move(1)
    assert watch.unsure()
    watch.provider(None)
    watch.provider(Temporary("x"))
    assert watch.unsure()
