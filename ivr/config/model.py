"""What config.yaml may hold: one class per section, each value as it was written.

Those that may be left out stand in `optional`. What a field means, and its unit, is told in
docs/configuration.md (a test compares the two). Whatever needs two sections to be judged is in `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ivr.config import written
from ivr.config.fields import (
    Date,
    Days,
    Id,
    Mail,
    Phone,
    Spans,
    Spoken,
    StartTime,
    TimeOfDay,
    Zone,
    like,
)
from ivr.config.optional import Callback, Fallback, Limits, Reports, Shifts, Spending, Working
from ivr.config.section import Section


class Clinic(Section):
    name: Spoken
    number: Phone = Field(repr=False)
    zone: Zone = "Europe/London"
    home: Annotated[str, like(r"\+[1-9][0-9]{0,2}", "+44")] = "+44"
    mail: Mail = Field(default="", repr=False, validate_default=False)


class Line(Section):
    rehearsal: bool = False
    caller_id: Literal["clinic", "caller"] = "clinic"
    voice: Annotated[str, like(r"[A-Za-z][A-Za-z0-9.-]+", "Polly.Amy-Neural")] = "Polly.Amy-Neural"
    language: Annotated[str, like(r"[a-z]{2,3}-[A-Z]{2}", "en-GB")] = "en-GB"
    listen_seconds: int = Field(default=5, ge=3, le=20)
    words_a_minute: int = Field(default=150, ge=100, le=250)
    repeat_hours: int = Field(default=96, ge=1, le=336)
    signs_in_texts: bool = False
    flows: Path = Path("flows")
    start: Id = "main"


class Person(Section):
    """Somebody who may be rung. `texts` is the first phone unless another is given."""

    name: Spoken
    phones: tuple[Phone, ...] = Field(min_length=1, max_length=3, repr=False)
    texts: Phone = Field(default="", repr=False, validate_default=False)
    mail: Mail = Field(default="", repr=False, validate_default=False)

    @model_validator(mode="after")
    def _texts_go_somewhere(self) -> Self:
        if not self.texts:
            object.__setattr__(self, "texts", self.phones[0])  # frozen for everybody else
        return self


class Group(Section):
    """Who is rung together under one name: exactly one of rota, people and phones says who."""

    rota: bool = False
    people: tuple[Id, ...] = ()
    phones: tuple[Phone, ...] = Field(default=(), repr=False)
    order: Literal["in_turn", "together"] = "in_turn"
    ring_seconds: int = Field(default=15, ge=5, le=60)
    rounds: int = Field(default=1, ge=1, le=5)
    give_up_after: int = Field(default=60, ge=10, le=600)

    @model_validator(mode="after")
    def _someone_is_named(self) -> Self:
        if sum((self.rota, bool(self.people), bool(self.phones))) != 1:
            cure = "Give it one of `rota: true`, `people: [...]` and `phones: [...]`"
            raise ValueError("it must be clear whom to ring", cure)
        return self


class Box(Section):
    max_seconds: int = Field(default=90, ge=10, le=90)
    keep_days: int = Field(default=30, ge=1, le=366)
    listened_at: StartTime = "08:00"
    urgent: bool = False


class Promise(Section):
    """When a call-back is due, in one of three ways."""

    within_hours: int | None = Field(default=None, ge=1, le=24)
    by: TimeOfDay | None = None
    at_least_hours: int = Field(default=2, ge=0, le=12)
    next_session_by: TimeOfDay | None = None
    hours: Id = "desk"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.within_hours, self.by, self.next_session_by)
        if sum(way is not None for way in ways) != 1:
            cure = "Give it one of within_hours, by and next_session_by"
            raise ValueError("it must be clear when the call-back is due", cure)
        if "at_least_hours" in self.model_fields_set and self.by is None:
            raise ValueError("at_least_hours goes with `by`", "Take it out")
        if "hours" in self.model_fields_set and self.next_session_by is None:
            raise ValueError("hours goes with `next_session_by`", "Take it out")
        return self


class Table(Section):
    """Opening hours. A day's own line wins over every_day, a named date over everything."""

    every_day: Spans = "closed"
    monday: Spans | None = None
    tuesday: Spans | None = None
    wednesday: Spans | None = None
    thursday: Spans | None = None
    friday: Spans | None = None
    saturday: Spans | None = None
    sunday: Spans | None = None
    bank_holidays: Spans | None = None
    exceptions: Mapping[Date, Spans] = {}

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if not any(self.week().values()):
            cure = 'Give it `every_day: "08:00-21:00"`, or single days'
            raise ValueError("it is never open in any week", cure)
        return self

    def week(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """Weekday (0 is Monday) → its (opens, closes) in minutes after midnight."""
        own = (getattr(self, name) for name in written.DAYS)
        return {number: written.spans(text or self.every_day) for number, text in enumerate(own)}


class ShiftEntry(Section):
    days: Days
    starts: StartTime = Field(alias="from")
    ends: TimeOfDay = Field(alias="to")
    chain: tuple[Id, ...] = Field(min_length=1)


class OverrideEntry(Section):
    starts: str = Field(alias="from")
    ends: str = Field(alias="to")
    chain: tuple[Id, ...] = Field(min_length=1)


class RotaEntries(Section):
    shifts: tuple[ShiftEntry, ...] = Field(min_length=1)
    overrides: tuple[OverrideEntry, ...] = ()


class File(Section):
    """config.yaml, whole."""

    clinic: Clinic
    line: Line
    people: Mapping[Id, Person] = Field(min_length=1)
    owner: Id
    groups: Mapping[Id, Group] = Field(min_length=1)
    boxes: Mapping[Id, Box]
    promises: Mapping[Id, Promise]
    working: Working = Working()
    texts: Mapping[Id, str]
    hours: Mapping[Id, Table]
    rota: RotaEntries
    limits: Limits = Limits()
    fallback: Fallback = Fallback()
    shifts: Shifts = Shifts()
    spending: Spending = Spending()
    callback: Callback = Callback()
    reports: Reports = Reports()
