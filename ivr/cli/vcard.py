"""A contact card as text: vCard 3.0 (RFC 2426), the version that every phone reads."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

_LONGEST = 75  # octets of a line, its end left out


def vcard(name: str, numbers: Sequence[str], note: str = "") -> str:
    """Return the card of a business: lines end in CRLF, none has more than 75 octets in UTF-8.

    numbers   E.164; the first is the one to ring. The same first number gives the same UID, so that a card
              taken in again takes the place of the old one.
    """
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{uuid5(NAMESPACE_URL, 'tel:' + numbers[0])}",
        f"FN:{_escaped(name)}",
        f"N:{_escaped(name)};;;;",
        f"ORG:{_escaped(name)}",
        "X-ABShowAs:COMPANY",
        *(
            f"TEL;TYPE={'WORK,VOICE,PREF' if at == 0 else 'WORK,VOICE'}:{number}"
            for at, number in enumerate(numbers)
        ),
        *([f"NOTE:{_escaped(note)}"] if note else []),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """Break a long line between characters, never within one: what follows begins with a space."""
    pieces, piece, length = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if length + size > _LONGEST:
            pieces.append(piece)
            piece, length = " ", 1
        piece, length = piece + sign, length + size
    return "\r\n".join([*pieces, piece])
