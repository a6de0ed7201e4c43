"""Days that were counted once: whatever changes later, a report says what counting row by row says."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ivr.clock import from_iso, iso
from ivr.line import days
from ivr.line.sums import FORM, Sums, counted
from ivr.storage import Entry
from ivr.storage.entry import JSON
from tests.line.house import House, house
from tests.line.test_report import END, START, made

FIRST = START - timedelta(weeks=1)
Late = Callable[[random.Random, str], Entry]


@pytest.fixture
def there(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, END + timedelta(hours=7)) as found:
        yield found


def both(one: House, since: datetime, until: datetime) -> tuple[Sums, Sums]:
    """The sums of a time by days, and counted row by row."""
    with one.line.store.read() as conn:
        span = iso(since), iso(until)
        return days.sums(conn, *span), counted(conn, *span)


def kept(one: House) -> set[object]:
    return {row["day"] for row in one.rows("SELECT day FROM days")}


def late(one: House, kind: str, number: int, call: str, **data: JSON) -> None:
    at = iso(one.clock.now(), milliseconds=True)
    assert one.line.store.record([Entry(at, call, kind, f"late {number}", data)])


def change(one: House, dice: random.Random, number: int) -> None:
    """Have something turn up that happened in some call, long ago or just now, as the journal takes it in."""
    call = f"CA{dice.randrange(400):032}"
    legs = {"group": "on_call", "legs": ["ana/0"]}
    kinds: dict[str, dict[str, JSON]] = {
        "call_started": {"caller_kind": "home", "revision": "r", "repeat": False},
        "path": {"path": dice.choice(("symptom", "booking"))},
        "page_opened": {"disposition": "two_hours", "signs": []},
        "ringing": {**legs, "ring": 9},
        "ring_ended": {**legs, "outcome": dice.choice(("busy", "failed", "dropped"))},
        "unanswered": {"group": "on_call"},
        "hung_up": {"step": "main.topic"},
        "page_taken": {"person": "chloe", "leg": "chloe/0", "sid": "CA2"},
        "page_closed": {"by": "chloe", "outcome": "coming_in"},
        "page_reopened": {"by": "chloe"},
        "promised": {"promise": "two_hours", "disposition": "two_hours", "due": iso(END)},
        "promise_kept": {"promise": "routine", "by": "ana", "how": "desk"},
        "promise_due": {"promise": "routine", "by": "ana"},
        "promise_missed": {"promise": "routine"},
    }
    kind = dice.choice(sorted(kinds))
    if kind in ("call_started", "page_opened", "page_taken", "ringing") and dice.random() < 0.5:
        # A line that was spilled then, and is filed only now.
        began = one.rows(f"SELECT started_at FROM calls WHERE call = '{call}'")[0]["started_at"]
        at = from_iso(str(began)) + timedelta(seconds=dice.randrange(-90_000, 90))
        entry = Entry(iso(at, milliseconds=True), call, kind, f"late {number}", kinds[kind])
        assert one.line.store.record([entry])
    else:
        late(one, kind, number, call, **kinds[kind])


@pytest.mark.parametrize("seed", range(4))
def test_a_report_by_days_says_what_counting_says_whatever_comes_late(there: House, seed: int) -> None:
    made(there.line.store, seed)
    dice = random.Random(seed)
    assert days.keep(there.line) == 35 and days.keep(there.line) == 0
    gone = 0
    for number in range(60):
        change(there, dice, number)
        since = FIRST + timedelta(seconds=dice.randrange(-90_000, 5 * 7 * 86400))
        length = dice.choice((600, 86400, 86400 * 3, 86400 * 50))
        by_days, rows = both(there, since, since + timedelta(seconds=dice.randrange(length)))
        assert by_days == rows, number
        by_days, rows = both(there, FIRST, there.clock.now())
        assert by_days == rows, number
        gone += days.keep(there.line)
    assert gone > 10


def test_an_outcome_days_later_counts_its_day_anew_and_no_other(there: House) -> None:
    calls = made(there.line.store, 1)
    days.keep(there.line)
    every = kept(there)
    # The page was opened on the day after its call began.
    night = next(one for one in calls if "page" in one and one["began"].hour == 23)
    late(there, "page_closed", 1, night["call"], by="ana", outcome="sent_to_ae")
    assert every - kept(there) == {iso(night["page"]["opened"])[:10]}
    assert days.keep(there.line) == 1 and kept(there) == every
    booked = next(one for one in calls if one["promise"] == "due" and one["began"] < END)
    late(there, "promise_kept", 2, booked["call"], promise="routine", by="ana", how="desk")
    assert every - kept(there) == {iso(booked["began"])[:10]}


def test_today_is_not_kept_nor_the_days_before_the_first_call(there: House) -> None:
    assert days.keep(there.line) == 0
    calls = made(there.line.store, 1)
    days.keep(there.line)
    today = iso(there.clock.now())[:10]
    first = iso(min(one["began"] for one in calls))[:10]
    assert min(str(day) for day in kept(there)) == first and max(str(day) for day in kept(there)) < today
    there.clock.move(86400)
    assert days.keep(there.line) == 1 and today in kept(there)


def test_days_in_another_form_are_counted_anew(there: House) -> None:
    made(there.line.store, 1)
    days.keep(there.line)
    there.line.store.write(lambda conn: conn.execute("UPDATE days SET form = 0, sums = '{\"hours\":[[]]}'"))
    by_days, rows = both(there, FIRST, END)
    assert by_days == rows
    assert days.keep(there.line) == 35
    assert there.rows("SELECT DISTINCT form FROM days") == [{"form": FORM}]


def test_whatever_is_counted_ends_its_day_when_it_changes(there: House) -> None:
    """Each column that the sums are read from has a trigger: SQLite says which columns those are."""
    made(there.line.store, 1)
    days.keep(there.line)
    read = set[tuple[str, str]]()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table and column:
            read.add((table, column))
        return sqlite3.SQLITE_OK

    with there.line.store.read() as conn:
        conn.set_authorizer(note)
        # Not as they are asked for elsewhere: a statement that was prepared before asks no more.
        counted(conn, iso(FIRST), iso(END) + "")
        conn.set_authorizer(None)
    names = {"calls": "call", "pages": "page", "attempts": "call", "promises": "call"}
    changing = {(table, column) for table, column in read if names[table] != column}
    assert len(changing) > 10 and {table for table, _ in changing} == names.keys()

    class Undone(Exception):
        pass

    for table, column in changing:

        def touch(conn: sqlite3.Connection, table: str = table, column: str = column) -> None:
            before = conn.execute("SELECT count(*) FROM days").fetchone()[0]
            conn.execute(f'UPDATE {table} SET "{column}" = "{column}"')
            assert conn.execute("SELECT count(*) FROM days").fetchone()[0] < before - 10, (table, column)
            raise Undone

        with pytest.raises(Undone):
            there.line.store.write(touch)


def test_sums_are_read_as_they_were_written() -> None:
    one, other = Sums(), Sums()
    one.hours["2026-11-24T02", "symptom"] = 3
    one.taken["ana", 2] = 1
    one.rang[42,] = 5
    other.read(one.text())
    assert other == one
    other.read(one.text())
    assert other.rang[42,] == 10
