"""Nothing is forgotten: each kind, field, event and outcome has its branch, its use and its docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.dial import OUTCOMES
from ivr.flow.engine import ENTER, RESUME
from ivr.flow.model import WORDS
from ivr.flow.steps import KINDS
from ivr.flow.ties import Header
from ivr.flow.turn import EVENTS, HangUp, Listen, Ring, TakeMessage
from tests.flow.every_turn import every_turn
from tests.flow.shipped import FLOWS, FOLDER, spoken

DOCS = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """The text below a heading of docs/flows.md, to the next heading."""
    _, found, after = DOCS.partition(f"# `{heading}`")
    assert found, f"docs/flows.md has no section `{heading}`"
    return after.partition("\n#")[0]


def test_each_kind_can_be_entered() -> None:
    assert ENTER.keys() == KINDS.keys()


def test_just_the_kinds_that_wait_for_somebody_can_be_resumed() -> None:
    waiting = {
        FLOWS.steps[turn.position.step].kind for turn in every_turn() if not isinstance(turn.wait, HangUp)
    }
    assert RESUME.keys() == waiting


def test_each_kind_is_used_in_a_shipped_flow() -> None:
    assert {step.kind for step in FLOWS.steps.values()} == set(KINDS)


def test_each_kind_opens_with_a_field_of_its_name() -> None:
    for name, kind in KINDS.items():
        assert next(iter(kind.model_fields)) == name == kind.kind
        assert {*kind.targets, *kind.texts} <= kind.model_fields.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_and_each_of_its_fields_is_in_the_docs(kind: str) -> None:
    text = section(kind)
    assert "```yaml" in text
    missing = [field for field in KINDS[kind].model_fields if f"`{field}`" not in text]
    assert not missing


def test_each_field_at_the_top_of_a_file_and_each_word_in_braces_is_in_the_docs() -> None:
    assert not [field for field in Header.model_fields if f"`{field}`" not in DOCS]
    assert not [word for word in WORDS if f"`{{{word}}}`" not in DOCS]


def test_each_event_is_noted_by_some_call_with_just_its_fields() -> None:
    fields = {
        (event.kind, tuple(name for name, _ in event.data)) for turn in every_turn() for event in turn.events
    }
    assert fields == set(EVENTS.items())


def test_each_outcome_of_a_ring_is_reached() -> None:
    outcomes = {
        event.get("outcome") for turn in every_turn() for event in turn.events if event.kind == "ring_ended"
    }
    assert outcomes == set(OUTCOMES)


def test_each_wait_is_met() -> None:
    assert {type(turn.wait) for turn in every_turn()} == {Listen, Ring, TakeMessage, HangUp}


def test_each_step_that_speaks_is_heard_by_somebody() -> None:
    speaking = {name for name, step in FLOWS.steps.items() if any(step.spoken())}
    assert speaking <= {name for turn in every_turn() for name in turn.heard}


def test_no_step_is_left_over() -> None:
    reached: set[str] = set()
    ahead = [FLOWS.start]
    while ahead:
        if (name := ahead.pop()) not in reached:
            reached.add(name)
            ahead += [target for _, target in FLOWS.steps[name].exits()]
    assert FLOWS.steps.keys() == reached


def test_all_that_is_spoken_is_whole() -> None:
    for turn in every_turn():
        whisper = turn.wait.whisper if isinstance(turn.wait, Ring) else None
        for words in (*spoken(turn), whisper or "Nothing."):
            assert words.strip() and not set("{}") & set(words)
            assert words.endswith((".", "?", "!"))


def test_the_shipped_wording_waits_for_a_signature() -> None:
    assert {flow.signed.by for flow in FLOWS.flows.values()} == {None}
    assert {path.stem for path in FOLDER.glob("*")} == set(FLOWS.flows)
