"""`ivr rota`: names, in order, by the clinic's clocks."""

from __future__ import annotations

from pathlib import Path

from tests.cli.clinic import type_in
from tests.cli.test_check import change, copied


def test_who_is_on_call_at_a_time() -> None:
    asked = type_in("rota", "--at", "2026-11-24 02:10", "--days", "0")
    assert asked.output.splitlines() == [
        "On call Tue 24 Nov 2026 02:10",
        "  1. Ben Ashdown",
        "  2. Chloe Farrow",
        "  3. Ana Marlow",
    ]


def test_changes_ahead_over_the_end_of_summer_time() -> None:
    asked = type_in("rota", "--at", "2026-10-25 01:30", "--days", "1")
    assert asked.output.splitlines()[5:] == [
        "Changes in the next day",
        "  Sun 25 Oct 08:00  Chloe Farrow, Ana Marlow",
        "  Sun 25 Oct 20:00  Ben Ashdown, Chloe Farrow, Ana Marlow",
        "",
        "No gaps in the next day",
    ]


def test_a_gap_ahead_is_named(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(file, 'to: "2026-12-27 08:00", chain: [chloe, ben]', 'to: "2026-12-27 08:00", chain: [chloe]')
    asked = type_in("rota", "--config", str(file), "--at", "2026-12-20 12:00")
    *_, head, gap = asked.output.splitlines()
    assert head == "Gaps in the next 14 days"
    assert gap == "  Thu 24 Dec 18:00 to Sun 27 Dec 08:00  only Chloe Farrow"


def test_a_time_that_cannot_be_is_refused_in_one_line() -> None:
    for at, why in (("yesterday", "is not a date and time"), ("2026-03-29 01:30", "never happens")):
        asked = type_in("rota", "--at", at)
        assert asked.exit_code == 2 and why in asked.output and asked.output.count("\n") == 1


def test_no_number_is_shown() -> None:
    assert "+44" not in type_in("rota", "--days", "366").output
