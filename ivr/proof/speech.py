"""Seconds of speech: rendered by espeak-ng where it is installed, modelled elsewhere.

Rendering takes some 30 ms a text, so what was rendered once is remembered.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ivr.flow.timing import RATE, Error, Speech, as_spoken, error_of, modelled, paced
from ivr.proof.remembered import Remembered

PROGRAM = "espeak-ng"
VOICE = ("-v", "en-gb", "-s", str(RATE))  # pinned: with them the model was fitted
LONGEST = 20  # seconds that rendering one text may take
_HEADER = 44  # bytes of a WAV file before its samples
_AT_ONCE = 2


class Unrendered(Exception):
    """The program gave no sound."""


@dataclass(frozen=True)
class Teller:
    """Who says how long a text takes.

    speech     a text → seconds, at `rate` words a minute
    rendered   the program's name and version, or None: it is the model
    """

    speech: Speech
    rate: float
    rendered: str | None = None
    remembered: Remembered | None = None

    def error(self, texts: Iterable[str]) -> Error | None:
        """Return the model's error against rendering over `texts`, or None when nothing was rendered."""
        if self.rendered is None:
            return None
        return error_of(paced(modelled, self.rate), self.speech, texts)

    def says(self, texts: Iterable[str]) -> str:
        """Return in one sentence which was used, and how far the model is from rendering."""
        error = self.error(texts)
        if error is None:
            return f"Seconds are modelled, at {self.rate:g} words a minute: {PROGRAM} isn't installed."
        return (
            f"Seconds are rendered by {self.rendered}, at {self.rate:g} words a minute."
            f" The model would be off by {error.mean:.0%} on average, by {error.worst:.0%} at worst."
        )

    def warm(self, texts: Iterable[str]) -> None:
        """Render `texts` now, two at a time, so that asking for each is quick."""
        if self.rendered is not None:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self.speech, dict.fromkeys(texts)))

    def keep(self) -> None:
        """Remember what was rendered, for the next process."""
        if self.remembered is not None:
            self.remembered.keep()


def teller(rate: float = RATE, program: str = PROGRAM, folder: Path | None = None) -> Teller:
    """Return who tells seconds here: `program` if it is installed and speaks, else the model.

    folder   where rendered seconds are remembered; default: the user's cache
    Errors: ValueError for a rate that nobody could follow.
    """
    found = shutil.which(program)
    if found is not None:
        try:
            version = _version(found)
            remembered = Remembered(version, folder)
            _rendered(found, "One.", remembered)
            speech = paced(lambda text: _seconds(found, text, remembered), rate)
            return Teller(speech, rate, version, remembered)
        except Unrendered:
            pass  # installed, but without its voice or without a right to run
    return Teller(paced(modelled, rate), rate)


def _seconds(program: str, text: str, remembered: Remembered) -> float:
    """Return a text's seconds; modelled if just this one can't be rendered (a machine that is too busy)."""
    try:
        return _rendered(program, text, remembered)
    except Unrendered:
        return modelled(text)


def _rendered(program: str, text: str, remembered: Remembered) -> float:
    """Return the seconds of sound that the program makes of a text. Raises Unrendered."""
    if not text.strip():
        return 0.0
    if (known := remembered.get(text)) is not None:
        return known
    sound = _run(program, *VOICE, "--stdout", "--stdin", said=as_spoken(text))
    if sound[:4] != b"RIFF" or len(sound) < _HEADER:
        raise Unrendered(f"{program} gave no WAV file")
    each_second = int.from_bytes(sound[28:32], "little")  # bytes; the length in the header isn't filled in
    if each_second == 0:
        raise Unrendered(f"{program} gave a WAV file without a rate")
    seconds = round((len(sound) - _HEADER) / each_second, 3)
    remembered.put(text, seconds)
    return seconds


def _version(program: str) -> str:
    words = _run(program, "--version").decode(errors="replace").split()
    version = next((word for word in words if word[:1].isdigit()), "")
    return f"{PROGRAM} {version} ({' '.join(VOICE)})".replace("  ", " ")


def _run(program: str, *options: str, said: str = "") -> bytes:
    try:
        done = subprocess.run(
            [program, *options], input=said.encode(), capture_output=True, timeout=LONGEST, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unrendered(f"{program} can't be used: {error}") from error
    return done.stdout
