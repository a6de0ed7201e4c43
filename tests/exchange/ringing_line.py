"""A line that rings phones at once, with a whisper that asks for 1; for the tests of Dial."""

from __future__ import annotations

from tests.exchange.line_desk import CLINIC, Desk, Form, Page

WHISPER = (
    '<Gather numDigits="1" timeout="8" finishOnKey="" action="/accept">'
    "<Say>Press 1 to take it.</Say></Gather><Hangup/>"
)
EVENTS = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'


def ring(*numbers: str, attributes: str = "", url: bool = True) -> str:
    """Return a Dial of these numbers."""
    whisper = 'url="/whisper"' if url else ""
    inside = "".join(f"<Number {whisper} {EVENTS}>{number}</Number>" for number in numbers)
    return f'<Dial action="/after" callerId="{CLINIC}" {attributes}>{inside}</Dial>'


def accept(form: Form) -> str:
    """Join on 1, hang up on anything else."""
    return "" if form["Digits"] == "1" else "<Hangup/>"


def pages(dial: str) -> dict[str, Page]:
    """Return a line that does this Dial at once."""
    return {"/voice": dial, "/after": "<Say>After.</Say>", "/whisper": WHISPER, "/accept": accept}


def outcome(desk: Desk) -> tuple[str | None, ...]:
    """Return what the action was told: status, bridged, seconds."""
    [form] = desk.forms("/after")
    return tuple(form.get(name) for name in ("DialCallStatus", "DialBridged", "DialCallDuration"))
