"""Seconds of speech that were measured before, kept in the user's cache folder: rendering is slow.

What is lost or can't be written is only measured again. No text is kept, just its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_MOST = 5_000  # texts; past that the oldest go


class Remembered:
    """Text → seconds, for one voice ("espeak-ng 1.51 (-v en-gb -s 150)")."""

    def __init__(self, voice: str, folder: Path | None = None) -> None:
        self._file = (folder or cache()) / f"speech-{_hash(voice)}.json"
        self._new = False
        self._seconds: dict[str, float] = {}
        with suppress(OSError, ValueError, AttributeError, TypeError):
            kept = json.loads(self._file.read_bytes())
            self._seconds = {str(key): float(value) for key, value in kept.items()}

    def get(self, text: str) -> float | None:
        return self._seconds.get(_hash(text))

    def put(self, text: str, seconds: float) -> None:
        self._seconds[_hash(text)] = seconds
        self._new = True

    def keep(self) -> None:
        """Write what is new, whole or not at all."""
        if not self._new:
            return
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump(dict(list(self._seconds.items())[-_MOST:]), file)
            os.replace(name, self._file)
            self._new = False


def cache() -> Path:
    """Return the folder for what can be made again: XDG_CACHE_HOME's, or the usual one."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path("~/.cache").expanduser()) / "ivr"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
