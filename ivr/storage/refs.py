"""The short reference of a call: what people read out, write down and find in a text."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
_MISREAD = str.maketrans("OIL", "011", " -")


@lru_cache(maxsize=4096)
def reference(call: str) -> str:
    """Return the six characters for a CallSid: 30 bits of its SHA-256, so nearly always its own."""
    bits = int.from_bytes(sha256(call.encode()).digest()[:4], "big") >> 2
    return "".join(_ALPHABET[(bits >> shift) & 31] for shift in (25, 20, 15, 10, 5, 0))


def as_typed(text: str) -> str:
    """Return the reference a person meant: small letters, blanks and O for 0 are forgiven."""
    return text.strip().upper().translate(_MISREAD)
