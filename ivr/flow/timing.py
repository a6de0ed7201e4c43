"""How long it takes to say what callers hear.

The model was fitted to a calm British voice (espeak-ng, `-v en-gb -s 150`, which speaks 161 words a minute
over the shipped prompts). A neural voice measured beside it was a fifth to a quarter faster, so it is on the
safe side. Whoever can render speech hands in the measured seconds instead: both are a `Speech`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ivr.flow.model import Flows
from ivr.flow.steps import Gate

Speech = Callable[[str], float]  # a text, its placeholders filled → the seconds that it takes to say

RATE = 150  # words a minute, as voices count them, at which the model is true

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_DIALLED = re.compile(r"\d{3,}")
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text of a step: `step` is "flow.step", `field` where it stands there, `text` as it is heard."""

    step: str
    field: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Error:
    """How far a model is from what was measured, in parts of one: 0.04 is 4 %. `text`: the worst one."""

    mean: float
    worst: float
    text: str


def modelled(text: str) -> float:
    """Return the seconds that a calm voice takes for `text` at RATE; 0 when there is nothing to say.

    0.0495 a character, 0.42 a sentence, 0.312 a comma, 0.93 for the beginning and the end. Digits count as
    the words that they are spoken as: 999 is "nine nine nine".
    """
    spelled = re.sub(r"[0-9]", lambda digit: f" {_DIGITS[int(digit[0])]} ", text)
    spelled = re.sub(r" +([.,!?;:]|$)", r"\1", " ".join(spelled.split()))
    if not spelled:
        return 0.0
    sentences = len(_SENTENCE_END.findall(spelled)) or 1
    return 0.0495 * len(spelled) + 0.420 * sentences + 0.312 * spelled.count(",") + 0.93


def paced(speech: Speech, rate: float) -> Speech:
    """Return `speech` at `rate` words a minute in place of RATE.

    Errors: ValueError for a rate that nobody could follow.
    """
    if not 60 <= rate <= 400:
        raise ValueError(f"rate: {rate} words a minute can't be followed. Take 60 to 400; as shipped, {RATE}")
    factor = RATE / rate
    return speech if factor == 1 else lambda text: speech(text) * factor


def as_spoken(text: str) -> str:
    """Return `text` as it has to be read out: a number that is dialled (999, 111) digit by digit."""
    return _DIALLED.sub(lambda number: " ".join(number[0]), text)


def prompts(flows: Flows, words: Mapping[str, str], speech: Speech) -> tuple[Prompt, ...]:
    """Return every text of every flow with its seconds, in the order of the files.

    words   the values of the placeholders, as for `spoken_words`
    """
    values = spoken_words(flows, words)
    found = []
    for name, step in flows.steps.items():
        for field, text in step.spoken():
            heard = filled(text, values)
            found.append(Prompt(name, field, heard, speech(heard)))
    return tuple(found)


def spoken_words(flows: Flows, words: Mapping[str, str]) -> Mapping[str, str]:
    """Return `words` and, unless it is there, a value for {signs}: the longest sign of any gate."""
    signs = (step.sign for step in flows.steps.values() if isinstance(step, Gate))
    longest = max(signs, key=len, default="")
    return {"signs": longest[:1].upper() + longest[1:], **words}


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return `text` with its placeholders filled. One without a value stays as it is written."""
    return _HOLE.sub(lambda hole: words.get(hole[1], hole[0]), text)


def error_of(model: Speech, measured: Speech, texts: Iterable[str]) -> Error:
    """Return how far `model` is from `measured` over the different texts that say anything."""
    off: list[tuple[float, str]] = []
    for text in dict.fromkeys(texts):
        if (true := measured(text)) > 0:
            off.append((abs(model(text) / true - 1), text))
    if not off:
        return Error(0.0, 0.0, "")
    worst, text = max(off)
    return Error(sum(each for each, _ in off) / len(off), worst, text)
