"""How two revisions differ: their texts, file by file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

CONFIG = "config.yaml"

Texts = Mapping[str, str]  # file → its text


def short(before: Texts, after: Texts) -> str:
    """ "config.yaml +1 -1, desk.yaml new": the lines that each file gained and lost."""
    parts = []
    for name in _files(before, after):
        if name not in before or name not in after:
            parts.append(f"{name} {'gone' if name in before else 'new'}")
        elif before[name] != after[name]:
            lines = list(_lines(before[name], after[name], name, name))[2:]
            gained, lost = (sum(line.startswith(sign) for line in lines) for sign in "+-")
            parts.append(f"{name} +{gained} -{lost}")
    return ", ".join(parts) or "nothing"


def whole(before: Texts, after: Texts, a: str, b: str) -> Iterator[str]:
    """Yield the lines that differ, with a few around them, file by file. a, b: what the two are called."""
    for name in _files(before, after):
        yield from _lines(before.get(name, ""), after.get(name, ""), f"{a} {name}", f"{b} {name}")


def _files(before: Texts, after: Texts) -> list[str]:
    return sorted(before.keys() | after.keys(), key=lambda name: (name != CONFIG, name))


def _lines(before: str, after: str, a: str, b: str) -> Iterator[str]:
    return difflib.unified_diff(before.splitlines(), after.splitlines(), a, b, lineterm="", n=2)
