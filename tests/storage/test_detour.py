"""When the database can't be written: nobody waits twice, nothing is lost, nothing counts twice."""

from __future__ import annotations

import logging
import stat
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ivr.storage import Entry, Store, StoreUnavailable, calls, journal, pages
from ivr.storage.connection import writer
from ivr.storage.entry import to_line
from tests.storage.lines import CALL, CALLER, OTHER, entry, page_opened, started, turn
from tests.storage.processes import kept


def test_on_a_full_disk_the_call_goes_on_and_all_is_taken_in_later(store: Store) -> None:
    assert store.record([started()])
    store.cut()
    assert not store.record([turn(1)])
    assert not store.record([turn(2), turn(3)])
    assert not store.writable()
    assert store.behind()
    spilled = store.data / "spill.jsonl"
    assert len(spilled.read_text().splitlines()) == 3
    assert stat.S_IMODE(spilled.stat().st_mode) == 0o600
    with store.read() as conn:  # reading goes on
        assert calls.find(conn, CALL) is not None
    with pytest.raises(StoreUnavailable, match="full"):
        store.write(lambda conn: conn.execute("DELETE FROM signs"))
    assert store.mend()
    assert store.writable()
    assert not store.behind()
    assert [key.split()[1] for key in kept(store)] == ["t1", "t2", "t3"]
    assert store.record([turn(4)])
    with store.read() as conn:
        (line,) = journal.untold(conn)
    assert (line.kind, line.data, line.at) == ("spilled", {"lines": 3}, turn(3).at)
    store.record([entry("alarm", journal.told_by(line), call="", what="lines were spilled")])
    with store.read() as conn:
        assert journal.untold(conn) == []


def test_another_program_holds_the_lock(tmp_path: Path) -> None:
    with Store(tmp_path, wait=0.5) as store:
        other = writer(store.path, 1.0)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert not store.record([turn(1)])
        first = time.monotonic() - began
        assert 0.5 <= first < 10  # its wait, and the spill; the lock is held for ever
        for number in range(2, 12):
            assert not store.record([turn(number)])
        assert time.monotonic() - began < first + 2.5  # nobody waited again: ten would have, for 5 s
        with pytest.raises(StoreUnavailable):
            store.write(lambda conn: None)
        other.execute("ROLLBACK")
        other.close()
        _wait_for_the_way_back()
        assert not store.behind()
        assert len(kept(store)) == 11
        assert store.record([turn(12)])


def _wait_for_the_way_back() -> None:
    for thread in threading.enumerate():
        if thread.name == "store-detour":
            thread.join(timeout=30)


