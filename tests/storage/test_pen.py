"""The pen: written in this thread, flushed in another, and never in anybody's way."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from ivr.storage import Entry, Store, connection
from ivr.storage.filelock import Turnstile
from ivr.storage.journal import verify


def entry(number: int) -> Entry:
    return Entry("2026-11-24T02:10:00Z", f"CA{number}", "safe_answer", "1", {"where": "/turn"})


def kept(store: Store) -> list[str]:
    with store.read() as conn:
        return [row["call"] for row in conn.execute("SELECT call FROM journal ORDER BY seq")]


def test_what_is_begun_is_seen_by_nobody_before_its_flush(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.begin([[entry(1)], [entry(2)]])
        assert kept(store) == []
        store.flush()
        assert kept(store) == ["CA1", "CA2"]


def test_pen_and_door_write_one_chain(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for number in range(0, 10, 2):
            assert store.begin([[entry(number)]])
            store.flush()
            assert store.record([entry(number + 1)])
        with store.read() as conn:
            verdict = verify(conn)
    assert verdict.ok and verdict.entries == 10


def test_while_another_process_writes_it_is_the_doors_turn(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        other = Turnstile(connection.locks(tmp_path))
        other.enter()
        assert not store.begin([[entry(1)]])
        other.leave()
        assert store.begin([[entry(2)]])
        store.flush()
        other.close()
        assert kept(store) == ["CA2"]


def test_a_lock_of_a_foreign_program_is_not_waited_for(tmp_path: Path) -> None:
    with Store(tmp_path, wait=5.0) as store:
        foreign = sqlite3.connect(store.path, isolation_level=None)
        foreign.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert not store.begin([[entry(1)]])
        assert time.monotonic() - began < 4
        foreign.execute("ROLLBACK")
        foreign.close()
        assert store.begin([[entry(2)]])
        store.flush()
        assert kept(store) == ["CA2"]


def test_a_flush_that_fails_writes_nothing_and_the_next_one_works(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.begin([[entry(1)]])
        store._pen._conn.execute("ROLLBACK")  # type: ignore[union-attr]  # as a disk's error would
        with pytest.raises(sqlite3.OperationalError):
            store.flush()
        assert store.begin([[entry(2)]])
        store.flush()
        assert kept(store) == ["CA2"]


def test_a_full_disk_and_a_closed_store_are_for_the_door_to_meet(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.cut()
    assert not store.begin([[entry(1)]])
    store.mend()
    assert store.begin([[entry(2)]])
    store.flush()
    store.close()
    assert not store.begin([[entry(3)]])


def test_a_flush_proves_that_the_database_can_be_written(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.begin([[entry(1)]])
        store.flush()
        with store.read() as conn:
            before = conn.execute("SELECT writes FROM probe").fetchone()[0]
        assert store.writable()
        with store.read() as conn:
            assert conn.execute("SELECT writes FROM probe").fetchone()[0] == before
