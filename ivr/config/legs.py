"""Leg ids: how a phone is named wherever its number must not be seen.

"ana" is Ana's first phone and "ana/1" her second; "reception/0" is the first phone of a group
that lists phones. A leg id may travel in an address; the number that it stands for may not.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.config.model import Group, Person


def of_person(name: str, person: Person) -> tuple[str, ...]:
    """Leg ids of all phones of one person, in order."""
    return (name, *(f"{name}/{index}" for index in range(1, len(person.phones))))


def of_group(name: str, group: Group) -> tuple[tuple[str, ...], ...]:
    """Leg ids of a group that lists phones; each phone counts as a person of its own."""
    return tuple((f"{name}/{index}",) for index in range(len(group.phones)))


def numbers(people: Mapping[str, Person], groups: Mapping[str, Group]) -> dict[str, str]:
    """Every leg id → its number (E.164)."""
    found: dict[str, str] = {}
    for name, person in people.items():
        found |= zip(of_person(name, person), person.phones, strict=True)
    for name, group in groups.items():
        found |= zip((leg for (leg,) in of_group(name, group)), group.phones, strict=True)
    return found
