"""The chain: what holds, and what is found when somebody changes it."""

from __future__ import annotations

import json
import re
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.storage import Store, journal
from ivr.storage.journal import GENESIS, TRIGGERS, link
from tests.storage.lines import CALL, CALLER, OTHER, entry, started, tampered, turn

FREE = [f"DROP TRIGGER {name}" for name in TRIGGERS]


def verdict(store: Store) -> journal.Verdict:
    with store.read() as conn:
        return journal.verify(conn)


def test_an_empty_journal_holds(store: Store) -> None:
    assert verdict(store) == journal.Verdict(True, 0, GENESIS)


def test_lines_are_chained_and_read_back(store: Store) -> None:
    assert store.record([started(), turn(1)])
    assert store.record([turn(2)])
    assert verdict(store).ok
    assert verdict(store).entries == 3
    with store.read() as conn:
        story = journal.lines(conn, CALL)
    assert [line.kind for line in story] == ["call_started", "turn", "turn"]
    assert story[1].data == {"step": "main.s1", "input": "key 1", "next": "main.s2"}


def test_the_same_webhook_twice_is_one_line(store: Store) -> None:
    assert store.record([started(), turn(1)])
    assert store.record([started(), turn(1), turn(2)])
    assert store.record([turn(1, OTHER)])  # another call's key is another line
    assert verdict(store).entries == 4


def test_no_number_is_in_the_journal(store: Store) -> None:
    store.record([started()])
    with store.read() as conn:
        for row in conn.execute("SELECT * FROM journal"):
            assert CALLER not in "".join(map(str, tuple(row)))


def test_a_number_can_be_erased_and_the_chain_still_holds(store: Store) -> None:
    store.record([started()])
    store.write(lambda conn: conn.execute("UPDATE calls SET caller = NULL"))
    assert verdict(store).ok


@given(
    at=st.text(),
    call=st.text(),
    kind=st.text(),
    key=st.text(),
    data=st.dictionaries(st.text(), st.integers()),
)
def test_a_link_is_the_hash_of_canonical_json(
    at: str, call: str, kind: str, key: str, data: dict[str, int]
) -> None:
    fields = {"at": at, "call": call, "kind": kind, "key": key, "data": data}
    line = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    assert link(GENESIS, at, call, kind, key, text) == sha256((GENESIS + line).encode()).hexdigest()


@pytest.mark.parametrize(
    "change", ["UPDATE journal SET key = 'x' WHERE seq = 2", "DELETE FROM journal WHERE seq = 2"]
)
def test_a_line_is_neither_changed_nor_deleted(store: Store, change: str) -> None:
    store.record([started(), turn(1), turn(2)])
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write(lambda conn: conn.execute(change))
    assert verdict(store).entries == 3


@pytest.mark.parametrize(
    ("changes", "finds"),
    [
        (['UPDATE journal SET data = \'{"path":"open"}\' WHERE seq = 2'], "line 2 .* was changed"),
        (["UPDATE journal SET at = '2026-11-24T02:00:09.000Z' WHERE seq = 3"], "line 3 .* was changed"),
        (["UPDATE journal SET key = 'other' WHERE seq = 1"], "line 1 .* was changed"),
        (["UPDATE journal SET hash = hex(randomblob(32)) WHERE seq = 4"], "line 4 .* was changed"),
        (["DELETE FROM journal WHERE seq = 2"], "line 2 is missing"),
        (["DELETE FROM journal WHERE seq = 1"], "line 1 is missing"),
        (
            ["DELETE FROM journal WHERE seq = 2", "UPDATE journal SET seq = seq - 1 WHERE seq > 2"],
            "line 2 .* changed",
        ),
        ([], "the trigger journal_keeps_lines .* was removed"),
    ],
)
def test_tampering_is_found(tmp_path: Path, changes: list[str], finds: str) -> None:
    with Store(tmp_path) as store:
        store.record([started(), turn(1), turn(2), turn(3)])
    tampered(tmp_path, *FREE, *changes)
    with Store(tmp_path) as store:
        found = verdict(store)
    assert not found.ok
    assert re.search(finds, found.problem), found.problem


def test_a_table_that_cannot_be_updated_costs_no_line(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.write(lambda conn: conn.execute("DROP TABLE signs"))
    said = entry("sign", "s", gate="concern.skin", sign="skin colour", how="key")
    assert store.record([said, turn(1)])
    assert verdict(store).entries == 2
    assert "its table wasn't updated: OperationalError" in caplog.text
    assert "skin colour" not in caplog.text


def test_troubles_are_found_from_where_one_left_off(store: Store) -> None:
    store.record(
        [started(), entry("alarm", "a", call="", what="late"), turn(1), entry("safe_answer", "b", where="x")]
    )
    with store.read() as conn:
        first, second = journal.troubles(conn)
        assert (first.kind, second.kind) == ("alarm", "safe_answer")
        assert journal.troubles(conn, after=first.seq) == [second]
        plan = conn.execute(
            "EXPLAIN QUERY PLAN SELECT seq FROM journal WHERE kind IN ('spilled', 'alarm', 'safe_answer')"
            " AND seq > 5 ORDER BY seq"
        ).fetchall()
    assert any("journal_troubles" in row["detail"] for row in plan)
