"""What only two sections together can tell: each check names the place that has to change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ivr.config import legs, names, oncall, texts
from ivr.config.model import Box, Clinic, Group, Person, RotaEntries
from ivr.flow.model import WORDS
from ivr.yamlfile import Document, Problem

T = TypeVar("T")

# Flows can speak of these, so they must be there: when a promise is due, when messages are listened to,
# when the desk opens. And whatever breaks, those on call are rung.
PROMISES = frozenset(word.removesuffix("_by") for word in WORDS if word.endswith("_by"))
BOOKING, DESK, ON_CALL = "booking", "desk", "on_call"
_DEFAULT_ZONE = "Europe/London"


@dataclass(frozen=True)
class Sound:
    """What is sound of a file: its good entries, so that one mistake doesn't hide the next."""

    document: Document
    clinic: Clinic | None
    people: Mapping[str, Person]
    groups: Mapping[str, Group]
    boxes: Mapping[str, Box]
    texts: Mapping[str, str]
    rota: RotaEntries | None


def sound(document: Document) -> Sound:
    """Pick out of a document, right or wrong, what can be checked further."""

    def one(kind: type[T], raw: Any) -> T | None:
        try:
            return TypeAdapter(kind).validate_json(json.dumps(raw), strict=True)
        except ValidationError:
            return None

    def entries(kind: type[T], section: str) -> dict[str, T]:
        found = names.at(document, section)
        tried = {name: one(kind, raw) for name, raw in found.items()} if isinstance(found, dict) else {}
        return {name: value for name, value in tried.items() if value is not None}

    return Sound(
        document,
        one(Clinic, names.at(document, "clinic")),
        entries(Person, "people"),
        entries(Group, "groups"),
        entries(Box, "boxes"),
        entries(str, "texts"),
        one(RotaEntries, names.at(document, "rota")),
    )


def faults(whole: Sound, now: datetime) -> Iterator[Problem]:
    """Yield every problem between sections. `now` (aware UTC): gaps of the rota ahead are warnings."""
    yield from names.faults(whole.document)
    yield from _missing(whole.document)
    yield from _groups(whole)
    yield from _phones(whole)
    yield from _texts(whole)
    if whole.rota:
        zone = whole.clinic.zone if whole.clinic else _DEFAULT_ZONE
        yield from oncall.faults(whole.rota, zone, whole.document, now)


def _missing(document: Document) -> Iterator[Problem]:
    """Entries that the line itself needs, whatever the flows name."""
    needed = {
        "groups": [ON_CALL],
        "boxes": [BOOKING],
        "promises": sorted(PROMISES),
        "texts": texts.REQUIRED,
        "hours": [DESK],
    }
    for section, wanted in needed.items():
        if not isinstance(names.at(document, section), dict):
            continue  # missing altogether: said already
        there, line = names.names(document, section), document.line(section)
        for name in wanted:
            if name not in there:
                cure = f"Add `{name}:` to {section}; see docs/configuration.md"
                yield Problem(document.file, line, f"{section}.{name} is missing", cure)
        if section == "promises":
            for name in sorted(set(there) - PROMISES):
                cure = f"Keep {', '.join(wanted)}: those are what a flow can speak of"
                at = document.line(section, name)
                yield Problem(document.file, at, f"promises.{name} could never be spoken", cure)


def _groups(whole: Sound) -> Iterator[Problem]:
    document = whole.document
    for name, group in whole.groups.items():
        if group.phones and name in names.names(document, "people"):
            # Their leg ids would be the same.
            line, message = document.line("groups", name), f"groups.{name}: a person has this name too"
            yield Problem(document.file, line, message, "Rename the group")
        if len(set(group.phones)) < len(group.phones):
            line = document.line("groups", name, "phones")
            yield Problem(document.file, line, f"groups.{name}.phones names a phone twice", "Keep one")


def _phones(whole: Sound) -> Iterator[Problem]:
    """A line that rings itself rings for ever; a phone that two people share is one phone less."""
    document, owners = whole.document, defaultdict(list)
    for leg, number in legs.numbers(whole.people, whole.groups).items():
        name, _, index = leg.partition("/")
        section = "people" if name in whole.people else "groups"
        place = (section, name, "phones", int(index or 0))
        if whole.clinic and number == whole.clinic.number:
            message = f"{section}.{name}.phones: it is the clinic's own number, so the line would ring itself"
            yield Problem(document.file, document.line(*place), message, "Put in the phone to be rung")
        if section == "people":
            owners[number].append((name, document.line(*place)))
    for shared in owners.values():
        if len({name for name, _ in shared}) > 1:
            (first, _), (second, line) = shared[0], shared[-1]
            message = f"people.{second} has the same phone as {first}, so ringing both rings one phone"
            yield Problem(document.file, line, message, "Give each their own", "warning")
        elif len(shared) > 1:
            name, line = shared[-1]
            yield Problem(document.file, line, f"people.{name}.phones names a phone twice", "Keep one")


def _texts(whole: Sound) -> Iterator[Problem]:
    clinic = whole.clinic.name if whole.clinic else ""
    for name, text in whole.texts.items():
        values = texts.longest_values(clinic, whole.boxes, name)
        line = whole.document.line("texts", name)
        for message, cure in texts.faults(text, values, name in texts.LONG):
            yield Problem(whole.document.file, line, f"texts.{name}: {message}", cure)
