"""Older databases, with what is in them, become today's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from ivr.storage import StorageError, Store, journal
from ivr.storage.connection import SCHEMA, prepare, writer
from ivr.storage.journal import append
from ivr.storage.migrations import MIGRATIONS, migrate
from tests.storage.lines import CALL, entry, started


def older(data: Path, stop_before: str) -> None:
    """Make a database as the line had it before a migration, with a line in its journal."""
    data.mkdir(exist_ok=True)
    conn = writer(data / "line.db", 1.0)
    conn.execute("PRAGMA journal_mode = WAL")
    migrate(conn, stop_before)
    conn.execute("BEGIN IMMEDIATE")
    append(conn, [entry("alarm", "old", call="", what="from before")])
    conn.execute("COMMIT")
    conn.close()


def names() -> list[str]:
    return [migration.name for migration in MIGRATIONS.pending(Database(memory=True))]


def test_the_schema_number_counts_the_migrations() -> None:
    assert len(names()) == SCHEMA


@pytest.mark.parametrize("stop_before", names()[1:])
def test_an_older_database_keeps_what_it_has(tmp_path: Path, stop_before: str) -> None:
    older(tmp_path, stop_before)
    with Store(tmp_path) as store:
        assert store.record([started(), entry("text", "x", template="told", to="on_call", readers=["ana"])])
        with store.read() as conn:
            assert journal.verify(conn) == journal.verify(conn)
            assert journal.verify(conn).entries == 3
            assert journal.lines(conn, "")[0].data == {"what": "from before"}
            assert conn.execute("PRAGMA user_version").fetchone()[0] == SCHEMA
            assert len(journal.lines(conn, CALL)) == 2


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older(tmp_path, names()[1])
    known = list(MIGRATIONS._migrations)

    def broken(db: Database) -> None:
        db.execute("CREATE TABLE half (x)")
        db.execute("INSERT INTO nowhere VALUES (1)")

    monkeypatch.setattr(MIGRATIONS, "_migrations", [*known, MIGRATIONS._Migration("0099_broken", broken)])
    with pytest.raises(StorageError, match="no such table: nowhere"):
        prepare(tmp_path)
    conn = sqlite3.connect(tmp_path / "line.db")
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert conn.execute("PRAGMA user_version").fetchone()[0] == 1
    conn.close()
    assert "half" not in tables
    assert "calls" not in tables
    monkeypatch.undo()
    with Store(tmp_path) as store:
        assert store.record([started()])


def test_every_foreign_key_holds_after_a_whole_run(store: Store) -> None:
    store.record([started(), entry("sign", "s", gate="a.b", sign="x", how="key")])
    with store.read() as conn:
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
