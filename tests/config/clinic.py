"""A small clinic to make mistakes in, and the means to load it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ivr.config import Config, load
from ivr.yamlfile import BadInput, Problem

NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)  # a Tuesday

TEXT = """\
clinic:
  name: "Rose Clinic"
  number: "+442079460000"
line:
  rehearsal: true
people:
  ana:
    name: "Ana Marlow"
    phones: ["+447700900001", "+441632960001"]
  ben:
    name: "Ben Ashdown"
    phones: ["+447700900002"]
    texts: "+447700900004"
owner: ana
groups:
  on_call: {rota: true, rounds: 2}
  reception:
    phones: ["+442079460001", "+442079460002"]
  desk_staff: {people: [ben, ana], order: together}
boxes:
  booking: {listened_at: "08:00"}
  urgent: {max_seconds: 60, keep_days: 14, urgent: true}
promises:
  two_hours: {within_hours: 2}
  same_day: {by: "20:00"}
  routine: {next_session_by: "12:00"}
texts:
  not_taken: "{clinic}: nobody took {ref} ({disposition})."
  told: "{clinic}: {ref} was told to ring 999."
  summary: "{clinic}: {ref}, by {due}."
  alarm: "{clinic}: look at the log."
  safety_net: "{clinic}: ring us again. {ref}"
  message_left: "{clinic}: a message in {box}, {ref}."
hours:
  desk:
    every_day: "08:00-21:00"
    sunday: closed
    bank_holidays: "10:00-16:00"
    exceptions:
      "2026-12-25": closed
rota:
  shifts:
    - {days: every day, from: "08:00", to: "20:00", chain: [ana, ben]}
    - {days: [every day], from: "20:00", to: "08:00", chain: [ben, ana]}
  overrides:
    - {from: "2026-12-24 18:00", to: "2026-12-27 08:00", chain: [ben, ana]}
"""


def written(folder: Path, text: str = TEXT) -> Path:
    """Write a config file and return its path."""
    path = folder / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def changed(*edits: tuple[str, str]) -> str:
    """Return the clinic's file with each (old, new) put in; `old` has to be there, once."""
    text = TEXT
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is there {text.count(old)} times")
        text = text.replace(old, new)
    return text


def loaded(
    folder: Path, *edits: tuple[str, str], env: Mapping[str, str] | None = None, serving: bool = False
) -> Config:
    """Load the clinic's file, edited."""
    return load(written(folder, changed(*edits)), env or {}, serving, NOW)


def refused(
    folder: Path, *edits: tuple[str, str], env: Mapping[str, str] | None = None, serving: bool = False
) -> tuple[Problem, ...]:
    """Load the clinic's file, edited so that it must be refused; return why."""
    try:
        loaded(folder, *edits, env=env, serving=serving)
    except BadInput as error:
        return error.problems
    raise LookupError("it was accepted")
