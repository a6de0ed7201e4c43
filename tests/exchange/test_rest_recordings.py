"""Recordings over REST: lists, audio behind Basic auth, deletion."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator

import pytest
import requests

from ivr.exchange.wav import RATE, tone
from tests.exchange.rest_desk import OTHER, OWN, SID, TOKEN, Desk, open_desk, refused


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def recorded(desk: Desk, seconds: float = 12.4, call: str | None = None) -> str:
    sid = desk.book.add_recording(call or desk.book.add_call(OTHER, OWN, "inbound").sid, seconds).sid
    desk.book.recording_is(sid, "completed")
    return sid


def test_a_recording_is_processed_before_it_has_a_length(desk: Desk) -> None:
    record = desk.book.add_recording("CA" + "3" * 32, 5)
    seen = desk.client.recordings(record.sid).fetch()
    assert (seen.status, seen.duration, seen.source) == ("processing", None, "RecordVerb")
    assert requests.get(record.media_url, auth=(SID, TOKEN), timeout=5).status_code == 404
    desk.book.recording_is(record.sid, "completed")
    assert desk.client.recordings(record.sid).fetch().duration == "5"


@pytest.mark.parametrize("ending", ["", ".wav", ".mp3"])
def test_audio_is_a_wav_of_the_right_length(desk: Desk, ending: str) -> None:
    record = desk.book.recordings[recorded(desk)]
    assert record.media_url == f"{desk.base}/Recordings/{record.sid}"
    with requests.get(record.media_url + ending, auth=(SID, TOKEN), stream=True, timeout=5) as answer:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/wav")
        audio = b"".join(answer.iter_content(1000))
    assert len(audio) == int(answer.headers["Content-Length"])
    with wave.open(io.BytesIO(audio)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE, 2)
        assert file.getnframes() == 12 * RATE
        assert any(file.readframes(100))


@pytest.mark.parametrize("auth", [None, (SID, "wrong")])
def test_audio_is_not_given_without_the_key(desk: Desk, auth: tuple[str, str] | None) -> None:
    url = desk.book.recordings[recorded(desk)].media_url
    assert requests.get(url, auth=auth, timeout=5).status_code == 401


def test_audio_can_be_given_as_bytes(desk: Desk) -> None:
    record = desk.book.add_recording("CA" + "3" * 32, 1, audio=b"not audio at all")
    desk.book.recording_is(record.sid, "completed")
    assert requests.get(record.media_url, auth=(SID, TOKEN), timeout=5).content == b"not audio at all"


def test_recordings_are_listed_by_call(desk: Desk) -> None:
    first, second = recorded(desk), recorded(desk)
    call = desk.book.recordings[first].call_sid
    assert [r.sid for r in desk.client.recordings.list()] == [second, first]
    assert [r.sid for r in desk.client.recordings.list(call_sid=call)] == [first]
    assert [r.sid for r in desk.client.calls(call).recordings.list()] == [first]
    missing = requests.get(f"{desk.base}/Calls/CA{'0' * 32}/Recordings.json", auth=(SID, TOKEN), timeout=5)
    assert missing.status_code == 404


def test_a_deleted_recording_is_gone_with_its_audio(desk: Desk) -> None:
    sid = recorded(desk)
    url = desk.book.recordings[sid].media_url
    assert desk.client.recordings(sid).delete() is True
    assert refused(desk.client.recordings(sid).delete).status == 404
    assert refused(desk.client.recordings(sid).fetch).code == 20404
    assert requests.get(url, auth=(SID, TOKEN), timeout=5).status_code == 404
    assert desk.book.deleted == [sid] and desk.client.recordings.list() == []
    assert desk.book.recording_is(sid, "completed") is None


def test_silence_of_no_length_is_still_a_wav() -> None:
    with wave.open(io.BytesIO(tone(0))) as file:
        assert file.getnframes() == 0
    with pytest.raises(ValueError, match="shorter"):
        tone(-1)
