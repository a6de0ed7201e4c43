"""A turn as the provider would get it, with every value that changes from call to call at its longest."""

from __future__ import annotations

from collections.abc import Callable

from ivr.config import Config
from ivr.flow.turn import Position, Ring, Turn
from ivr.telephony.twiml import Script

_URL = "https://line.example/" + "turn/" + "x" * 480  # a sealed position is under 300 characters


class _Longest:
    """The values of a call that isn't there."""

    def turn_url(self, position: Position) -> str:
        return _URL

    def whisper_url(self, ring: Ring, leg: str, position: Position) -> str:
        return _URL

    def leg_status_url(self, leg: str, position: Position) -> str:
        return _URL

    def recording_url(self, position: Position) -> str:
        return _URL

    def number(self, leg: str) -> str:
        return "+999999999999999"  # 15 digits are the most that a number has

    def caller_id(self) -> str:
        return "+999999999999999"

    def ring_seconds(self, group: str) -> int:
        return 60


def rendering(config: Config) -> Callable[[Turn], bytes]:
    """Return what makes TwiML of a turn, in the voice of `config`. Errors of its: ValueError."""
    script, links = Script(config.line.voice, config.line.language), _Longest()
    return lambda turn: script.turn(turn, links)
