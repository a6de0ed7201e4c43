"""How story files write what people do: at the phones that are rung, and on the line."""

from __future__ import annotations

from ivr.exchange import caller, people
from ivr.exchange.acts import Person
from ivr.exchange.story_place import Place, unknown

PLAIN: dict[str, Person] = {
    "busy": people.Busy(),
    "no answer": people.NoAnswer(),
    "unreachable": people.Unreachable(),
    "switched off": people.SwitchedOff(),
}
_PHONES = ("answers", "voicemail", "screening", "rejects")
ITEMS: dict[str, caller.Item] = {
    "silence": caller.Silent(),
    "hang up": caller.Leaves(),
    "wait": caller.Waits(),
}
_ITEMS = ("press", "say", "talk", "hang up")


def at_phone(place: Place) -> tuple[Person, ...]:
    """Return who is at a phone: one, or a list of who is there at the first ring, the second …

    Errors: StoryError, here and below.
    """
    if isinstance(place.value, list):
        found = tuple(_person(row) for row in place.rows())
        if not found:
            raise place.wrong("say what this phone does at its first ring")
        return found
    return (_person(place),)


def _person(place: Place) -> Person:
    if isinstance(place.value, str):
        if place.value not in PLAIN:
            raise place.wrong(unknown(place.value, [*PLAIN, *(f"{{{name}: 5}}" for name in _PHONES)]))
        return PLAIN[place.value]
    part = place.table(*_PHONES, "press", "talk", "talks", "at", "hangs up", "does")
    kinds = [name for name in _PHONES if name in part]
    if len(kinds) != 1:
        raise place.wrong(f"say one thing that this phone does: {', '.join(_PHONES)}")
    kind = kinds[0]
    after = part.pop(kind).seconds()
    if kind == "answers" and "hangs up" in part:
        person: Person = people.HangsUp(after, part.pop("hangs up").seconds())
    elif kind == "answers" and "does" in part:
        person = people.Does(after, *map(item, part.pop("does").rows()))
    elif kind == "answers":
        press = part.pop("press").keys() if "press" in part else ""
        talk = part.pop("talk").seconds() if "talk" in part else 60.0
        person = people.Answers(after, press, talk, part.pop("at").seconds() if "at" in part else None)
    elif kind == "rejects":
        person = people.Rejects(after)
    else:
        machine = people.Voicemail if kind == "voicemail" else people.Screening
        person = machine(after, part.pop("talks").seconds()) if "talks" in part else machine(after)
        if isinstance(person, people.Screening) and "press" in part:
            person = people.Screening(after, press=part.pop("press").keys())
    for name, left in part.items():
        raise left.wrong(f"{name!r} doesn't go with {kind!r}")
    return person


def item(place: Place) -> caller.Item:
    """Return what the caller does at one wait."""
    if isinstance(place.value, str):
        if place.value not in ITEMS:
            raise place.wrong(unknown(place.value, [*ITEMS, *(f"{{{name}: …}}" for name in _ITEMS)]))
        return ITEMS[place.value]
    part = place.table("press", "say", "talk", "hang up", "at")
    if "talk" in part:
        found: caller.Item = caller.Talks(
            part.pop("talk").seconds(),
            part.pop("press").keys() if "press" in part else "",
            part.pop("hang up").flag() if "hang up" in part else False,
        )
    elif "press" in part or "say" in part:
        at = part.pop("at").seconds() if "at" in part else None
        if "press" in part:
            found = caller.Presses(part.pop("press").keys(), at)
        else:
            found = caller.Says(part.pop("say").text(), at)
    elif "hang up" in part:
        found = caller.Leaves(part.pop("hang up").seconds())
    else:
        raise place.wrong(f"say what the caller does: {', '.join([*ITEMS, *_ITEMS])}")
    for name, left in part.items():
        raise left.wrong(f"{name!r} doesn't go with the rest of this item")
    return found
