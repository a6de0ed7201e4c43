"""One judgement of config and flows: what another room asks before it takes them in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import app
from ivr.config import load
from ivr.flow.rules import RULES
from ivr.flow.timing import modelled
from ivr.proof import Proof, prove
from ivr.proof.speech import PROGRAM, Teller, teller
from tests.flow_proof.clinic import NOW, ROOT, copy

MODEL = Teller(modelled, 150)


def proved(path: Path, voice: Teller = MODEL) -> Proof:
    config = load(path, {}, now=NOW)
    return prove(config, app.flows(config), NOW, voice)


@pytest.fixture(scope="module")
def shipped() -> Proof:
    return proved(ROOT / "config.yaml")


def test_what_is_shipped_is_safe_and_only_unsigned(shipped: Proof) -> None:
    assert shipped.errors == () and shipped.held == len(RULES)
    assert "signed" in {one.rule for one in shipped.warnings}


@pytest.mark.parametrize("program", [PROGRAM, "nowhere"])
def test_it_is_as_safe_by_rendered_and_by_modelled_seconds(tmp_path: Path, program: str) -> None:
    assert proved(ROOT / "config.yaml", teller(program=program, folder=tmp_path)).errors == ()


def test_an_unsigned_line_that_is_no_rehearsal_is_refused(tmp_path: Path) -> None:
    file = copy(tmp_path)
    file.write_text(file.read_text().replace("rehearsal: true", "rehearsal: false"))
    found = proved(file)
    assert found.broken == {"signed"} and found.held == len(RULES) - 1
    assert [Path(one.file).name for one in found.errors] == ["concern.yaml", "desk.yaml", "main.yaml"]


def test_limits_are_those_of_the_config(tmp_path: Path) -> None:
    file = copy(tmp_path)
    text = file.read_text().replace("rings_within: 45", "rings_within: 40")
    file.write_text(text.replace("advice_within: 120", "advice_within: 90"))
    assert proved(file).broken == {"rings in time", "advised in time"}


def test_a_slower_voice_takes_longer(tmp_path: Path) -> None:
    file = copy(tmp_path)
    file.write_text(file.read_text().replace("words_a_minute: 150", "words_a_minute: 120"))
    config = load(file, {}, now=NOW)
    found = prove(config, app.flows(config), NOW)
    assert "rings in time" in found.broken and "120 words a minute" in found.voice.says([])


def test_a_violation_names_a_line_of_the_config_and_of_a_flow(tmp_path: Path) -> None:
    file = copy(tmp_path)
    file.write_text(file.read_text().replace("Polly.Amy-Neural", "Polly.Joanna-Neural"))
    concern = tmp_path / "flows" / "concern.yaml"
    concern.write_text(concern.read_text().replace("unanswered: nobody_yet", "unanswered: promised"))
    places = {one.rule: (Path(one.file).name, one.line) for one in proved(file).errors}
    line = next(n for n, row in enumerate(file.read_text().splitlines(), 1) if "voice:" in row)
    assert places["voice known"] == ("config.yaml", line) and places["cared for"][0] == "concern.yaml"


def test_the_documents_name_every_rule_and_what_it_holds() -> None:
    text = (ROOT / "docs" / "flows.md").read_text("utf-8")
    assert [f"| {rule.name} | {rule.says} |" in text for rule in RULES] == [True] * len(RULES)
