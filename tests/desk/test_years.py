"""The record that the bench makes is one that the line could have written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bench.years import make
from ivr.storage import Store, journal
from tests.desk.desk import desk, words
from tests.line.house import NIGHT


def test_a_made_record_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "two"):
        make(tmp_path / name, 300, end=NIGHT)
        with Store(tmp_path / name) as store, store.read() as conn:
            found = journal.verify(conn)
            assert found.ok and found.entries > 1200, found.problem
            assert [row[0] for row in conn.execute("PRAGMA foreign_key_check")] == []
            heads.append(found.head)
            for sql in (
                "promises WHERE state = 'kept'",
                "pages WHERE unanswered_at IS NOT NULL AND accepted_at > unanswered_at",
                "attempts WHERE outcome = 'busy'",
            ):
                assert conn.execute(f"SELECT count(*) FROM {sql}").fetchone()[0] > 3, sql
            late = "SELECT max(max(opened_at), max(accepted_at), max(closed_at)) FROM pages"
            assert conn.execute(late).fetchone()[0] < "2026-11-24T02:20"
    assert heads[0] == heads[1]
    make(tmp_path / "three", 300, seed=2, end=NIGHT)
    with desk(tmp_path / "three", datetime.fromisoformat("2026-11-24T02:30:00+00:00")) as opened:
        kim = opened.as_("kim", "clinician")
        assert "Pages that wait for a clinician (3)" in words(kim.get("/desk/now"))
        assert "Earlier calls" in words(kim.get("/desk/calls"))
        assert "The caller heard" not in words(kim.get(f"/desk/calls/CA{299:032x}"))
        assert len(kim.get("/desk/calls.csv").text.splitlines()) == 301
