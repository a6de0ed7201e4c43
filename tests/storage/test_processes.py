"""Several processes on one folder, and processes that are killed."""

from __future__ import annotations

import signal
from pathlib import Path

from ivr.storage import Store, journal
from tests.storage.lines import turn
from tests.storage.processes import finish, kept, start


def test_killed_in_mid_write_what_was_called_durable_is_there(tmp_path: Path) -> None:
    Store(tmp_path).close()
    child = start("write-for-ever", tmp_path, "c")
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(300)]
    child.send_signal(signal.SIGKILL)
    more, code = finish(child)
    assert code == -signal.SIGKILL
    with Store(tmp_path) as store:
        found = kept(store)
        assert set(said + more) <= set(found)
        assert len(found) == len(set(found))
        assert store.record([turn(1, "next")])
        assert len(kept(store)) == len(found) + 1


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    Store(tmp_path).close()
    children = [start("write", tmp_path, name) for name in "ab"]
    said = [line for child in children for line in finish(child)[0]]
    with Store(tmp_path) as store:
        assert sorted(kept(store)) == sorted(said)
    assert len(said) == 800


def test_two_processes_spill_into_one_file(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        children = [start("spill", tmp_path, name) for name in "ab"]
        for child in children:
            assert finish(child) == ([], 0)
        store.take_in_spill()
        assert len(set(kept(store))) == len(kept(store)) == 400
        assert not store.behind()
        with store.read() as conn:  # the second may have taken in some of the first's when it started
            assert sum(line.data["lines"] for line in journal.untold(conn, 1000)) == 400


def test_killed_between_taking_in_and_deleting_the_lines_count_once(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.cut()
        for number in range(450):  # more than one batch
            assert not store.record([turn(number, second=number % 60)])
    for _ in range(2):
        assert finish(start("die-before-deleting", tmp_path))[1] == -signal.SIGKILL
        assert len(list(tmp_path.glob("spill.*.taking"))) == 1
    with Store(tmp_path) as store:
        assert len(kept(store)) == len(set(kept(store))) == 450
        with store.read() as conn:
            assert [line.data for line in journal.troubles(conn)] == [{"lines": 450}]  # told of once
        assert not store.behind()


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    Store(tmp_path).close()
    said, code = finish(start("fill-disk", tmp_path))
    assert code == 0
    durable = [line for line in said if " t" in line]
    spilled = 50 - sum(line.startswith("full") for line in durable)
    assert spilled > 0
    assert {"not writable", "mended"} <= set(said)
    with Store(tmp_path) as store:
        found = kept(store)
    assert set(durable) <= set(found)
    assert len(found) == len(set(found)) == len(durable) + spilled == 70
