"""`ivr call`: a call by hand, typed and read as somebody at a terminal would; and stories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.clinic import CONFIG, IVR, REPOSITORY, type_in

STORY = REPOSITORY / "tests" / "calls" / "night_voicemail_then_second.yaml"

# What is read, in order, and what is then typed.
TALK = (
    ("To book, or for anything else, press 2", "1"),
    ("It's hard to breathe", "dance"),
    ("means nothing here", "2"),
    ("Skin white", "say not sure"),
    ("rings", "ben"),
    ("hears: Rose Clinic, urgent patient call", "ben 1"),
    ("joins caller and Ben", "h"),
)


def test_a_whole_call_by_hand_the_callers_and_the_clinicians_keys() -> None:
    command = [str(IVR), "call", "--config", str(CONFIG), "--at", "2026-11-24 02:10", "--speed", "40"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as call:
        assert call.stdin is not None and call.stdout is not None and call.stderr is not None
        left = list(TALK)
        for line in call.stdout:
            if left and left[0][0] in line:
                call.stdin.write(left.pop(0)[1] + "\n")
                call.stdin.flush()
        assert left == [], f"never read: {left[0][0]}"
        assert call.wait(30) == 0 and call.stderr.read() == ""


def test_a_story_is_played_and_compared() -> None:
    found = type_in("call", "--script", str(STORY))
    assert found.exit_code == 0
    assert "joins caller and Chloe" in found.output


def test_a_story_that_goes_otherwise_says_where(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(STORY.read_text().replace("joins caller and Chloe", "joins caller and Ana"))
    found = type_in("call", "--script", str(other))
    assert found.exit_code == 1
    assert "joins caller and Ana" in found.output and "Traceback" not in found.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "tomorrow"), "is no time: write it as"),
        (("--script", "nowhere.yaml"), "nowhere.yaml:1: can't be read"),
        (("--script", str(STORY), "--at", "2026-01-01 10:00"), "has its own time"),
        (("--config", "nowhere.yaml"), "nowhere.yaml"),
        (("--speed", "0"), "0"),
    ],
)
def test_what_is_wrong_is_one_clear_line(words: tuple[str, ...], said: str) -> None:
    found = type_in("call", *words)
    assert found.exit_code != 0
    assert said in found.output and "Traceback" not in found.output