def test_a_spill_of_an_earlier_life_is_taken_in_at_the_start(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.cut()
        store.record([started(), turn(1)])
    with Store(tmp_path) as store:
        assert len(kept(store)) == 1
        assert not store.behind()
        with store.read() as conn:
            row = calls.find(conn, CALL)
    assert row is not None
    assert row["caller"] == CALLER
    assert not list(tmp_path.glob("spill*"))


def test_a_torn_line_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Store(tmp_path) as store:
        store.cut()
        store.record([turn(1)])
        with store._spill.file.open("a") as file:  # a process that died in mid-line
            file.write(to_line(started())[:90])
        store.record([turn(2)])
        assert store.mend()
        assert len(kept(store)) == 2
    assert (tmp_path / "spill.unread").read_text() == to_line(started())[:90] + "\n"
    assert "spilled lines that can't be read: 1" in caplog.text


def test_a_line_is_known_again_by_its_key(store: Store) -> None:
    """Written after its caller had given up and spilled it: it counts once."""
    store.record([turn(1)])
    store._detour.take([turn(1), turn(2)])
    store.mend()
    assert len(kept(store)) == 2


def test_what_comes_again_while_spilling_is_spilled_once(store: Store) -> None:
    store.cut()
    for _ in range(5):
        assert not store.record([turn(1), turn(2)])
    assert not store.record([turn(2), turn(3)])
    assert len((store.data / "spill.jsonl").read_text().splitlines()) == 3
    store.mend()
    assert len(kept(store)) == 3
    store.cut()
    assert not store.record([turn(3), turn(4)])
    store.mend()
    assert len(kept(store)) == 4


def test_when_not_even_the_spill_file_can_be_written_memory_holds_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.cut()
    (store.data / "spill.jsonl").mkdir()
    assert not store.record([turn(1)])
    assert "held in memory only" in caplog.text
    (store.data / "spill.jsonl").rmdir()
    assert not store.record([turn(2)])
    assert store.mend()
    assert sorted(kept(store)) == [f"{CALL} t1", f"{CALL} t2"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_has_room_left_for_spilling(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    reserve, spilled = store.data / "reserve", store.data / "spill.jsonl"
    assert reserve.stat().st_blocks * 512 >= 1 << 20
    store.cut()
    spilled.symlink_to("/dev/full")  # each write to it fails as on a full disk
    assert not store.record([turn(1)])
    assert not reserve.exists()
    assert "held in memory only" in caplog.text  # here, freeing the room didn't help
    spilled.unlink()
    assert store.mend()
    assert reserve.exists()
    assert len(kept(store)) == 1


def test_what_memory_holds_is_spilled_at_the_end(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.cut()
        (tmp_path / "spill.jsonl").mkdir()
        store.record([turn(1)])
        (tmp_path / "spill.jsonl").rmdir()
    with Store(tmp_path) as store:
        assert len(kept(store)) == 1


def test_no_number_is_logged_on_the_way(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store.cut()
    store.record([started(), turn(1)])
    store.mend()
    assert caplog.records
    assert CALLER[1:] not in caplog.text
    assert CALL not in caplog.text


def test_callers_at_once_while_the_disk_fills_and_empties(store: Store) -> None:
    told: Counter[bool] = Counter()

    def work(thread: int) -> None:
        for number in range(40):
            told[store.record([turn(number, f"CA{thread}")])] += 1
            if (thread, number) == (0, 10):
                store.cut()
            if (thread, number) == (1, 30):
                store.mend()

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.mend()
    assert len(kept(store)) == len(set(kept(store))) == 320


class Folder(RuleBasedStateMachine):
    """Two processes' stores on one folder; disks fill, processes come and go, webhooks repeat."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stores = [self.new(), self.new()]
        self.full = [False, False]
        self.recorded: set[str] = set()
        self.count = 0

    def new(self) -> Store:
        return Store(Path(self.folder.name))

    @rule(which=st.integers(0, 1), size=st.integers(1, 4), again=st.integers(0, 3))
    def record(self, which: int, size: int, again: int) -> None:
        first = max(0, self.count - again)  # some were recorded before, by either
        self.count += size
        lines: list[Entry] = [turn(number, second=number % 3000) for number in range(first, self.count)]
        durable = self.stores[which].record(lines)
        assert not (durable and self.full[which])
        self.recorded |= {f"{CALL} {line.key}" for line in lines}
        if durable:
            assert {f"{CALL} {line.key}" for line in lines} <= set(kept(self.stores[1 - which]))

    @rule(which=st.integers(0, 1))
    def cut(self, which: int) -> None:
        self.stores[which].cut()
        self.full[which] = True

    @rule(which=st.integers(0, 1))
    def mend(self, which: int) -> None:
        self.stores[which].mend()
        self.full[which] = False

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        self.stores[which].close()
        self.stores[which], self.full[which] = self.new(), False

    @rule(which=st.integers(0, 1))
    def take_in(self, which: int) -> None:
        if not self.full[which]:
            self.stores[which].take_in_spill()

    def teardown(self) -> None:
        for store in self.stores:
            store.mend()
            store.take_in_spill()
        found = kept(self.stores[0])
        assert sorted(found) == sorted(self.recorded)
        assert not list(Path(self.folder.name).glob("spill*"))
        for store in self.stores:
            store.close()
        self.folder.cleanup()


Folder.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestFolder = Folder.TestCase


def taken(who: str) -> Entry:
    return entry("page_taken", f"page taken {who}", 9, person=who, leg=who, sid=f"CA{who}")


def test_of_two_processes_that_claim_the_same_the_first_has_it(store: Store) -> None:
    store.record([started(), page_opened()])
    with Store(store.data) as other:
        store.cut()
        other.cut()
        other.record([turn(1)])
        assert [other.claim(taken("ben")), store.claim(taken("ana")), other.claim(taken("ben"))] == [
            True,
            False,
            True,
        ]
        assert store.claim(entry("page_taken", "k", 9, OTHER, person="ana", leg="ana", sid="CAana"))
        other._spill._move_aside()  # somebody is taking it in
        assert not store.claim(taken("ana")) and other.claim(taken("ben"))
        assert store.mend() and other.mend()
        with store.read() as conn:
            page = pages.get(conn, CALL)
    assert page is not None and page["accepted_by"] == "ben"


def test_without_a_spill_file_whoever_claims_has_it(store: Store) -> None:
    store.cut()
    store._spill.file.mkdir()
    assert store.claim(taken("ben")) and store.claim(taken("ana"))
    store._spill.file.rmdir()
    assert store.mend()
    assert len(kept(store)) == 0  # no turns; the claims are in
    with store.read() as conn:
        page = pages.get(conn, CALL)
    assert page is not None and page["accepted_by"] == "ben"
