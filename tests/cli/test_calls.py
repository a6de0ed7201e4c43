"""`ivr calls`: the table that a clinic looks at each morning."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from ivr.storage import Store
from tests.cli.clinic import CALL, NIGHT, TAKEN, UNANSWERED, keep, type_in

OTHER = "CA" + "5" * 32


def kept(data: Path) -> None:
    with Store(data) as store:
        keep(store, TAKEN)
        keep(store, UNANSWERED, OTHER, NIGHT + timedelta(hours=5), caller="")


def test_the_latest_come_first_with_what_became_of_them(tmp_path: Path) -> None:
    kept(tmp_path)
    heads, newest, oldest = type_in("calls", data=tmp_path).output.splitlines()
    assert heads.split() == "ref when caller path disposition page promise length messages".split()
    assert "Tue 24 Nov 07:10" in newest and "withheld" in newest
    assert "OPEN, nobody took it, caller gone" in newest and newest.endswith("live    1")
    assert "Tue 24 Nov 02:10" in oldest and "+44…123" in oldest
    assert "clinician now" in oldest and "taken by Ana Marlow" in oldest and "2:20" in oldest


def test_only_those_that_wait_for_a_clinician(tmp_path: Path) -> None:
    kept(tmp_path)
    found = json.loads(type_in("calls", "--open", "--json", data=tmp_path).output)
    assert [call["call"] for call in found] == [OTHER]


def test_other_programs_get_json_without_a_number(tmp_path: Path) -> None:
    kept(tmp_path)
    shown = type_in("calls", "--json", "-n", "2", data=tmp_path).output
    assert "7700900" not in shown
    newest, oldest = json.loads(shown)
    assert oldest["call"] == CALL and oldest["seconds"] == 140 and oldest["caller"] == "+44…123"
    assert newest["messages"] == 1 and newest["state"] == "live"
    assert len(json.loads(type_in("calls", "--json", "-n", "1", data=tmp_path).output)) == 1


def test_looking_makes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    asked = type_in("calls", data=data)
    assert asked.exit_code == 1 and "nothing has been kept yet" in asked.output and not data.exists()


def test_an_empty_line_says_so(tmp_path: Path) -> None:
    Store(tmp_path).close()
    assert type_in("calls", data=tmp_path).output == "No calls yet.\n"
    assert type_in("calls", "--open", data=tmp_path).output == "No page is open.\n"


def test_it_reads_beside_a_line_that_writes(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, TAKEN)
        assert "taken by Ana Marlow" in type_in("calls", data=tmp_path).output


def test_what_lies_in_the_spill_file_is_told_of(tmp_path: Path) -> None:
    Store(tmp_path).close()
    (tmp_path / "spill.jsonl").write_text("{}\n")
    assert "still in the spill file" in type_in("calls", data=tmp_path).output


def test_a_file_that_is_no_database_costs_one_line(tmp_path: Path) -> None:
    (tmp_path / "line.db").write_bytes(b"not a database" * 100)
    asked = type_in("calls", data=tmp_path)
    assert asked.exit_code == 1 and "can't be read" in asked.output and asked.output.count("\n") == 1
