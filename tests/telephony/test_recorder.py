"""Recording for an event loop: shared flushes, and nobody waits for a disk that doesn't answer."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ivr.storage import Entry, Store, connection
from ivr.storage.filelock import Turnstile
from ivr.telephony.rsgi import Recorder


class Disk(Store):
    """A store whose flush can be held up, and is counted."""

    flushes = 0

    def __init__(self, data: Path, wait: float) -> None:
        super().__init__(data, wait)
        self.answers = threading.Event()
        self.answers.set()

    def __enter__(self) -> Disk:
        return self

    def flush(self) -> None:
        self.flushes += 1
        self.answers.wait(20)
        super().flush()


def entry(number: int) -> Entry:
    return Entry("2026-11-24T02:10:00Z", f"CA{number}", "safe_answer", "1", {"where": "/turn"})


def kept(store: Store) -> list[str]:
    with store.read() as conn:
        return sorted(row["call"] for row in conn.execute("SELECT call FROM journal WHERE call <> ''"))


def spilled(store: Store) -> str:
    file = store.data / "spill.jsonl"
    return file.read_text() if file.exists() else ""


def run(store: Store, work: Callable[[Recorder], Awaitable[None]]) -> None:
    async def whole() -> None:
        recorder = Recorder(store)
        recorder.loop = asyncio.get_running_loop()
        await work(recorder)
        recorder.close()

    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop already: a browser's
        pool.submit(asyncio.run, whole()).result()


def test_all_that_came_during_a_flush_share_the_next(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> None:
        for start in range(0, 120, 40):
            await asyncio.gather(*(recorder.record([entry(n)]) for n in range(start, start + 40)))

    with Disk(tmp_path, 5.0) as store:
        run(store, work)
        assert len(kept(store)) == 120
        assert store.flushes <= 6
    assert spilled(store) == ""


def test_more_than_fit_one_transaction_are_all_written(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> None:
        await asyncio.gather(*(recorder.record([entry(n)]) for n in range(250)))

    with Disk(tmp_path, 5.0) as store:
        run(store, work)
        assert len(kept(store)) == 250 and store.flushes == 3


def test_while_another_process_writes_they_wait_their_turn(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> None:
        other = Turnstile(connection.locks(tmp_path))
        other.enter()
        recorder.loop.call_later(0.05, other.leave)
        await asyncio.gather(*(recorder.record([entry(n)]) for n in range(3)))
        other.close()

    with Disk(tmp_path, 5.0) as store:
        run(store, work)
        assert kept(store) == ["CA0", "CA1", "CA2"]
        assert store.flushes == 0  # all of it went through the door
    assert spilled(store) == ""


def test_a_disk_that_does_not_answer_makes_nobody_wait_and_loses_nothing(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> None:
        store.answers.clear()
        first = asyncio.ensure_future(recorder.record([entry(1)]))
        while not store.flushes:
            await asyncio.sleep(0)
        began = time.monotonic()
        await asyncio.gather(first, recorder.record([entry(2)]))
        assert time.monotonic() - began < 15  # the disk would have answered in 20
        await recorder.record([entry(3)])
        assert "CA1" in spilled(store) and "CA2" in spilled(store) and "CA3" in spilled(store)
        store.answers.set()

    with Disk(tmp_path, 0.3) as store:
        run(store, work)
        assert store.mend()
        assert kept(store) == ["CA1", "CA2", "CA3"]
        store.wait = 5.0
        run(store, lambda recorder: recorder.record([entry(4)]))
        assert kept(store) == ["CA1", "CA2", "CA3", "CA4"]


def test_a_full_disk_spills_and_a_mended_one_takes_it_in(tmp_path: Path) -> None:
    with Disk(tmp_path, 1.0) as store:
        store.cut()
        run(store, lambda recorder: recorder.record([entry(1)]))
        assert "CA1" in spilled(store)
        assert store.mend()
        assert kept(store) == ["CA1"]
