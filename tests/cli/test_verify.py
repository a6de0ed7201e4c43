"""`ivr verify`: a journal that was changed can't pass."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ivr.storage import Store
from tests.cli.clinic import TAKEN, keep, run, type_in


def test_an_untouched_journal_holds(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, TAKEN)
    found = run("verify", env={"IVR_DATA": str(tmp_path)})
    assert found.returncode == 0 and found.stdout.startswith(f"The journal holds: {len(TAKEN)} lines, head ")


def test_a_changed_line_is_found(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, TAKEN)
    conn = sqlite3.connect(tmp_path / "line.db")
    conn.executescript(
        "DROP TRIGGER journal_keeps_words;"
        "UPDATE journal SET data = replace(data, 'silence', 'key') WHERE kind = 'sign'"
    )
    conn.close()
    found = type_in("verify", data=tmp_path)
    assert found.exit_code == 1
    assert found.output.startswith("Error: the journal doesn't hold: line 5 (2026-11-24T02:10:24.000Z)")


def test_the_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).close()
    conn = sqlite3.connect(tmp_path / "line.db")
    conn.execute("PRAGMA user_version = 99")
    conn.close()
    found = type_in("verify", data=tmp_path)
    assert found.exit_code == 1 and "a newer version" in found.output
