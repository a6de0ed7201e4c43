"""Call stories: a YAML file that says who rings, when, what everybody does, and what should come of it.

    story: A red flag at night; the first clinician's voicemail answers, the second takes it
    at: "2026-11-24T02:10:00Z"            # UTC
    from: "+447700900123"                 # or "anonymous", or ""
    names: {"+447700900101": Ana}         # what the transcript calls a number
    switches: {screened_out_status: no-answer}
    line: {pins: {ben: "246813"}}         # how the line is set up: told to whoever builds it, not read here
    beforehand: 600                       # seconds that pass before the first call
    refused: {"+447700900101": 21211}     # asking to ring or text it fails at once, with Twilio's code
    outage: {from: 60, for: 3600}         # seconds of the story in which every REST request fails (503)
    phones:                               # ringing any other phone is an error, unless there are `others`
      "+447700900101": {voicemail: 18}
      "+447700900102": [no answer, {answers: 6, press: "1", talk: 60}]     # its first ring, its second …
      "+447700900103": {answers: 5, does: [{press: "1"}, wait, {press: "4"}]}   # like a caller, at each wait
      others: busy
    caller:                               # one item for each wait of the line; after the last one, silence
      - press: "1"
      - {say: not sure, at: 3}
      - {talk: 12, press: "#"}
      - {hang up: 20}
    again:                                # the same person rings again, or somebody else does
      - {after: 3600, caller: [{press: "1"}]}
      - {after: 60, from: "+447700900102", caller: [{press: "246813#"}]}
    afterwards: 60                        # seconds that the story goes on after the last call
    expect: |
         0 line    Thank you for calling …
    texts: [{to: "+447700900101", says: "…"}]
    unwritable:                           # instead of all four, where the line's record can't be written:
      {caller: …, again: …, expect: …, texts: …}
    errors: []                            # parts of the errors that belong to this story

`read` a file, `play` it on an exchange, `check` what came of it; `rewrite` puts that into the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ivr.exchange.acts import Person
from ivr.exchange.caller import Item
from ivr.exchange.story_parts import at_phone, item
from ivr.exchange.story_place import Place, StoryError, load, unknown
from ivr.exchange.story_play import check, play, rewrite
from ivr.exchange.switches import Switches

__all__ = ["Again", "Otherwise", "Story", "StoryError", "check", "parse", "play", "read"]
__all__ += ["rewrite", "seconds"]

_FIELDS = (
    ("story", "at", "from", "names", "switches", "line", "beforehand", "refused", "outage", "phones")
    + ("caller", "again", "afterwards", "expect", "texts", "unwritable", "errors")
)  # fmt: skip


@dataclass(frozen=True)
class Again:
    """A further call, `after` seconds after the end of the last one."""

    after: float
    from_: str
    caller: tuple[Item, ...]


@dataclass(frozen=True)
class Otherwise:
    """What people do where they hear other things, and what should come of it: as those fields of a Story."""

    caller: tuple[Item, ...]
    again: tuple[Again, ...]
    expect: str | None
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Story:
    """A story file. `expect` None: the file doesn't say yet. `texts`: (to, body) of all texts, in order.

    line        names and values of whoever builds the line: nothing of it is known here
    refused     number → the code with which asking to ring or text it fails
    outage      (from, for): seconds after the first call began, and for how long no REST request succeeds
    unwritable  None: nothing is otherwise where the line's record can't be written
    """

    story: str
    at: datetime
    from_: str
    caller: tuple[Item, ...]
    phones: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    others: Person | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    switches: Switches = Switches()
    line: Mapping[str, Place] = field(default_factory=dict)
    beforehand: float = 0.0
    refused: Mapping[str, int] = field(default_factory=dict)
    outage: tuple[float, float] | None = None
    again: tuple[Again, ...] = ()
    afterwards: float = 60.0
    expect: str | None = None
    texts: tuple[tuple[str, str], ...] = ()
    unwritable: Otherwise | None = None
    errors: tuple[str, ...] = ()


def read(path: Path) -> Story:
    """Return the story in a file. Errors: StoryError, with file and line, for whatever is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoryError(f"{path}:1: can't be read: {error}") from None
    return parse(text, path.name)


