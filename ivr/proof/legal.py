"""Judges TwiML by the classes of twilio's own library: its verbs, what they take, what they hold."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

from twilio.twiml import voice_response

_SMALL = re.compile(r"([a-z])([A-Z])")
_CAPITAL = re.compile(r"_([a-z])")


def wrong(document: bytes) -> Iterator[str]:
    """Yield what is wrong with a document."""
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        yield f"it isn't XML: {error}"
        return
    if root.tag != "Response":
        yield f"it begins with <{root.tag}>"
    yield from _inside(root)


def _inside(verb: ElementTree.Element) -> Iterator[str]:
    kind = _class(verb.tag)
    for child in verb:
        method = getattr(kind, _SMALL.sub(r"\1_\2", child.tag).lower(), None) if kind else None
        if method is None or _class(child.tag) is None:
            yield f"<{child.tag}> can't stand inside <{verb.tag}>"
            continue
        for name in sorted(set(child.attrib) - _attributes(method)):
            yield f"<{child.tag}> has no attribute {name!r}"
        yield from _inside(child)


def _class(tag: str) -> Any:
    return getattr(voice_response, "VoiceResponse" if tag == "Response" else tag, None)


@cache
def _attributes(method: Callable[..., object]) -> frozenset[str]:
    """What a verb takes: the parameters of the method that puts it into the one around it."""
    taken = set(inspect.signature(method).parameters) - {"self", "kwargs"}
    return frozenset(_CAPITAL.sub(lambda letter: letter[1].upper(), word) for word in taken)
