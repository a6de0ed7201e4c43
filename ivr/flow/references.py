"""What a step names outside its flow, and whether config.yaml knows it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from ivr.flow.hearing import normal
from ivr.flow.model import WORDS, Known
from ivr.flow.steps import Ask, Dial, Gate, Hours, Promise, Record, Step, Text

Found = tuple[tuple[str, ...], str, str]  # place in the step, message, cure
_HOLE = re.compile(r"\{([^{}]*)\}")


def problems_of_step(step: Step, known: Known) -> Iterator[Found]:
    """Yield a problem for each name that config.yaml doesn't have, each unknown word, each empty text."""
    named: dict[str, tuple[str, str, Iterable[str]]] = {}
    if isinstance(step, Dial):
        named["dial"] = (step.dial, "group", known.groups)
    elif isinstance(step, Record):
        named["record"] = (step.record, "box", known.boxes)
    elif isinstance(step, Hours):
        named["hours"] = (step.hours, "opening-hours table", known.hours)
    elif isinstance(step, Promise):
        named["promise"] = (step.promise, "promise", known.promises)
    elif isinstance(step, Text):
        named["text"] = (step.text, "text", known.texts)
    for field, (name, what, names) in named.items():
        if name not in names:
            yield ((field,), f"config.yaml has no {what} {name!r}", did_you_mean(name, names))
    if isinstance(step, Dial) and step.disposition and not step.whisper:
        yield (("dial",), "a page needs a whisper, or a voicemail could take it", "Add `whisper: TEXT`")
    if isinstance(step, Ask):
        for key in set(step.words) - set(step.keys):
            yield (
                ("words", key),
                f"words for key {key}, which the menu doesn't have",
                "Add the key, or drop them",
            )
        yield from _problems_of_words(step)
    if isinstance(step, Gate) and not step.sign.strip():
        yield (("sign",), "'sign' is empty", "Write the sign's short name, as a clinician hears it")
    for field, text in step.spoken():
        if not text.strip():
            yield ((field,), f"{field!r} is empty", "Write what callers hear, or leave it out")
        for word in _HOLE.findall(text):
            if word not in WORDS:
                yield ((field,), f"no word {{{word}}} is known", did_you_mean(word, WORDS))
            elif word == "signs" and field != "whisper":
                yield ((field,), "{signs} is for whispers: callers don't hear it", "Leave it out")
        if {"{", "}"} & set(_HOLE.sub("", text)):
            yield ((field,), "a brace without its other half", "Write {clinic}, say, or leave the brace out")


def _problems_of_words(step: Ask) -> Iterator[Found]:
    keys_of: dict[str, list[str]] = {}
    for key, words in step.words.items():
        for word in dict.fromkeys(map(normal, words)):
            keys_of.setdefault(word, []).append(key)
    for word, keys in keys_of.items():
        if not word:
            yield (("words", keys[0]), f"words for key {keys[0]} say nothing", "Write what a caller may say")
        elif len(keys) > 1:
            message = f"{word!r} is said for keys {' and '.join(keys)}, so it chooses neither"
            yield (("words", keys[-1]), message, "Keep it for one of them")


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return the cure for a name that isn't known: the nearest one, or all that there are."""
    known = sorted(names)
    close = difflib.get_close_matches(name, known, 1, 0.6)
    return f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(known) or 'none'}"
