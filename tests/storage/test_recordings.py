"""Recordings: sealed, opaque, and worth nothing without the key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.storage import StorageError
from ivr.storage.recordings import Recordings

KEY = b"k" * 32
AUDIO = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(200)


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path / "recordings", KEY)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(audio=st.binary(max_size=3000), id=st.text(max_size=40))
def test_what_is_kept_comes_back(recordings: Recordings, audio: bytes, id: str) -> None:
    assert recordings.open(recordings.keep(audio, id)) == audio


def test_the_disk_shows_neither_sound_nor_name(recordings: Recordings) -> None:
    file = recordings.keep(AUDIO, "RE1")
    path = recordings.folder / file
    assert b"WAVE" not in path.read_bytes()
    assert "RE1" not in file
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(recordings.folder.stat().st_mode) == 0o700
    assert [p.name for p in recordings.folder.iterdir()] == [file]  # no half-written one beside it


def test_the_same_recording_twice_is_one_file(recordings: Recordings) -> None:
    assert recordings.keep(AUDIO, "RE1") == recordings.keep(AUDIO, "RE1")
    assert recordings.keep(AUDIO, "RE2") != recordings.keep(AUDIO, "RE1")
    assert len(list(recordings.folder.iterdir())) == 2


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_file_is_refused(recordings: Recordings, place: int) -> None:
    path = recordings.folder / recordings.keep(AUDIO, "RE1")
    sealed = bytearray(path.read_bytes())
    sealed[place] ^= 1
    path.write_bytes(bytes(sealed))
    with pytest.raises(StorageError, match="damaged"):
        recordings.open(path.name)
    path.write_bytes(b"")
    with pytest.raises(StorageError, match="damaged"):
        recordings.open(path.name)


def test_one_file_cannot_be_passed_off_as_another(recordings: Recordings) -> None:
    one, two = recordings.keep(b"one", "RE1"), recordings.keep(b"two", "RE2")
    (recordings.folder / one).rename(recordings.folder / two)
    with pytest.raises(StorageError, match="not sealed with this secret key"):
        recordings.open(two)


def test_another_key_opens_nothing(recordings: Recordings) -> None:
    file = recordings.keep(AUDIO, "RE1")
    with pytest.raises(StorageError, match="Put back the key"):
        Recordings(recordings.folder, b"x" * 32).open(file)
    with pytest.raises(StorageError, match="set IVR_SECRET_KEY"):
        Recordings(recordings.folder, b"short")


def test_deleted_is_gone(recordings: Recordings) -> None:
    file = recordings.keep(AUDIO, "RE1")
    assert recordings.delete(file)
    assert not recordings.delete(file)
    with pytest.raises(StorageError, match="can't be read"):
        recordings.open(file)


@pytest.mark.parametrize("name", ["../line.db", "/etc/passwd", "", "x.sealed", "0" * 32 + ".sealed\n", "."])
def test_no_name_leads_out_of_the_folder(recordings: Recordings, name: str) -> None:
    with pytest.raises(StorageError, match="isn't the name"):
        recordings.open(name)
    with pytest.raises(StorageError, match="isn't the name"):
        recordings.delete(name)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="can't be kept"):
        Recordings(tmp_path / "file" / "recordings", KEY).keep(AUDIO, "RE1")
