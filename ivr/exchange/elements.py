"""Reads one element of a TwiML document as a verb: its attributes, its text and what it may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ivr.exchange.attributes import ATTRIBUTES, SCHEMA, URL, field_of, url
from ivr.exchange.records import looks_e164
from ivr.exchange.twiml_errors import TwimlError
from ivr.exchange.verbs import (
    Dial,
    Gather,
    Hangup,
    Number,
    Pause,
    Play,
    Prompt,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)
from ivr.exchange.voices import language_of, spoken, too_long

MOST_NUMBERS = 10  # in one <Dial>
_NESTED_SAY = {13510: 13322, 13511: 13321}  # a <Say> inside a <Gather> has numbers of its own


def verb(element: Element) -> Verb:
    """Return the verb that a child of <Response> is. Errors: TwimlError."""
    reader = READERS.get(element.tag)
    if reader is None:
        raise TwimlError(SCHEMA, f"<{element.tag}> is no verb{_respelt(element.tag, READERS)}")
    return reader(element)


def attributes(element: Element) -> dict[str, Any]:
    """Return the fields that the attributes of `element` set. Errors: TwimlError."""
    known = ATTRIBUTES.get(element.tag, {})
    fields: dict[str, Any] = {}
    for name, text in element.attrib.items():
        if name not in known:
            raise TwimlError(SCHEMA, f"<{element.tag}> has no attribute {name}{_respelt(name, known)}")
        read, code = known[name]
        try:
            fields[field_of(name)] = read(text)
        except ValueError as error:
            raise TwimlError(code, f'<{element.tag} {name}="{text}">: {error}') from None
    return fields


def no_text(element: Element) -> None:
    """Check that `element` holds no text of its own, only elements."""
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        raise TwimlError(SCHEMA, f"<{element.tag}> holds text where none belongs")


def _respelt(name: str, known: dict[str, Any]) -> str:
    near = next((word for word in known if word.lower() == name.lower()), None)
    return f": it is spelt {near}" if near else ""


def _childless(element: Element) -> None:
    if len(element):
        raise TwimlError(SCHEMA, f"<{element.tag}> can't hold <{element[0].tag}>")


def _bare(element: Element) -> dict[str, Any]:
    _childless(element)
    no_text(element)
    return attributes(element)


def _url(element: Element) -> str:
    _childless(element)
    text = (element.text or "").strip()
    try:
        return str(url(text))
    except ValueError as error:
        raise TwimlError(URL, f"<{element.tag}>{text}: {error}") from None


def _say(element: Element) -> Say:
    fields = attributes(element)
    name = fields.get("voice", "man")
    language, own = fields.get("language"), language_of(name)
    if language and own and language != own:
        raise TwimlError(13512, f"<Say>: {name} speaks {own}, not {language}")
    try:
        text, breaks = spoken(element, name)
    except ValueError as error:
        raise TwimlError(13520, f"<Say>: {error}") from None
    if not text and not breaks:
        raise TwimlError(13520, "<Say> has nothing to say")
    marked_up = ElementTree.tostring(element, "unicode").partition(">")[2].rpartition("</")[0]
    if why := too_long(text, marked_up, name):
        raise TwimlError(13521, f"<Say> has {why}")
    return Say(text, breaks=breaks, **fields)


def _play(element: Element) -> Play:
    fields = attributes(element)
    if "digits" in fields and not (element.text or "").strip():
        _childless(element)
        return Play(**fields)
    return Play(_url(element), **fields)


def _pause(element: Element) -> Pause:
    return Pause(**_bare(element))


def _prompt(element: Element) -> Prompt:
    if element.tag == "Say":
        try:
            return _say(element)
        except TwimlError as error:
            raise TwimlError(_NESTED_SAY.get(error.code, error.code), f"<Gather>: {error.message}") from None
    if element.tag == "Play":
        return _play(element)
    if element.tag == "Pause":
        return _pause(element)
    raise TwimlError(13320, f"<Gather> can hold <Say>, <Play> and <Pause> only, not <{element.tag}>")


def _gather(element: Element) -> Gather:
    fields = attributes(element)
    if "input" in fields:
        fields["input"] = tuple(fields["input"].split(" "))
    if fields.get("speech_timeout") == "auto" and "speech_model" in fields:
        raise TwimlError(13335, '<Gather speechTimeout="auto">: give seconds when speechModel is given')
    no_text(element)
    return Gather(tuple(_prompt(child) for child in element), **fields)


def _number(element: Element) -> Number:
    _childless(element)
    return Number(_telephone(element), **attributes(element))


def _telephone(element: Element) -> str:
    text = (element.text or "").strip()
    if looks_e164(text):
        return text
    code = 13224 if text.startswith("+") else 13223
    raise TwimlError(code, f"<{element.tag}>: must be one number in full, such as +441632960000")


def _dial(element: Element) -> Dial:
    fields = attributes(element)
    if fields.get("record", "do-not-record") == "do-not-record" and "recording_status_callback" in fields:
        raise TwimlError(SCHEMA, "<Dial recordingStatusCallback> without record is never called")
    if not len(element):
        return Dial((Number(_telephone(element)),), **fields)
    for noun in element:
        if noun.tag != "Number":
            raise TwimlError(13215, f"<Dial> can hold <Number> here, not <{noun.tag}>")
    if len(element) > MOST_NUMBERS:
        raise TwimlError(13250, f"<Dial> has {len(element)} numbers: at most {MOST_NUMBERS}")
    no_text(element)
    return Dial(tuple(_number(noun) for noun in element), **fields)


def _record(element: Element) -> Record:
    fields = _bare(element)
    record = Record(**fields)
    if record.transcribe and record.max_length > 120:
        raise TwimlError(13615, "<Record transcribe>: maxLength must be at most 120")
    return record


def _redirect(element: Element) -> Redirect:
    fields = attributes(element)
    # Empty: Twilio's own templates use it for "this document again".
    if not len(element) and not (element.text or "").strip():
        return Redirect(**fields)
    return Redirect(_url(element), **fields)


def _hangup(element: Element) -> Hangup:
    return Hangup(**_bare(element))


def _reject(element: Element) -> Reject:
    return Reject(**_bare(element))


READERS: dict[str, Callable[[Element], Verb]] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
    "Gather": _gather,
    "Dial": _dial,
    "Record": _record,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
}
