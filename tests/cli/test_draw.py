"""`ivr draw`: the flows as files and as text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from click.testing import CliRunner, Result

from ivr.cli.draw import draw
from tests.cli.clinic import CONFIG


def type_draw(*words: str) -> Result:
    return CliRunner().invoke(draw, ["--config", str(CONFIG), *words], prog_name="ivr draw")


def test_each_flow_becomes_a_file(tmp_path: Path) -> None:
    drawn = type_draw("--svg", str(tmp_path / "new" / "folder"))
    assert drawn.exit_code == 0, drawn.output
    files = sorted((tmp_path / "new" / "folder").iterdir())
    assert [file.name for file in files] == ["concern.svg", "desk.svg", "main.svg"]
    assert drawn.output.splitlines() == [str(file) for file in files]
    assert all(ET.parse(file).getroot().tag == "{http://www.w3.org/2000/svg}svg" for file in files)


def test_one_flow_as_text() -> None:
    drawn = type_draw("desk", "--mermaid")
    assert drawn.output.startswith("## desk\n\n```mermaid\nflowchart TD\n") and drawn.output.endswith("```\n")
    assert "concern__" in drawn.output and "main__" not in drawn.output


def test_all_flows_as_text() -> None:
    assert type_draw("--mermaid").output.count("```mermaid") == 3


def test_what_can_not_be_drawn_is_told(tmp_path: Path) -> None:
    assert "--svg FOLDER or --mermaid" in type_draw().output
    assert "Did you mean 'desk'?" in type_draw("desc", "--mermaid").output
    (tmp_path / "file").write_text("")
    told = type_draw("--svg", str(tmp_path / "file" / "folder"))
    assert told.exit_code == 1 and "can't be written to" in told.output
