"""The files that come with the line: config.yaml is valid, and its reference is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from ivr.config import Config, load
from ivr.config.environment import VARIABLES
from ivr.config.model import File
from ivr.config.texts import DEFAULTS, LONG, LONGEST, REQUIRED, faults, longest_values
from tests.config.clinic import NOW

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "configuration.md").read_text("utf-8")
DRAMA = re.compile(r"\+447700900\d{3}|\+441632960\d{3}|\+442079460\d{3}")


@pytest.fixture
def config() -> Config:
    return load(ROOT / "config.yaml", {}, now=NOW)


def test_it_loads_without_a_warning(config: Config) -> None:
    assert config.warnings == ()


def test_it_is_a_rehearsal_until_the_wording_is_signed(config: Config) -> None:
    assert config.line.rehearsal


def test_it_holds_what_the_flows_and_the_other_rooms_name(config: Config) -> None:
    assert set(config.groups) == {"on_call", "reception"}
    assert set(config.boxes) == {"booking", "general", "urgent", "clinical"}
    assert set(config.promises) == {"two_hours", "same_day", "routine"}
    assert set(config.texts) == {*REQUIRED, *DEFAULTS}
    assert set(config.hours) == {"desk"}


def test_a_human_voice_can_come_within_105_seconds(config: Config) -> None:
    """The first two phones of every chain, at their longest, with the 5 seconds that the network adds."""
    group = config.groups["on_call"]

    assert 45 + 2 * (group.ring_seconds + 5) <= 105


def test_only_numbers_that_belong_to_nobody() -> None:
    for file in ("config.yaml", "docs/configuration.md"):
        text = (ROOT / file).read_text("utf-8")
        for number in re.findall(r"\+\d{6,}", text):
            assert DRAMA.fullmatch(number)


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """Yield a model and all that its fields lead to."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models(field.annotation)
    for part in get_args(kind):
        yield from models(part)


def test_the_reference_names_every_field_and_every_variable() -> None:
    fields = {field.alias or name for model in models(File) for name, field in model.model_fields.items()}
    sections = set(File.model_fields)

    headings = set(re.findall(r"\w+", " ".join(re.findall(r"^## (.*)$", REFERENCE, re.MULTILINE))))
    quoted = set(re.findall(r"`([A-Za-z_]+)`", REFERENCE))
    assert sections <= headings
    assert fields - sections <= quoted
    assert set(VARIABLES) <= quoted
    assert {*REQUIRED, *DEFAULTS} <= quoted


def test_the_reference_gives_the_defaults_that_hold() -> None:
    for model in models(File):
        for name, field in model.model_fields.items():
            if isinstance(field.default, int) and not isinstance(field.default, bool):
                [row] = re.findall(rf"^\| `{name}` \|.*\| (\S+) \|$", REFERENCE, re.MULTILINE)
                assert row == str(field.default)


def test_what_the_line_says_of_itself_fits_into_one_text_whatever_the_clinic_is_called() -> None:
    for name, text in DEFAULTS.items():
        assert list(faults(text, longest_values("x" * 40, {}, name), name in LONG)) == [], (name, LONGEST)


def test_holidays_are_only_imported_by_who_has_holiday_hours() -> None:
    code = (
        "import sys; from pathlib import Path; from ivr.config import load;"
        "load(Path(sys.argv[1]), {}); print(sorted({'holidays', 'phonenumbers'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(ROOT / "config.yaml")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert shown.stdout.strip() == "[]"
