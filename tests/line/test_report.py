"""The sums of a report, held against ones that are counted the slow way on a made-up record."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.clock import iso
from ivr.line.report import Report, Spread, report, spread
from ivr.line.sums import missed
from ivr.rota.local import wall
from ivr.rota.rota import chain_at
from ivr.storage import Store, figures
from tests.line.house import config

END = datetime(2026, 11, 9, tzinfo=UTC)  # the clocks went back within the weeks before
START = END - timedelta(weeks=4)


def made(store: Store, seed: int, count: int = 400) -> list[dict[str, Any]]:
    """Fill the tables with calls of six weeks; return them, each with its page and its rings."""
    dice, calls = random.Random(seed), []
    for number in range(count):
        began = START - timedelta(weeks=1) + timedelta(seconds=dice.randrange(6 * 7 * 86400))
        call: dict[str, Any] = {"call": f"CA{number:032}", "began": began}
        call["path"] = dice.choice(("symptom", "booking", "open"))
        call["promise"] = dice.choice((None, None, "kept", "missed", "due"))
        if call["path"] == "symptom" or dice.random() < 0.1:
            opened = began + timedelta(seconds=dice.randrange(20, 60))
            rings = [
                (opened + timedelta(seconds=20 * at), dice.choice((None, "busy", "no_answer", "failed")))
                for at in range(dice.randrange(4))
            ]
            taken = opened + timedelta(seconds=dice.randrange(5, 90)) if dice.random() < 0.5 else None
            call["page"] = {
                "opened": opened,
                "rings": rings,
                "taken": taken,
                "by": dice.choice(("ana", "ben")) if taken else None,
                "gone": dice.random() < 0.2,
                "vain": opened + timedelta(minutes=2) if dice.random() < 0.4 else None,
                "disposition": dice.choice(("emergency", "clinician_now")),
                "outcome": dice.choice((None, "spoken_with", "not_reached")),
            }
        calls.append(call)

    def insert(conn: sqlite3.Connection) -> None:
        for call in calls:
            _insert(conn, call)

    store.write(insert)
    return calls


def _insert(conn: sqlite3.Connection, call: dict[str, Any]) -> None:
    sid, began = call["call"], iso(call["began"])
    conn.execute(
        "INSERT INTO calls (call, ref, started_at, last_at, path) VALUES (?, 'R', ?, ?, ?)",
        (sid, began, iso(call["began"], milliseconds=True), call["path"]),
    )
    if call["promise"]:
        conn.execute(
            "INSERT INTO promises (call, promise, disposition, due_at, state)"
            " VALUES (?, 'routine', 'routine', ?, ?)",
            (sid, began, call["promise"]),
        )
    if page := call.get("page"):
        conn.execute(
            "INSERT INTO pages (page, ref, opened_at, disposition, caller_gone, unanswered_at, accepted_by,"
            " accepted_at, outcome) VALUES (?, 'R', ?, ?, ?, ?, ?, ?, ?)",
            (sid, iso(page["opened"]), page["disposition"], int(page["gone"]))
            + (iso(page["vain"]) if page["vain"] else None, page["by"])
            + (iso(page["taken"]) if page["taken"] else None, page["outcome"]),
        )
        for ring, (at, outcome) in enumerate(page["rings"]):
            conn.execute(
                'INSERT INTO attempts (call, "group", leg, ring, started_at, outcome)'
                " VALUES (?, 'on_call', 'ana/0', ?, ?, ?)",
                (sid, ring, iso(at), outcome),
            )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as found:
        yield found


def asked(store: Store, tmp_path: Path, since: datetime = START, until: datetime = END) -> Report:
    with store.read() as conn:
        return report(conn, config(tmp_path), since, until)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sums_are_those_counted_one_by_one(store: Store, tmp_path: Path, seed: int) -> None:
    calls = made(store, seed)
    found = asked(store, tmp_path)
    within = [one for one in calls if START <= one["began"] < END]
    hours: Counter[tuple[int, str]] = Counter(
        (wall(one["began"], "Europe/London").hour, one["path"]) for one in within
    )
    told = {(hour, path): count for hour, by in found.hours.items() for path, count in by.items()}
    assert told == hours and found.calls == len(within)
    about = [one for one in within if one["path"] == "booking"]
    assert found.bookings == (len(about), sum("page" in one for one in about))
    assert found.promises == Counter(one["promise"] for one in within if one["promise"])
    pages = [(one, one["page"]) for one in calls if "page" in one and START <= one["page"]["opened"] < END]
    taken = [(one, page) for one, page in pages if page["taken"]]
    assert found.pages == len(pages)
    assert found.outcomes == Counter((page["disposition"], page["outcome"] or "") for _, page in pages)
    first = [page["rings"][0][0] - one["began"] for one, page in pages if page["rings"]]
    rang = Counter((int(length.total_seconds()),) for length in first)
    human = Counter((int((page["taken"] - one["began"]).total_seconds()),) for one, page in taken)
    assert found.rang == spread(rang) and found.human == spread(human)
    assert found.taken == Counter(
        (page["by"], sum(at <= page["taken"] for at, _ in page["rings"])) for _, page in taken
    )
    vain = sum(bool(page["vain"] or (page["gone"] and not page["taken"])) for _, page in pages)
    assert sum(found.misses.values()) == vain > 0
    alone = config(tmp_path).rota_table()
    assert found.misses["coverage gap"] == sum(
        bool(page["vain"] or (page["gone"] and not page["taken"])) and not chain_at(alone, page["opened"])
        for _, page in pages
    )


def test_no_call_at_all_is_a_report_too(store: Store, tmp_path: Path) -> None:
    found = asked(store, tmp_path)
    assert (found.calls, found.rang, found.misses) == (0, None, {})


@pytest.mark.parametrize(
    ("outcomes", "rings", "gone", "vain", "why"),
    [
        ("", 0, 0, None, ""),
        ("", 0, 1, None, "caller gone"),
        ("", 0, 0, "x", "configuration"),
        ("failed", 2, 0, "x", "configuration"),
        ("busy", 2, 0, "x", "busy"),
        ("busy,failed", 2, 0, "x", "busy"),
        ("busy,no_answer", 2, 0, "x", "unreachable"),
        ("passed_on", 1, 1, "x", "unreachable"),
    ],
)
def test_why_nobody_took_it(outcomes: str, rings: int, gone: int, vain: str | None, why: str) -> None:
    row = {"outcomes": outcomes, "rings": rings, "caller_gone": gone, "unanswered_at": vain}
    assert missed(row | {"accepted_at": None}) == why


def test_the_spread_names_seconds_that_happened() -> None:
    assert spread({(one,): 1 for one in range(1, 101)}) == Spread(100, 50, 95, 100)
    assert spread({(9,): 1, (7,): 1, (8,): 18}) == Spread(20, 8, 8, 9)
    assert spread({(7,): 1}) == Spread(1, 7, 7, 7)
    assert spread({}) is None


def test_its_questions_are_answered_from_indexes_that_hold_all_they_ask_for(store: Store) -> None:
    made(store, 1)
    with store.read() as conn:
        plan = [
            str(row["detail"])
            for row in conn.execute(f"EXPLAIN QUERY PLAN {figures.PAGES}", (iso(START), iso(END)))
        ]
    told = "\n".join(plan)
    assert "attempts USING COVERING INDEX attempts_call (call=?)" in told
    assert "pages USING COVERING INDEX pages_opened (opened_at>? AND opened_at<?)" in told
    assert not any("SCAN" in one or "TEMP B-TREE FOR ORDER BY" in one for one in plan), plan
