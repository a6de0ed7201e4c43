"""A place in a story file: a value that knows its line, so that what is wrong with it can be said."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

# Seconds stand right-aligned, so a transcript's first line is indented further than the rest: YAML has to be
# told the block's own indent.
_EXPECT = re.compile(r"^([ ]*)expect:[ ]*\|[ ]*$", re.MULTILINE)


class StoryError(Exception):
    """A story file that can't be played; the text begins with file:line and names the cure."""


@dataclass(frozen=True)
class Place:
    """A value of a story file. Every method that reads it raises StoryError when it isn't of that kind."""

    file: str
    line: int
    value: Any

    def wrong(self, message: str) -> StoryError:
        """Return an error about this place."""
        return StoryError(f"{self.file}:{self.line}: {message}")

    def table(self, *known: str, open_ended: bool = False) -> dict[str, Place]:
        """Return what stands under each name; only `known` names may be there, unless it is open-ended."""
        if not isinstance(self.value, CommentedMap):
            raise self.wrong(f"here belong names and values, such as {known[0] if known else 'name'}: …")
        places = {}
        for name, value in self.value.items():
            place = Place(self.file, self.value.lc.key(name)[0] + 1, value)
            if not isinstance(name, str):
                raise place.wrong(f'put quotes around {name}: "+{name}" if that is a phone number')
            if not open_ended and name not in known:
                raise place.wrong(unknown(name, known))
            places[name] = place
        return places

    def rows(self) -> list[Place]:
        """Return the items of a list."""
        if not isinstance(self.value, CommentedSeq):
            raise self.wrong("here belongs a list: each item on a line of its own, after a dash")
        lines = [self.value.lc.item(row)[0] + 1 for row in range(len(self.value))]
        return [Place(self.file, line, value) for line, value in zip(lines, self.value, strict=True)]

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.wrong(f'put quotes around it: "{self.value}"')
        return str(self.value)

    def keys(self) -> str:
        """Return keys of a telephone."""
        text = self.text()
        if not re.fullmatch(r"[0-9*#]+", text):
            raise self.wrong(f"{text!r} are no keys: a telephone has 0 to 9, * and #")
        return text

    def number(self) -> str:
        """Return a phone number in E.164."""
        text = self.text()
        if not re.fullmatch(r"\+[1-9][0-9]{7,14}", text):
            raise self.wrong(f'{text!r} is no phone number: write it as "+447700900101"')
        return text

    def seconds(self) -> float:
        """Return a number of seconds."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or self.value < 0:
            raise self.wrong(f"{self.value!r} is no number of seconds")
        return float(self.value)

    def whole(self) -> int:
        """Return a whole number above 0."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 1:
            raise self.wrong(f"{self.value!r} is no whole number above 0")
        return int(self.value)

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"{self.value!r}: write true or false")
        return bool(self.value)


def unknown(name: str, known: Collection[str]) -> str:
    """Return the words for a name that isn't known."""
    close = difflib.get_close_matches(name, known, 1)
    return f"there is no {name!r}: " + (f"did you mean {close[0]!r}?" if close else f"use {', '.join(known)}")


def load(text: str, file: str) -> Place:
    """Return the whole of a story file's `text`. Errors: StoryError when it isn't YAML."""
    try:
        value = YAML(typ="rt", pure=True).load(StringIO(_EXPECT.sub(r"\1expect: |2", text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or "this isn't YAML").split("\n")[0]
        raise StoryError(f"{file}:{mark.line + 1 if mark else 1}: {problem}") from None
    except YAMLError as error:
        raise StoryError(f"{file}:1: {str(error).splitlines()[0]}") from None
    return Place(file, 1, value)
