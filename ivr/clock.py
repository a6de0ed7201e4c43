"""What time it is, and how an instant is written down.

Only the edges ask a clock; the rooms below are handed the time. Every instant is an
aware datetime in UTC, and is stored as text: "2026-11-24T02:10:00Z".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock moved by hand: it stands still between moves.

    `at` is aware, in any zone; a naive one is a ValueError.
    """

    def __init__(self, at: datetime) -> None:
        self._at = utc(at)

    def now(self) -> datetime:
        """Return the instant last set or moved to, in UTC."""
        return self._at

    def move(self, seconds: float) -> None:
        """Go on by `seconds` of real time; a clock change in any zone makes no difference."""
        self._at += timedelta(seconds=seconds)

    def set(self, at: datetime) -> None:
        """Stand at `at` (aware) from now on; it may lie in the past."""
        self._at = utc(at)


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC. A naive datetime is a ValueError: it names no instant."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone. Hand in an aware datetime, in UTC.")
    return at.astimezone(UTC)


def iso(at: datetime, milliseconds: bool = False) -> str:
    """Write an instant as "2026-11-24T02:10:00Z", or with `milliseconds` as "2026-11-24T02:10:00.250Z".

    What is finer is cut off, so the text never names a later instant; texts of one
    form sort as their instants do. A naive datetime is a ValueError.
    """
    text = utc(at).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.removesuffix("+00:00") + "Z"


def from_iso(text: str) -> datetime:
    """Read what `iso` wrote. Anything else, another zone included, is a ValueError."""
    if not _ISO.fullmatch(text):
        raise ValueError(f"{text!r} is no stored time. Write it in UTC like 2026-11-24T02:10:00Z.")
    return datetime.fromisoformat(text)
