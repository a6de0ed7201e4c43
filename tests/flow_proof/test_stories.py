"""A call that was found can be told, and played on the exchange it goes as it was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.story_stage import StoryStage
from ivr.config import load
from ivr.exchange import story
from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Fault
from ivr.flow.rules.search import each
from ivr.flow.telling import Call, Setting, call_to, can_be_staged
from ivr.proof.stories import setting
from tests.flow_proof.clinic import NOW, ROOT, shipped

CONFIG = ROOT / "config.yaml"
FOUND = shipped().exploration


def calls_to_every_step() -> dict[str, Call]:
    """The shortest call to each step that is heard, as far as people at phones can bring it about."""

    def judge(edge: Edge) -> Fault | None:
        return Fault(edge.turn.heard[-1], "", "") if edge.turn and edge.turn.heard else None

    faults = each(FOUND, judge)
    calls = {str(fault.where): call_to(FOUND, fault.edges) for fault in faults}
    return {
        step: call for step, call in calls.items() if all(can_be_staged(FOUND, edge) for edge in call.edges)
    }


CALLS = calls_to_every_step()
CLINIC = setting(load(CONFIG, {}, now=NOW), NOW)
PLAYED = (
    "concern.ring_anyway",
    "concern.urgent_message",
    "concern.nobody_came",
    "concern.more_words",
    "concern.when_worse",
    "desk.not_saved",
    "desk.desk_done",
    "main.heard_message",
)


@pytest.mark.parametrize("step", PLAYED)
def test_a_found_call_goes_on_the_exchange_as_it_is_told(step: str, tmp_path: Path) -> None:
    call = CALLS[step]
    told = story.parse(call.story(f"to {step}", CLINIC))
    with StoryStage(told, CONFIG, tmp_path) as stage:
        story.play(told, stage.exchange)
        heard = [str(line).strip() for line in stage.exchange.transcript]
    calls = [each.transcript() for each in (call.before, call) if each is not None]
    ours = [line[8:] for transcript in calls for line in transcript if line.startswith("line ")]
    theirs = [line.split(None, 2)[2] for line in heard if line.split()[1] == "line"]
    theirs = [line for line in theirs if not line.startswith("joins")]
    assert [_bare(line) for line in theirs[: len(ours)]] == [_bare(line) for line in ours]


def _bare(line: str) -> str:
    """Without what depends on the time of day."""
    return line.split(" by ")[0].split("opens at")[0]


def test_nearly_every_step_can_be_shown_by_a_call_that_plays() -> None:
    heard = {str(name) for edge in FOUND.edges() if edge.turn for name in edge.turn.heard[-1:]}
    assert set(PLAYED) <= set(CALLS) <= heard
    assert len(CALLS) >= len(heard) - 2


def test_every_call_is_a_story_that_can_be_read() -> None:
    for state in FOUND.states[1:]:
        call = call_to(FOUND, FOUND.way(state.number))
        told = story.parse(call.story("a call", CLINIC))
        assert told.story == "a call"
        assert bool(told.again) == bool(call.facts.get("repeat"))


def test_a_transcript_says_who_did_what_and_what_was_true() -> None:
    lines = CALLS["desk.desk_done"].transcript()
    assert lines[0] == "caller  calls"
    assert lines[1].startswith("line    Thank you for calling Rose Clinic.")
    assert "        (desk is open, reception: full chain)" in lines
    assert "reception/0 rings" in lines
    assert lines[-1] == "line    hangs up"


def test_what_cannot_be_staged_is_said_in_the_story() -> None:
    lost = next(edge for edge in FOUND.edges() if edge.acts[0].name == "bridged without acceptance")
    call = Call((*FOUND.way(lost.source), lost))
    written = call.story("a call", Setting())
    assert "# a ring that ends with 'bridged without acceptance' can't be staged" in written
    assert "# the time at which it can be so isn't known: set it" in written
