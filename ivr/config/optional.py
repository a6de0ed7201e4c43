"""The sections of config.yaml that may be left out, each with what holds then.

What a field means, and its unit, is told in docs/configuration.md (a test compares the two).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ivr.config.fields import Id, StartTime, Waits, Weekday, like
from ivr.config.section import Section

# An https address of a file; http on this machine only. "" is none.
_FILE = r"https://[^\s/?#@]+/[^\s?#]+|http://(?:127\.0\.0\.1|localhost)(?::[0-9]+)?/[^\s?#]+|"


class Working(Section):
    """How an open page is worked after the caller's own call. Minutes; the last of a list repeats."""

    waits: Waits = (0, 2, 5, 10, 15)
    text_every: int = Field(default=60, ge=5, le=720)
    ask_outcome: Waits = (5, 480)
    remind_before: int = Field(default=30, ge=0, le=240)


class Limits(Section):
    """What `ivr check` holds the flows to, in seconds of speech."""

    emergency_within: int = Field(default=10, ge=5, le=15)
    rings_within: int = Field(default=45, ge=15, le=90)
    advice_within: int = Field(default=120, ge=30, le=240)
    longest_prompt: int = Field(default=12, ge=5, le=20)


class Fallback(Section):
    """The static documents that answer when the line doesn't: where they are written, and where they lie."""

    folder: Path | None = None
    url: Annotated[str, like(_FILE, "https://files.example.org/x7/voice.xml")] = Field(default="", repr=False)
    numbers: bool = True


class Shifts(Section):
    """How it is made sure that whoever begins to be on call can be rung."""

    drill: bool = True
    tries: int = Field(default=3, ge=1, le=10)
    minutes_between: int = Field(default=3, ge=1, le=30)
    again_minutes: int = Field(default=30, ge=5, le=240)
    notice_minutes: int = Field(default=60, ge=0, le=1440)
    alarm_hours: tuple[Annotated[int, Field(ge=1, le=168)], ...] = (48, 4)


class Spending(Section):
    """What things cost, for a forecast. Nothing is ever held back for it."""

    currency: Annotated[str, like(r"[A-Z]{3}", "GBP")] = "GBP"
    text: float = Field(default=0.04, ge=0, le=10)
    minute_in: float = Field(default=0.01, ge=0, le=10)
    minute_out: float = Field(default=0.03, ge=0, le=10)
    warn_at: float | None = Field(default=None, gt=0)


class Callback(Section):
    """Staff who ring patients by way of the line: where to, and how many keyed numbers a day are too many."""

    countries: tuple[Annotated[str, like(r"[A-Z]{2}", "GB")], ...] = ()
    alarm_after: int = Field(default=20, ge=1, le=1000)


class Reports(Section):
    """Who is mailed the week's figures, and when; nobody, unless somebody is named."""

    to: tuple[Id, ...] = ()
    day: Weekday = "monday"
    at: StartTime = "07:00"
