"""Prompts taken apart: their sentences, and the keys that they name."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_NAMED = re.compile(r"\bpress (\d)\b|\b(\d) (?:for|if)\b", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, in order."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def keys_named(text: str) -> list[str]:
    """Return the keys that a text names, in order: "Press 1 for yes, or 2 for no" names 1 and 2."""
    return [first or second for first, second in _NAMED.findall(text)]


def of_key(text: str, key: str) -> str:
    """Return the sentences that name a key."""
    return " ".join(each for each in sentences(text) if key in keys_named(each))


def up_to_key(text: str, key: str) -> str:
    """Return a text up to the end of the first sentence that names a key; all of it where none does."""
    said: list[str] = []
    for each in sentences(text):
        said.append(each)
        if key in keys_named(each):
            break
    return " ".join(said)
