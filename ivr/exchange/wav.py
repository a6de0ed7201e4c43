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
