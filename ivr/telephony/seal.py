"""Sealed tokens: what travels in our own URLs can be neither read nor changed on its way.

AES-SIV (RFC 5297) is deterministic: the same payload gives the same token, so that a webhook that comes twice
is answered alike. Sameness is thus the one thing a token shows: `bind` it to the call, and no two calls look
alike.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ivr.flow.turn import CallerPath, Position
from ivr.jsontext import writer

VERSION = 1  # of position_payload's list
_PATHS: tuple[CallerPath, ...] = ("open", "symptom", "booking")  # a token holds the place in this list
_write = writer(ascii_only=False)
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


class BadSeal(ValueError):
    """A token that we did not make, or not for this purpose and this call. It doesn't say which."""


class Seal:
    """Seals and opens tokens with a key derived from `secret` (at least 32 bytes).

    Threads may share one. Errors: ValueError for a shorter secret.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret is too short: IVR_SECRET_KEY needs at least 32 characters")
        self._cipher = AESSIV(HKDF(SHA256(), 64, None, b"ivr seal 1").derive(secret))

    def seal(self, purpose: str, payload: Sequence[Any] | Mapping[str, Any], bind: str = "") -> str:
        """Return a token for `payload` (a list or dict of JSON values): base64url, no padding.

        It opens only for the same `purpose` and `bind` (the call's sid, say), which it doesn't hold.
        """
        sealed = self._cipher.encrypt(_write(payload).encode(), [purpose.encode(), bind.encode()])
        return binascii.b2a_base64(sealed, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")

    def open(self, purpose: str, token: str, bind: str = "") -> Any:
        """Return the payload of `token`. Errors: BadSeal."""
        try:
            text = token.encode("ascii")
            padded = text.translate(_FROM_URL) + b"=" * (-len(text) % 4)
            sealed = binascii.a2b_base64(padded, strict_mode=True)
            # Spare bits of the last letter may hold anything: one payload, one spelling.
            if binascii.b2a_base64(sealed, newline=False).translate(_TO_URL).rstrip(b"=") != text:
                raise BadSeal("not one of our tokens")
            return json.loads(self._cipher.decrypt(sealed, [purpose.encode(), bind.encode()]))
        except (InvalidTag, ValueError):  # ValueError: binascii's, Unicode's and JSON's errors too
            raise BadSeal("not one of our tokens") from None


def position_payload(position: Position) -> list[Any]:
    """Return a position as a short list for a token: the version first, then the fields in their order.

    A sign of the flow that the call is in is written ".step".
    """
    flow = position.step.partition(".")[0]
    return [
        VERSION,
        position.revision,
        position.turn,
        position.step,
        position.misses,
        _PATHS.index(position.path),
        [_short(sign, flow) for sign in position.signs],
        position.ring,
        position.hunt_at,
        int(position.paged) + 2 * int(position.repeat),
    ]


def payload_position(payload: Any) -> Position:
    """Return the position that position_payload() made the list of. Errors: BadSeal for any other value."""
    try:
        version, revision, turn, step, misses, path, signs, ring, hunt_at, flags = payload
        if version != VERSION:
            raise BadSeal(f"a position of version {version}: this code reads version {VERSION}")
        flow = step.partition(".")[0]
        return Position(
            revision=revision,
            turn=turn,
            step=step,
            misses=misses,
            path=_PATHS[path],
            signs=tuple(flow + sign if sign[:1] == "." else sign for sign in signs),
            ring=ring,
            hunt_at=hunt_at,
            paged=bool(flags & 1),
            repeat=bool(flags & 2),
        )
    except BadSeal:
        raise
    except (AttributeError, IndexError, TypeError, ValueError):
        raise BadSeal("not a position") from None


def _short(sign: str, flow: str) -> str:
    return sign[len(flow) :] if flow and sign.startswith(flow + ".") else sign
