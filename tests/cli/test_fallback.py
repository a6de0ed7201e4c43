"""`ivr fallback`: the files, whom they ring, and until when that is right."""

from __future__ import annotations

from pathlib import Path

from tests.cli.clinic import type_in


def test_it_says_whom_it_rings_until_when_and_where_not_to_host_it(tmp_path: Path) -> None:
    asked = type_in("fallback", "--out", str(tmp_path / "x7"))
    assert asked.exit_code == 0, asked.output
    assert asked.output.startswith("Rings ") and asked.output.count("Ashdown") == 1
    assert "The order is right until" in asked.output and "WARNING: the clinicians' numbers" in asked.output
    assert "+4477" not in asked.output and "+4477009" in (tmp_path / "x7" / "voice.xml").read_text()
    assert {path.name for path in (tmp_path / "x7").iterdir()} == {
        *("voice.xml", "whisper.xml", "accept.xml", "pass.xml", "README.txt")
    }


def test_advice_alone_holds_no_number(tmp_path: Path) -> None:
    type_in("fallback", "--out", str(tmp_path))
    asked = type_in("fallback", "--out", str(tmp_path), "--without-numbers")
    assert asked.output.startswith("Rings nobody") and "WARNING" not in asked.output
    assert {path.name for path in tmp_path.iterdir()} == {"voice.xml", "README.txt"}
    assert "+44" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_costs_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    asked = type_in("fallback", "--out", str(tmp_path / "file" / "x"))
    assert asked.exit_code == 1 and asked.output.endswith("Name a folder that can be written.\n")
