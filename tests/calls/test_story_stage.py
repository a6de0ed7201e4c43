"""How a story sets up the line that it is played on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.story_stage import StoryStage
from ivr.exchange.story import Story, StoryError, parse
from ivr.storage import pins
from tests.calls.stage import CONFIG

STORY = 'story: A line\nat: "2026-11-24T02:10:00Z"\ncaller: [hang up]\n'


def told(line: str) -> Story:
    return parse(f"{STORY}line: {line}\n", "night.yaml")


def test_pins_drills_and_words_of_the_config_are_as_the_story_says(tmp_path: Path) -> None:
    line = '{pins: {ben: "246813"}, drills: true, config: {"listen_seconds: 5": "listen_seconds: 7"}}'
    with StoryStage(told(line), CONFIG, tmp_path) as stage:
        assert pins.check(stage.app.line.store, "ben", "246813", stage.app.line.clock.now()) == "right"
        assert stage.config.shifts.drill and stage.config.line.listen_seconds == 7
    with StoryStage(told("{}"), CONFIG, tmp_path / "other") as stage:
        assert not stage.config.shifts.drill and stage.config.line.listen_seconds == 5


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{pin: {}}", "there is no 'pin': did you mean 'pins'?"),
        ('{pins: {bob: "246813"}}', "there is no 'bob'"),
        ('{pins: {ben: "123456"}}', "It could be guessed"),
        ("{drills: daily}", "write true or false"),
        ("{fallback: here}", "write true or false"),
        ("{down: {from: 3}}", "`from` and `for`, in seconds"),
        ("{config: {no such words: others}}", "config.yaml doesn't say 'no such words'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(line: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(StoryError, match="^night.yaml:4: ") as caught:
        with StoryStage(told(line), CONFIG, tmp_path):
            pass
    assert words in str(caught.value)
