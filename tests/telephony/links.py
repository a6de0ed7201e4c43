"""The values of a call that the tests write documents with, and a way to read the documents."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ivr.flow.turn import Position, Ring

NUMBERS = {"ana": "+447700900101", "ben": "+447700900102", "desk": "+441632960001"}
POSITION = Position(
    revision="9f2c61d07ab35e48",
    turn=14,
    step="concern.clinician_now",
    path="symptom",
    signs=("concern.gate_emergency", "concern.gate_skin"),
    ring=3,
    hunt_at=1_773_453_000,
    paged=True,
)


class Plain:
    """Links that name what they lead to; every URL has an "&", which XML writes differently."""

    def turn_url(self, position: Position) -> str:
        return f"https://line.example/turn?p={position.turn}&s=x"

    def whisper_url(self, ring: Ring, leg: str, position: Position) -> str:
        return f"https://line.example/whisper?leg={leg}&n={len(ring.legs)}"

    def leg_status_url(self, leg: str, position: Position) -> str:
        return f"https://line.example/leg?leg={leg}&p={position.turn}"

    def recording_url(self, position: Position) -> str:
        return f"https://line.example/recording?p={position.turn}&s=x"

    def number(self, leg: str) -> str:
        return NUMBERS.get(leg, "+447700900199")

    def caller_id(self) -> str:
        return "+441632960000"

    def ring_seconds(self, group: str) -> int:
        return 15


Verb = tuple[str, dict[str, str], str, list["Verb"]]


def read(document: bytes) -> list[Verb]:
    """Return the verbs of a document: (name, attributes, text, what is inside)."""
    root = ET.fromstring(document)
    assert root.tag == "Response" and not root.attrib and not (root.text or "").strip()
    return [_verb(element) for element in root]


def _verb(element: ET.Element) -> Verb:
    return element.tag, dict(element.attrib), element.text or "", [_verb(inner) for inner in element]


def names(document: bytes) -> list[str]:
    """Return the names of the outermost verbs."""
    return [verb[0] for verb in read(document)]


def spoken(document: bytes) -> list[str]:
    """Return every text that is said, in order."""
    return [element.text or "" for element in ET.fromstring(document).iter("Say")]
