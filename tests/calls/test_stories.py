"""Every story of this folder, played in every mode. With UPDATE_CALLS=1 what they expect is written anew."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from ivr.cli.story_stage import StoryStage
from ivr.exchange import story
from tests.calls.stage import CONFIG, MODES, Once, play

FOLDER = Path(__file__).parent
STORIES = sorted(FOLDER.glob("*.yaml"))
LONGEST = 40  # lines of a transcript: one has to be able to read it


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_call(
    path: Path, mode: str, once: Once, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    if os.environ.get("UPDATE_CALLS") and mode == "plain":
        told = story.read(path)
        with StoryStage(told, CONFIG, tmp_path / "update") as stage:
            transcript = story.play(told, stage.exchange)
            story.rewrite(path, transcript, [(text.to, text.body) for text in stage.exchange.texts])
    played = once(path) if mode == "plain" else play(path, MODES[mode], tmp_path / "data", caplog.records)
    assert played.problems == []


def test_there_are_enough_stories_and_each_can_be_read() -> None:
    assert len(STORIES) >= 40
    for path in STORIES:
        told = story.read(path)
        assert told.expect is not None, f"{path.name} expects nothing"
        assert len(told.expect.splitlines()) <= LONGEST, f"{path.name} is too long to be read"
    assert len({story.read(path).story for path in STORIES}) == len(STORIES)
