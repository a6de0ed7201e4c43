"""The exchange's time: a clock that jumps, one that runs, and a loop that does what is due."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ivr.exchange.clock import HandClock, RealClock
from ivr.exchange.loop import Loop, Steps, Task
from ivr.exchange.speech import seconds

NIGHT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)


def test_a_hand_clock_jumps_to_what_is_due_and_never_back() -> None:
    clock, woken = HandClock(NIGHT.astimezone(timezone(timedelta(hours=1)))), threading.Event()
    clock.wait(90.5, woken)
    clock.wait(3, woken)
    assert clock.elapsed() == 90.5
    assert clock.now() == NIGHT + timedelta(seconds=90.5) and clock.now().tzinfo is UTC


def test_a_clock_needs_a_zone_and_a_speed() -> None:
    with pytest.raises(ValueError, match="aware"):
        HandClock(NIGHT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="above 0"):
        RealClock(speed=0)


def test_a_real_clock_goes_by_itself_faster_if_told() -> None:
    clock = RealClock(NIGHT, speed=1000)
    began = time.monotonic()
    clock.wait(20, threading.Event())
    assert time.monotonic() - began < 5
    assert clock.elapsed() >= 20 and clock.now() >= NIGHT + timedelta(seconds=20)


def test_a_real_clock_is_woken() -> None:
    woken = threading.Event()
    woken.set()
    RealClock().wait(3600, woken)  # returns


def test_what_is_due_is_done_in_order_of_time_then_of_asking() -> None:
    loop, done = Loop(HandClock(NIGHT)), list[str]()
    for name, after in (("c", 2.0), ("a", 1.0), ("b", 1.0)):
        loop.after(after, lambda name=name: done.append(f"{name}{loop.time:g}"))  # type: ignore[misc]
    loop.after(1.5, lambda: done.append("never")).cancelled = True
    loop.run()
    assert done == ["a1", "b1", "c2"]


def test_a_run_may_stop_half_way_and_go_on() -> None:
    loop, done = Loop(HandClock(NIGHT)), list[float]()
    loop.after(10, lambda: done.append(loop.time))
    loop.run(4)
    assert (loop.time, done) == (4.0, [])
    loop.run(6)
    assert (loop.time, done) == (10.0, [10.0])
    loop.run(3600)
    assert loop.time == 3610.0


def test_periodic_acts_go_on_while_something_runs_but_keep_nothing_running() -> None:
    loop, ticks = Loop(HandClock(NIGHT)), list[float]()
    loop.every(5, lambda: ticks.append(loop.time))
    loop.after(12, lambda: None)
    loop.run()
    assert ticks == [5.0, 10.0]
    with pytest.raises(ValueError, match="above 0"):
        loop.every(0, lambda: None)


def test_another_thread_posts_what_to_do() -> None:
    loop, done = Loop(RealClock()), list[str]()
    timer = loop.after(3600, lambda: done.append("late"))

    def stop() -> None:
        done.append("posted")
        timer.cancelled = True

    thread = threading.Thread(target=loop.post, args=(stop,))
    thread.start()
    loop.run()
    thread.join()
    assert done == ["posted"]


def test_steps_are_sent_each_event_in_order_and_none_when_time_is_up() -> None:
    loop, got = Loop(HandClock(NIGHT)), list[tuple[object, float]]()

    def steps() -> Steps[None]:
        for wait in (5.0, 5.0, None, 2.0):
            got.append(((yield wait), loop.time))

    task = Task(loop, steps())
    loop.after(1, lambda: task.tell("one"))
    loop.after(1, lambda: task.tell("two"))
    loop.after(7, lambda: task.tell("three"))
    loop.run()
    assert got == [("one", 1.0), ("two", 1.0), ("three", 7.0), (None, 9.0)]
    assert task.over


def test_steps_that_are_stopped_hear_no_more() -> None:
    loop = Loop(HandClock(NIGHT))

    def steps() -> Steps[None]:
        yield 10.0
        raise RuntimeError("went on")

    task = Task(loop, steps())
    loop.after(1, task.stop)
    loop.after(2, lambda: task.tell("late"))
    loop.run()
    assert task.over


def test_speech_takes_its_time() -> None:
    assert seconds("") == 0.0 and seconds("  ") == 0.0
    assert seconds("Hello there.") == pytest.approx(0.0495 * 12 + 0.420 + 0.93, abs=0.001)
    assert seconds("Call 999.") == seconds("Call nine nine nine.")
    comma = seconds("Hang up, and call now.") - seconds("Hang up and call now.")
    assert comma == pytest.approx(0.0495 + 0.312, abs=0.002)
    greeting = "Thank you for calling Rose Clinic. If someone can't breathe, hang up and call 999 now."
    assert 5 < seconds(greeting) < 8


def test_a_real_clock_goes_on_from_another_time_and_at_another_speed_but_never_back_in_seconds() -> None:
    clock = RealClock(datetime(2026, 11, 24, 2, 10, tzinfo=UTC))
    before = clock.elapsed()
    clock.go_on_from(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert 0 <= (clock.now() - datetime(2026, 10, 25, 1, 30, tzinfo=UTC)).total_seconds() < 5
    clock.speed = 1000.0
    assert before <= clock.elapsed() < 60
    with pytest.raises(ValueError, match="speed"):
        clock.speed = 0
