"""What <Say> can say: its voices, their languages, its tags and how much fits."""

from __future__ import annotations

import re
from urllib.parse import quote_plus
from xml.etree.ElementTree import Element

BASIC = ("man", "woman", "alice")
# The English voices of Amazon Polly that Twilio offers, and the language of each.
_POLLY = {
    "en-GB": "Amy Arthur Brian Emma",
    "en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli Stephen",
    "en-AU": "Nicole Olivia Russell",
    "en-IE": "Niamh",
    "en-IN": "Aditi Kajal Raveena",
    "en-GB-WLS": "Geraint",
    "en-NZ": "Aria",
    "en-ZA": "Ayanda",
}
_POLLY_LANGUAGE = {name: language for language, names in _POLLY.items() for name in names.split()}
_POLLY_VOICE = re.compile(r"Polly\.([A-Z][a-z]+)(-Neural|-Generative)?\Z")
_GOOGLE_VOICE = re.compile(r"Google\.([a-z]{2,3}-[A-Z]{2})-(Standard|Wavenet|Neural2|Chirp3-HD)-[A-Za-z]+\Z")

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# tag → its attributes. Only Polly's and Google's voices know them.
TAGS: dict[str, frozenset[str]] = {
    "break": frozenset({"strength", "time"}),
    "emphasis": frozenset({"level"}),
    "lang": frozenset({_XML_LANG}),
    "p": frozenset(),
    "phoneme": frozenset({"alphabet", "ph"}),
    "prosody": frozenset({"volume", "rate", "pitch"}),
    "s": frozenset(),
    "say-as": frozenset({"interpret-as", "format"}),
    "sub": frozenset({"alias"}),
    "w": frozenset({"role"}),
}
_STRENGTHS = {"none": 0.0, "x-weak": 0.0, "weak": 0.25, "medium": 0.5, "strong": 1.0, "x-strong": 1.5}


def voice(text: str) -> str:
    """Return the name of a voice as it is. Errors: ValueError."""
    polly = _POLLY_VOICE.match(text)
    if text in BASIC or _GOOGLE_VOICE.match(text) or (polly and polly[1] in _POLLY_LANGUAGE):
        return text
    raise ValueError("must be man, woman, a published Polly.… voice or a Google.… voice")


def language_of(name: str) -> str | None:
    """Return the one language that a voice speaks, None for man and woman (they speak several)."""
    if google := _GOOGLE_VOICE.match(name):
        return google[1]
    polly = _POLLY_VOICE.match(name)
    return _POLLY_LANGUAGE[polly[1]] if polly else None


def spoken(say: Element, name: str) -> tuple[str, float]:
    """Return what a <Say> in the voice `name` speaks: text with single spaces, and seconds of breaks.

    Errors: ValueError for a tag, an attribute or a pause that isn't published.
    """
    parts: list[str] = [say.text or ""]
    breaks = 0.0
    for tag in say:
        if name in BASIC:
            raise ValueError(f"the voice {name} knows no tags such as <{tag.tag}>")
        text, seconds = _tag(tag, name)
        parts += [text, tag.tail or ""]
        breaks += seconds
    return " ".join("".join(parts).split()), breaks


def _tag(tag: Element, name: str) -> tuple[str, float]:
    known = TAGS.get(tag.tag)
    if known is None or not set(tag.attrib) <= known:
        raise ValueError(f"<{tag.tag}> with {' '.join(tag.attrib) or 'no attributes'} is no published tag")
    text, seconds = spoken(tag, name)
    if tag.tag == "break":
        return " ", seconds + _break(tag)
    return (tag.get("alias", text) if tag.tag == "sub" else text), seconds


def _break(tag: Element) -> float:
    time = tag.get("time")
    if time is None:
        strength = tag.get("strength", "medium")
        if strength not in _STRENGTHS:
            raise ValueError(f"<break strength> must be one of {', '.join(_STRENGTHS)}")
        return _STRENGTHS[strength]
    if not (match := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s)", time)):
        raise ValueError('<break time> must be such as "500ms" or "2s"')
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    if seconds > 10:
        raise ValueError("<break time> must be at most 10s")
    return seconds


def too_long(text: str, marked_up: str, name: str) -> str | None:
    """Return why a <Say> is too long for its voice, None if it fits (error 13521).

    `text`: without tags; `marked_up`: with them, as in the document.
    """
    kind, most, said = "a basic", 4096, text
    if name.startswith("Polly."):
        kind, most = "a Polly", 3000
    elif name.startswith("Google."):
        kind, most, said = "a Google", 5000, marked_up
    if len(said) > most:
        return f"{len(said)} characters: {kind} voice takes {most}"
    encoded = len(quote_plus(said))
    return f"{encoded} characters once URL-encoded: at most 4500" if encoded > 4500 else None
