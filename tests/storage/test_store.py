"""The door and the way in: one writer, many callers, clear words when it can't be opened."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.storage import StorageError, Store, StoreUnavailable
from tests.storage.lines import CALL, entry, started, turn
from tests.storage.processes import ROOT, kept


def test_many_callers_at_once_are_all_kept(store: Store) -> None:
    ready = threading.Barrier(16)
    told: list[bool] = []

    def work(thread: int) -> None:
        ready.wait()
        told.extend(store.record([turn(n, f"CA{thread}"), turn(n + 100, f"CA{thread}")]) for n in range(20))

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [True] * 320
    assert len(set(kept(store))) == 640


def test_nothing_to_record_is_durable_at_once(store: Store) -> None:
    store.cut()
    assert store.record([])
    assert not store.behind()


def test_a_write_that_fails_undoes_its_own_and_nothing_else(store: Store) -> None:
    def half(conn: sqlite3.Connection) -> None:
        conn.execute("UPDATE calls SET path = 'booking'")
        raise LookupError("not there")

    store.record([started()])
    outcomes: list[object] = []
    ready = threading.Barrier(12)

    def work(number: int) -> None:
        ready.wait()
        try:
            if number % 3 == 0:
                store.write(half)
            else:
                outcomes.append(store.record([turn(number)]))
        except LookupError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["True"] * 8 + ["not there"] * 4
    with store.read() as conn:
        assert conn.execute("SELECT path FROM calls WHERE call = ?", (CALL,)).fetchone()["path"] == "open"
    assert len(kept(store)) == 8
    assert store.writable()


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM nowhere", "INSERT INTO signs VALUES ('CAx', 'g', 's', 'key', 't')"]
)
def test_a_mistake_in_a_statement_is_the_callers_and_not_the_disks(store: Store, statement: str) -> None:
    with pytest.raises(sqlite3.Error) as caught:
        store.write(lambda conn: conn.execute(statement))
    assert not isinstance(caught.value, StoreUnavailable)
    assert store.record([turn(1)])


def test_a_write_within_a_write_is_refused_before_it_waits_for_itself(store: Store) -> None:
    with pytest.raises(RuntimeError, match="use the connection that you were given"):
        store.write(lambda conn: store.write(lambda inner: None))
    assert store.record([turn(1)])


def test_a_job_that_ends_the_transaction_harms_nobody_later(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError):
        store.write(lambda conn: conn.execute("COMMIT"))
    assert store.record([turn(1)])
    assert len(kept(store)) == 1


def test_reading_cannot_write(store: Store) -> None:
    with store.read() as conn, pytest.raises(sqlite3.OperationalError, match="readonly|read-only"):
        conn.execute("DELETE FROM calls")


def test_readers_within_readers_and_in_threads(store: Store) -> None:
    store.record([started()])
    seen: list[int] = []

    def look() -> None:
        with store.read() as one, store.read() as two:
            assert one is not two
            seen.append(two.execute("SELECT count(*) FROM calls").fetchone()[0])

    threads = [threading.Thread(target=look) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 10


def test_a_closed_store_says_so_and_still_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.read():
        store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="was closed"):
        store.write(lambda conn: None)
    with pytest.raises(StoreUnavailable, match="was closed"), store.read():
        pass
    assert not store.record([turn(1)])
    with Store(tmp_path) as again:
        assert len(kept(again)) == 1


def test_what_is_kept_is_for_this_user_only(tmp_path: Path) -> None:
    with Store(tmp_path / "new" / "data") as store:
        store.record([started()])
        assert stat.S_IMODE(store.data.stat().st_mode) == 0o700
        for file in store.data.glob("line.db*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_each_commit_reaches_the_disk(store: Store) -> None:
    def setting(name: str) -> Callable[[sqlite3.Connection], object]:
        return lambda conn: conn.execute(f"PRAGMA {name}").fetchone()[0]

    assert store.write(setting("journal_mode")) == "wal"
    assert store.write(setting("synchronous")) == 2  # FULL
    assert store.write(setting("foreign_keys")) == 1


def test_many_open_a_new_folder_at_once(tmp_path: Path) -> None:
    stores: list[Store] = []
    threads = [threading.Thread(target=lambda: stores.append(Store(tmp_path / "data"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, store in enumerate(stores):
        assert store.record([turn(number)])
    assert len(kept(stores[0])) == 6
    for store in stores:
        store.close()


def _not_a_database(data: Path) -> None:
    data.mkdir()
    (data / "line.db").write_bytes(b"not a database at all " * 100)


def _newer(data: Path) -> None:
    Store(data).close()
    conn = sqlite3.connect(data / "line.db")
    conn.execute("PRAGMA user_version = 99")
    conn.close()


def _a_file(data: Path) -> None:
    data.write_text("")


def _a_folder(data: Path) -> None:
    (data / "line.db").mkdir(parents=True)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_not_a_database, "not a sound SQLite database .* put back a backup"),
        (_newer, "newer version of the line .schema 99"),
        (_a_file, "set IVR_DATA"),
        (_a_folder, "set IVR_DATA"),
    ],
)
def test_what_cannot_be_opened_is_named_with_the_cure(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(tmp_path / "data")
    with pytest.raises(StorageError, match=says) as caught:
        Store(tmp_path / "data")
    assert "line.db" in str(caught.value)


def test_opening_it_again_imports_nothing_heavy(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.record([entry("alarm", "a", what="x")])
    code = (
        "import sys, pathlib; from ivr.storage import Store; Store(pathlib.Path(sys.argv[1])).close();"
        "import ivr.storage.recordings;"
        "print([name for name in ('sqlite_utils', 'cryptography') if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
