"""Endings that symptom and booking share: an open flow, in which key 0 keeps its meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.loader import load
from ivr.flow.model import Flows
from ivr.flow.turn import Recorded, TakeMessage
from tests.flow.shipped import DAY, KNOWN, rung, walk
from tests.flow.sound import CONCERN, MAIN

ENDINGS = """\
flow: endings
start: more
steps:
  more: {ask: "Press 1 to leave a message.", keys: {"1": note}, silence: bye, wrong: bye}
  note: {record: general, done: bye, nothing: bye}
  bye: {end: "Goodbye."}
"""


@pytest.fixture
def flows(tmp_path: Path) -> Flows:
    (tmp_path / "main.yaml").write_text(MAIN.replace('"2": bye', '"2": endings'), "utf-8")
    (tmp_path / "concern.yaml").write_text(CONCERN.replace("no: soon", "no: endings"), "utf-8")
    (tmp_path / "endings.yaml").write_text(ENDINGS, "utf-8")
    return load(tmp_path, "main", KNOWN)


def test_key_0_still_rings_a_clinician_from_a_menu(flows: Flows) -> None:
    call = walk("1", "2", "0", facts=DAY, flows=flows)
    assert rung(call.turns) == [("on_call", ("ana",))]


def test_key_0_still_rings_a_clinician_from_a_recording(flows: Flows) -> None:
    call = walk("1", "2", "1", facts=DAY, flows=flows)
    assert call.last.wait == TakeMessage("general", 60, "0")
    call = walk("1", "2", "1", Recorded(3, "0"), facts=DAY, flows=flows)
    assert rung(call.turns) == [("on_call", ("ana",))]


def test_key_0_rings_nobody_for_a_caller_without_a_sign(flows: Flows) -> None:
    assert walk("2", "1", facts=DAY, flows=flows).last.wait == TakeMessage("general", 60)
    assert rung(walk("2", "0", facts=DAY, flows=flows).turns) == []
