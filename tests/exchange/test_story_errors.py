"""What is said of a story file with a mistake in it: file, line and cure."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.exchange.clock import HandClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.story import StoryError, parse, play, read
from tests.exchange.line_desk import SID, TOKEN
from tests.exchange.night_story import STORY


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("phones:", "phone:", 5, "there is no 'phone': did you mean 'phones'?"),
        (
            '"+447700900101": {voice',
            "+447700900101: {voice",
            6,
            'put quotes around 447700900101: "+447700900101"',
        ),
        ('"+447700900102": {answers', '"07700900102": {answers', 7, "'07700900102' is no phone number"),
        ("{voicemail: 18}", "{voicemail: soon}", 6, "'soon' is no number of seconds"),
        ("{voicemail: 18}", "vociemail", 6, "there is no 'vociemail'"),
        ("{voicemail: 18}", "{voicemail: 18, press: '1'}", 6, "'press' doesn't go with 'voicemail'"),
        ("{voicemail: 18}", "{talk: 18}", 6, "say one thing that this phone does"),
        ("{voicemail: 18}", "[]", 6, "say what this phone does at its first ring"),
        ('- press: "1"', "- press: 1", 9, 'put quotes around it: "1"'),
        ('- press: "1"', '- press: "1a"', 9, "'1a' are no keys"),
        ('- press: "1"', "- hang-up", 9, "there is no 'hang-up': did you mean 'hang up'?"),
        ('- press: "1"', "- {at: 4}", 9, "say what the caller does"),
        ('- press: "1"', '- {hang up: 4, press: "1"}', 9, "'hang up' doesn't go with the rest"),
        ('- press: "1"', "- {talk: 5, hang up: 3}", 9, "write true or false"),
        ('caller:\n  - press: "1"', 'caller: {press: "1"}', 8, "here belongs a list"),
        ('at: "2026-11-24T02:10:00Z"', "at: 2026-11-24T02:10:00Z", 2, "in UTC and in quotes"),
        ('at: "2026-11-24T02:10:00Z"', 'at: "2026-11-24T02:10:00"', 2, "in UTC and in quotes"),
        ('at: "2026-11-24T02:10:00Z"\n', "", 1, "'at' is missing"),
        ("texts: []", "texts: [{to: Ana}]", 28, "a text has `to` and `says`"),
        ("texts: []", "switches: {dial_bridge_sent: true}", 28, "did you mean 'dial_bridged_sent'?"),
        ("texts: []", "switches: {status_order: random}", 28, "status_order can't be 'random'"),
        ("texts: []", "refused: {'+447700900101': never}", 28, "'never' is no whole number above 0"),
        ("texts: []", "outage: {from: 60}", 28, "`from` and `for`, in seconds"),
        ("texts: []", "unwritable: {texts: []}", 28, "say what is heard then: `expect`"),
        ("texts: []", "again: [{after: 5}]", 28, "needs `after` (seconds) and `caller`"),
        ("texts: []", "texts: [", 30, "expected ',' or ']'"),
        ("texts: []", "names: []", 28, 'duplicate key "names"'),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in STORY
    with pytest.raises(StoryError) as caught:
        parse(STORY.replace(old, new), "night.yaml")
    text = str(caught.value)
    assert text.startswith(f"night.yaml:{line}: ") and words in text and "\n" not in text


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoryError, match="missing.yaml:1: can't be read"):
        read(tmp_path / "missing.yaml")


def test_a_story_needs_one_number() -> None:
    with Exchange(SID, TOKEN, HandClock(datetime(2026, 11, 24, tzinfo=UTC))) as exchange:
        with pytest.raises(ValueError, match="one number, and this has 0"):
            play(parse(STORY), exchange)
