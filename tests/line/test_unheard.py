"""Messages that nobody listens to are told of once, and what is past its days is erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.clock import iso
from ivr.line import message, retention, unheard
from ivr.storage import Entry, StorageError, inbox
from ivr.storage.entry import JSON
from tests.line.house import CALL, House, house


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as opened:
        yield opened


def left(line: House, box: str, index: int = 1, call: str = CALL) -> str:
    """File a message with its audio; return its id."""
    sid, at = f"RE{index:032x}", iso(line.clock.now(), milliseconds=True)
    file = message.sealed(line.line).keep(b"RIFF sound", sid)
    filed = Entry(at, call, "message", f"m{index}", {"box": box, "seconds": 9, "recording": sid})
    kept: dict[str, JSON] = {"recording": sid, "file": file, "bytes": 10}
    line.line.store.record([filed, Entry(at, call, "message_kept", f"k{index}", kept)])
    return sid


def texts(line: House) -> list[tuple[object, object]]:
    return [(row["reader"], row["words"]) for row in line.rows("SELECT * FROM outbox ORDER BY id")]


@pytest.mark.parametrize(
    ("at", "box", "due"),
    [
        ("2026-11-24T02:10:00Z", "booking", "2026-11-24T08:00:00Z"),
        ("2026-11-24T08:00:00Z", "general", "2026-11-25T08:00:00Z"),
        ("2026-07-01T05:00:00Z", "booking", "2026-07-01T07:00:00Z"),  # British summer time
        ("2026-10-24T20:00:00Z", "booking", "2026-10-25T08:00:00Z"),  # the clocks go back in the night
        ("2026-11-24T02:10:00Z", "urgent", "2026-11-24T02:40:00Z"),
        ("2026-11-24T02:10:00Z", "no longer there", "2026-11-24T02:40:00Z"),
    ],
)
def test_when_a_message_is_due(line: House, at: str, box: str, due: str) -> None:
    assert iso(unheard.due(line.line.config, box, at)) == due


def test_bookings_are_the_owners_and_one_text_a_box(line: House) -> None:
    left(line, "booking", 1)
    left(line, "booking", 2, "CA" + "4" * 32)
    left(line, "general", 3, "CA" + "5" * 32)
    line.clock.move((timedelta(hours=6, minutes=49)).total_seconds())
    assert unheard.tell(line.line) == 0  # 8:59: somebody may be listening
    line.clock.move(60)
    assert unheard.tell(line.line) == 3
    assert texts(line) == [("ana", '{"box": "booking"}'), ("ana", '{"box": "general"}')]
    assert unheard.tell(line.line) == 0 and len(texts(line)) == 2


def test_urgent_ones_are_told_to_the_chain_and_soon(line: House) -> None:
    left(line, "urgent")
    line.clock.move(29 * 60)
    assert unheard.tell(line.line) == 0
    line.clock.move(60)
    unheard.tell(line.line)
    assert [reader for reader, _ in texts(line)] == ["ben", "chloe", "ana"]
    assert {row["urgent"] for row in line.rows("SELECT urgent FROM outbox")} == {1}


@pytest.mark.parametrize("settled", ["heard", "done", "taken", "silent"])
def test_nobody_is_told_of_what_is_settled(line: House, settled: str) -> None:
    sid, now, store = left(line, "urgent"), line.clock.now(), line.line.store
    if settled == "heard":
        store.write(lambda conn: inbox.played(conn, sid, "kim", now, True))
    elif settled == "done":
        store.write(lambda conn: inbox.done(conn, sid, "kim", now))
    elif settled == "silent":
        store.write(lambda conn: conn.execute("UPDATE messages SET state='lost', why=?", (inbox.SILENT,)))
    else:
        at = iso(now, milliseconds=True)
        opened = Entry(at, CALL, "page_opened", "p", {"disposition": "emergency", "signs": []})
        store.record([opened])
        store.write(lambda conn: conn.execute("UPDATE pages SET state = 'taken'"))
    line.clock.move(3600)
    assert unheard.tell(line.line) == 0 and texts(line) == []


def test_what_is_past_its_days_is_erased_with_its_note(line: House) -> None:
    old = left(line, "booking", 1)
    store, files = line.line.store, message.sealed(line.line)
    store.write(lambda conn: inbox.note(conn, old, "wants Thursday", "joe", line.clock.now()))
    line.clock.move(timedelta(days=15).total_seconds())
    young = left(line, "general", 2, "CA" + "4" * 32)
    line.clock.move(timedelta(days=14, hours=23).total_seconds())
    assert retention.erase(line.line, files) == 0
    line.clock.move(3601)
    assert retention.erase(line.line, files) == 1
    rows = line.rows("SELECT message, state, file, note FROM messages ORDER BY left_at")
    assert rows[0] == {"message": old, "state": "deleted", "file": None, "note": ""}
    assert rows[1]["message"] == young and rows[1]["state"] == "kept"
    assert [path.suffix for path in files.folder.iterdir()] == [".sealed"]
    [told] = line.rows("SELECT data FROM journal WHERE kind = 'message_deleted'")
    assert told["data"] == f'{{"recording":"{old}","where":"line"}}'
    assert retention.erase(line.line, files) == 0
    with pytest.raises(StorageError):
        files.open("0" * 32 + ".sealed")


def test_a_box_that_config_lost_keeps_as_long_as_the_longest(line: House) -> None:
    left(line, "bygone")
    files = message.sealed(line.line)
    longest = max(box.keep_days for box in line.line.config.boxes.values())
    line.clock.move(timedelta(days=longest).total_seconds() - 1)
    assert retention.erase(line.line, files) == 0
    line.clock.move(2)
    assert retention.erase(line.line, files) == 1
