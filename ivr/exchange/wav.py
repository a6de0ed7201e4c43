"""Made audio: what a recording at the exchange sounds like."""

from __future__ import annotations

import io
import math
import struct
import wave

RATE = 8000  # samples a second, as on the telephone
_HERTZ = 400  # a whole number of waves a second, so that seconds can be joined without a click


def tone(seconds: int) -> bytes:
    """Return a WAV file of a quiet tone: 8 kHz, one channel, 16 bits, `seconds` long (0: no audio at all).

    Errors: ValueError for a negative length.
    """
    if seconds < 0:
        raise ValueError("a recording can't be shorter than nothing")
    wave_form = (round(3000 * math.sin(2 * math.pi * _HERTZ * n / RATE)) for n in range(RATE))
    second = struct.pack(f"<{RATE}h", *wave_form)
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(second * seconds)
    return made.getvalue()


def seconds(audio: bytes) -> float:
    """Return how long a WAV file of the telephone's kind is: 8 kHz, one channel, 16 bits.

    Errors: ValueError says in what it is none.
    """
    try:
        with wave.open(io.BytesIO(audio)) as file:
            kind = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, struct.error) as error:
        raise ValueError(f"this is no WAV file: {error or 'it is cut off'}") from None
    if kind != (RATE, 1, 2):
        raise ValueError(f"a recording is 8 kHz, 1 channel, 2 bytes; not {kind[0]} Hz, {kind[1]}, {kind[2]}")
    return len(frames) / 2 / RATE
