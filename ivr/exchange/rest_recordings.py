"""The Recordings resource: what was recorded, its audio, and its deletion."""

from __future__ import annotations

from ivr.exchange.records import Book, RecordingRecord
from ivr.exchange.rest_errors import ApiError
from ivr.exchange.rest_wire import Asked, Reply, Routes, as_json, in_dates, page
from ivr.exchange.wav import tone


class Recordings:
    """Answers for /Recordings and for /Calls/{sid}/Recordings."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def routes(self) -> Routes:
        """Return what is answered here. The audio's address has no ending, or that of a sound file."""
        return {
            ("GET", "Calls/*/Recordings.json"): self.list,
            ("GET", "Recordings.json"): self.list,
            ("GET", "Recordings/*.json"): self.fetch,
            ("DELETE", "Recordings/*.json"): self.delete,
            ("GET", "Recordings/*.wav"): self.media,
            ("GET", "Recordings/*.mp3"): self.media,
            ("GET", "Recordings/*"): self.media,
        }

    def _recording(self, asked: Asked) -> RecordingRecord:
        recording = self._book.recordings.get(asked.sid)
        if recording is None:
            raise ApiError(20404, asked.path)
        return recording

    def list(self, asked: Asked) -> Reply:
        """Return recordings, newest first, by CallSid and DateCreated; under a call, those of that call."""
        if asked.sid and asked.sid not in self._book.calls:
            raise ApiError(20404, asked.path)
        of_call = asked.sid or asked.form.get("CallSid")
        found = [
            recording.to_json()
            for recording in reversed(self._book.recordings.values())
            if of_call in (None, recording.call_sid)
            and in_dates(asked.form, "DateCreated", recording.date_created)
        ]
        return page("recordings", found, asked)

    def fetch(self, asked: Asked) -> Reply:
        """Return what is known of one recording."""
        return as_json(self._recording(asked).to_json())

    def delete(self, asked: Asked) -> Reply:
        """Delete a recording with its audio."""
        del self._book.recordings[self._recording(asked).sid]
        self._book.deleted.append(asked.sid)
        return Reply(204)

    def media(self, asked: Asked) -> Reply:
        """Return the audio, a WAV whatever the ending; 404 until the recording is complete."""
        recording = self._recording(asked)
        if recording.status != "completed":
            raise ApiError(20404, asked.path)
        audio = tone(recording.duration) if recording.audio is None else recording.audio
        return Reply(200, audio, "audio/wav")
