"""Telephones, and what went over the wire, as the page shows them: no number of anybody else in full."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ivr.exchange.handset.phones import PagePhone
from ivr.exchange.webhooks import Request

_NUMBER = re.compile(r"(\+|%2B)([0-9]{2})[0-9]{3,11}([0-9]{3})(?![0-9])")


def masked(text: str) -> str:
    """Return `text` with each number cut to its first two and last three digits: "+44…123"."""
    return _NUMBER.sub(r"\1\2…\3", text)


def request(sent: Request) -> dict[str, Any]:
    """Return a webhook and its answer."""
    return {
        "at": sent.at.isoformat() if sent.at else "",
        "method": sent.method,
        "path": masked(urlsplit(sent.url).path),
        "url": masked(sent.url),
        "signature": sent.headers.get("X-Twilio-Signature", ""),
        "params": [[name, masked(value)] for name, value in sent.params.items()],
        "call": sent.call,
        "status": sent.status,
        "error": sent.error,
        "milliseconds": round(sent.seconds * 1000),
        "answer": masked(_indented(sent.body)),
    }


def telephone(phone: PagePhone) -> dict[str, Any]:
    """Return a telephone as it is now; in full only the number of whoever tries the line."""
    about, call = phone.about, phone.call
    return {
        "key": about.key,
        "name": about.name,
        "group": about.group,
        "own": about.own,
        "number": phone.number if about.own else masked(about.number),
        "state": phone.state,
        "waits": phone.waits,
        "behaviour": phone.behaviour,
        "by_hand": phone.by_hand,
        "from": masked(call.from_) if call is not None and phone.state == "ringing" else "",
    }


def _indented(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    try:
        tree = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return text
    ElementTree.indent(tree)
    return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=True)
