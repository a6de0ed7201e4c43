"""Reads an answer to a webhook as TwiML, strictly: what Twilio would warn of or guess at is an error here."""

from __future__ import annotations

import dataclasses
from typing import NoReturn
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from ivr.exchange.attributes import SCHEMA, URL
from ivr.exchange.elements import READERS, attributes, no_text, verb
from ivr.exchange.twiml_errors import TwimlError
from ivr.exchange.verbs import (
    Dial,
    Document,
    Gather,
    Hangup,
    Number,
    Play,
    Prompt,
    Record,
    Redirect,
    Say,
    Verb,
)

__all__ = ["INLINE_LIMIT", "LIMIT", "TwimlError", "parse"]

LIMIT = 64 * 1024  # bytes of an answer
INLINE_LIMIT = 4000  # characters of a Twiml parameter
_XML_TYPES = ("text/xml", "application/xml", "text/html")
_BEFORE_JOINING = ("Say", "Play", "Gather", "Hangup")
_URL_FIELDS = (
    "action",
    "amd_status_callback",
    "partial_result_callback",
    "recording_status_callback",
    "refer_url",
    "status_callback",
    "transcribe_callback",
    "url",
)


def parse(body: bytes, content_type: str, *, whisper: bool = False, inline: bool = False) -> Document:
    """Return what `body` (an answer sent as `content_type`) asks for.

    `whisper`: the document runs on a phone that was rung, before it is joined. `inline`: it came as the Twiml
    parameter of a REST call, so it has no URL of its own. Errors: TwimlError.
    """
    if not body:
        raise TwimlError(11770, "the answer is empty")
    if len(body) > LIMIT:
        raise TwimlError(11750, f"the answer has {len(body)} bytes: at most {LIMIT} are read")
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document((Play(""), Hangup()))
    if kind == "text/plain":
        try:
            return _document(body, whisper, inline)
        except TwimlError:  # then it is read aloud
            return Document((Say(" ".join(body.decode("utf-8", "replace").split())), Hangup()))
    if kind not in _XML_TYPES:
        raise TwimlError(12300, f"content type {content_type or '(none)'}: must be text/xml")
    return _document(body, whisper, inline)


def _document(body: bytes, whisper: bool, inline: bool) -> Document:
    if inline and len(body.decode("utf-8", "replace")) > INLINE_LIMIT:
        raise TwimlError(32018, f"a Twiml parameter has at most {INLINE_LIMIT} characters")
    root = _root(body)
    for element in root:
        if whisper and element.tag == "Dial":
            raise TwimlError(13201, "<Dial> can't be used on a phone that was dialled itself")
        if whisper and element.tag in READERS and element.tag not in _BEFORE_JOINING:
            raise TwimlError(SCHEMA, f"<{element.tag}> isn't supported before the call is joined")
    verbs = tuple(verb(element) for element in root)
    if inline:
        for one in verbs:
            _has_no_document(one)
    return Document(verbs)


class _Builder(TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        raise TwimlError(12100, "a document type declaration has no place in TwiML")


def _root(body: bytes) -> Element:
    if not body.startswith(b"<"):
        raise TwimlError(12100, "the answer must begin with <, without spaces or a byte order mark before it")
    parser = XMLParser(target=_Builder())
    try:
        parser.feed(body)
        root: Element = parser.close()
    except ParseError as error:
        raise TwimlError(12100, f"not well-formed XML: {error}") from None
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise TwimlError(12100, f"can't be read as XML: {error}") from None
    if root.tag != "Response":
        raise TwimlError(12102, f"the root is <{root.tag}>: must be <Response>")
    attributes(root)
    no_text(root)
    return root


def _has_no_document(one: Verb | Number | Prompt) -> None:
    name = type(one).__name__
    for field in dataclasses.fields(one):
        value = getattr(one, field.name)
        relative = isinstance(value, str) and not urlsplit(value).scheme
        if field.name in _URL_FIELDS and relative:
            code = 15004 if field.name == "action" else URL
            raise TwimlError(code, f"<{name} {field.name}>: must be absolute in a Twiml parameter")
    again = isinstance(one, Gather | Record) and one.action is None
    if again or (isinstance(one, Redirect) and one.url is None):
        raise TwimlError(URL, f"<{name}> asks for this document again, but a Twiml parameter has no URL")
    for inner in one.numbers if isinstance(one, Dial) else one.prompts if isinstance(one, Gather) else ():
        _has_no_document(inner)
