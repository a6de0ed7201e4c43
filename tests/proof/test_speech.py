"""Seconds of speech: rendered where that can be, modelled elsewhere, and said which."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from ivr.flow.timing import modelled, paced
from ivr.proof.remembered import Remembered, cache
from ivr.proof.speech import PROGRAM, teller

GREETING = "Thank you for calling Rose Clinic. If someone can't breathe, hang up and call 999 now."


def program(folder: Path, script: str) -> str:
    path = folder / "speaker"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_without_the_program_it_is_the_model(tmp_path: Path) -> None:
    voice = teller(rate=120, program=str(tmp_path / "nowhere"))
    assert voice.rendered is None and voice.error([GREETING]) is None
    assert voice.speech(GREETING) == paced(modelled, 120)(GREETING)
    assert voice.says([GREETING]) == "Seconds are modelled, at 120 words a minute: espeak-ng isn't installed."


@pytest.mark.parametrize("script", ["exit 1", "echo no sound"])
def test_a_program_that_can_not_speak_is_not_asked_again(tmp_path: Path, script: str) -> None:
    assert teller(program=program(tmp_path, script), folder=tmp_path).rendered is None


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} isn't installed")
def test_with_the_program_the_sound_is_measured(tmp_path: Path) -> None:
    voice = teller(folder=tmp_path)
    assert voice.rendered is not None and voice.rendered.startswith("espeak-ng 1.")
    voice.warm([GREETING, "One.", ""])
    assert 6.5 < voice.speech(GREETING) < 8.0 and voice.speech("") == 0.0
    assert voice.speech("Call 999.") > voice.speech("Call 9.") + 0.5  # nine nine nine
    error = voice.error([GREETING])
    assert error is not None and error.worst < 0.15
    assert "rendered by espeak-ng 1." in voice.says([GREETING])
    assert teller(rate=75, folder=tmp_path).speech(GREETING) == pytest.approx(2 * voice.speech(GREETING))


def test_what_was_measured_once_is_remembered_without_its_words(tmp_path: Path) -> None:
    first = Remembered("a voice", tmp_path / "new")
    first.put(GREETING, 7.25)
    first.keep()
    assert Remembered("a voice", tmp_path / "new").get(GREETING) == 7.25
    assert Remembered("another voice", tmp_path / "new").get(GREETING) is None
    (kept,) = (tmp_path / "new").iterdir()
    assert "Rose" not in kept.read_text()
    kept.write_text("[spoiled")
    assert Remembered("a voice", tmp_path / "new").get(GREETING) is None


def test_a_folder_that_can_not_be_written_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Remembered("a voice", tmp_path / "file" / "folder")
    kept.put(GREETING, 1.0)
    kept.keep()
    assert kept.get(GREETING) == 1.0


def test_the_folder_is_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache() == Path("/somewhere/ivr")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache() == Path.home() / ".cache" / "ivr"
