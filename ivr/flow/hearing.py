"""What a caller meant: a key, or words, read as the key that a step knows.

A gate hears "no" only in a phrase that says nothing else: "no, I can't breathe" is
not a no. What is not understood is a wrong key, and two of those are a yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.flow.turn import Input, Keys, Speech

REPEAT = "*"
CLINICIAN = "0"

_YES = frozenset({"yes", "yeah", "yep", "yup", "yes please", "i do", "i am", "it is", "definitely"})
_A_YES = frozenset({"yes", "yeah", "yep", "yup"})  # whatever else is said with it
_NOT_SURE = frozenset(
    {"not sure", "im not sure", "unsure", "i dont know", "dont know", "maybe", "i think so"}
)
_NO = frozenset(
    {
        "no",
        "nope",
        "nah",
        "none",
        "no no",
        "no none",
        "none of them",
        "none of those",
        "no none of them",
        "no none of those",
        "no i dont",
        "no im not",
        "no it isnt",
        "no thank you",
        "no thanks",
    }
)
_REPEAT = frozenset({"repeat", "repeat that", "say again", "say that again", "again", "pardon", "sorry"})
_CLINICIAN = frozenset({"clinician", "doctor", "nurse", "practitioner"})
_BESIDE_A_DIGIT = frozenset({"press", "number", "option", "key", "the"})
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

# Words that the recogniser should expect at a gate.
GATE_HINTS = ("yes", "no", "not sure", "none", "repeat", "clinician")


def normal(text: str) -> str:
    """Return a transcript as plain words: lower case, no punctuation."""
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", text.lower().replace("'", "").replace("’", "")).split())


def digit(text: str) -> str | None:
    """Return the one key that a phrase names and nothing else ("press one", "2"), or None."""
    words = [word for word in normal(text).split() if word not in _BESIDE_A_DIGIT]
    if len(words) != 1:
        return None
    if words[0] in _DIGITS:
        return str(_DIGITS.index(words[0]))
    return words[0] if len(words[0]) == 1 and words[0].isdigit() else None


def at_gate(received: Input) -> str | None:
    """Return "1", "2", "*" or "0", or None for what is none of them."""
    if isinstance(received, Keys):
        first = received.digits[:1]
        if first == "2" and received.digits.strip("2#"):
            return None  # 2 and another key: a finger that slipped, so no clear no
        return first if first in ("1", "2", REPEAT, CLINICIAN) else None
    if not isinstance(received, Speech):
        return None
    phrase = normal(received.text)
    if phrase in _NO:
        return "2"
    if phrase in _REPEAT:
        return REPEAT
    if phrase in _YES or phrase in _NOT_SURE or _A_YES & set(phrase.split()):
        return "1"
    if _CLINICIAN & set(phrase.split()):
        return CLINICIAN
    named = digit(received.text)
    return named if named in ("1", "2", "0") else None


def at_menu(received: Input, keys: frozenset[str], words: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return a key of `keys`, "*" or "0", or None. `words` lists, per key, what a caller may say for it."""
    if isinstance(received, Keys):
        return received.digits[0] if received.digits[:1] in keys | {REPEAT, CLINICIAN} else None
    if not isinstance(received, Speech):
        return None
    phrase = f" {normal(received.text)} "
    meant = {key for key, spoken in words.items() if any(f" {normal(word)} " in phrase for word in spoken)}
    if len(meant) == 1:
        return meant.pop()
    if normal(phrase) in _REPEAT:
        return REPEAT
    if not meant and _CLINICIAN & set(phrase.split()):
        return CLINICIAN
    return named if (named := digit(received.text)) in keys | {CLINICIAN} else None