def parse(text: str, file: str = "story") -> Story:
    """Return the story in `text`; `file` is how errors call it. Errors: as of read()."""
    whole = load(text, file)
    parts = whole.table(*_FIELDS)
    for name in ("story", "at", "caller"):
        if name not in parts:
            raise whole.wrong(f"{name!r} is missing")
    phones = parts["phones"].table(open_ended=True) if "phones" in parts else {}
    others = at_phone(phones.pop("others")) if "others" in phones else (None,)
    from_ = parts["from"].text() if "from" in parts else "+447700900123"
    return Story(
        story=parts["story"].text(),
        at=_time(parts["at"]),
        from_=from_,
        caller=tuple(map(item, parts["caller"].rows())),
        phones={_number(name, place): at_phone(place) for name, place in phones.items()},
        others=others[0],
        names=_names(parts),
        switches=_switches(parts["switches"]) if "switches" in parts else Switches(),
        line=parts["line"].table(open_ended=True) if "line" in parts else {},
        beforehand=parts["beforehand"].seconds() if "beforehand" in parts else 0.0,
        refused=_refused(parts["refused"]) if "refused" in parts else {},
        outage=seconds(parts["outage"]) if "outage" in parts else None,
        again=tuple(_again(row, from_) for row in _rows(parts, "again")),
        afterwards=parts["afterwards"].seconds() if "afterwards" in parts else 60.0,
        expect=parts["expect"].text() if "expect" in parts else None,
        texts=tuple(_text(row) for row in _rows(parts, "texts")),
        unwritable=_otherwise(parts, from_) if "unwritable" in parts else None,
        errors=tuple(row.text() for row in _rows(parts, "errors")),
    )


def _rows(parts: dict[str, Place], name: str) -> list[Place]:
    return parts[name].rows() if name in parts else []


def _number(name: str, place: Place) -> str:
    return Place(place.file, place.line, name).number()


def _names(parts: dict[str, Place]) -> dict[str, str]:
    table = parts["names"].table(open_ended=True) if "names" in parts else {}
    return {_number(number, place): place.text() for number, place in table.items()}


def _time(place: Place) -> datetime:
    try:
        at = datetime.fromisoformat(place.value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.utcoffset() != timedelta(0):
        raise place.wrong('write the time in UTC and in quotes: "2026-11-24T02:10:00Z"')
    return at


def _switches(place: Place) -> Switches:
    values: dict[str, Any] = {}
    for name, value in place.table(open_ended=True).items():
        if name not in Switches.__dataclass_fields__:
            raise value.wrong(unknown(name, list(Switches.__dataclass_fields__)))
        values[name] = value.value
        try:
            Switches(**values)
        except ValueError as error:
            raise value.wrong(str(error)) from None
    return Switches(**values)


def _refused(place: Place) -> dict[str, int]:
    return {_number(number, code): code.whole() for number, code in place.table(open_ended=True).items()}


def seconds(place: Place) -> tuple[float, float]:
    """Return a time of the story: when it begins, and for how long. Errors: StoryError."""
    part = place.table("from", "for")
    if len(part) != 2:
        raise place.wrong("write `from` and `for`, in seconds: {from: 60, for: 3600}")
    return part["from"].seconds(), part["for"].seconds()


def _otherwise(parts: dict[str, Place], from_: str) -> Otherwise:
    """What isn't said in it is as in the story itself, but for `expect` and `texts`."""
    part = parts["unwritable"].table("caller", "again", "expect", "texts")
    if "expect" not in part:
        raise parts["unwritable"].wrong("say what is heard then: `expect`")
    whole = {**parts, **part}
    return Otherwise(
        caller=tuple(map(item, whole["caller"].rows())),
        again=tuple(_again(row, from_) for row in _rows(whole, "again")),
        expect=part["expect"].text(),
        texts=tuple(_text(row) for row in _rows(part, "texts")),
    )


def _again(place: Place, from_: str) -> Again:
    part = place.table("after", "from", "caller")
    if "after" not in part or "caller" not in part:
        raise place.wrong("a further call needs `after` (seconds) and `caller`")
    who = part["from"].text() if "from" in part else from_
    return Again(part["after"].seconds(), who, tuple(map(item, part["caller"].rows())))


def _text(place: Place) -> tuple[str, str]:
    part = place.table("to", "says")
    if len(part) != 2:
        raise place.wrong("a text has `to` and `says`")
    return part["to"].number(), part["says"].text()
