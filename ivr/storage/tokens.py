"""Secrets that somebody else holds: links, session cookies and recovery codes are kept as hashes only."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is easily misread


def new() -> str:
    """Return a new secret of 256 bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a secret. It was drawn at random, so it needs no salt and no slow hash."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def recovery_code() -> str:
    """Return a new recovery code, 49 bits, as people write it down: "7KPQM-X2R9D"."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def as_typed(code: str) -> str:
    """Return the recovery code a person meant: small letters, blanks and a missing hyphen are forgiven."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return f"{plain[:5]}-{plain[5:]}"


class Sealer:
    """Seals what the line itself has to read again, under the line's secret key (at least 32 bytes)."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        if len(secret) < 32:
            raise ValueError("the secret key is shorter than 32 bytes: set IVR_SECRET_KEY.")
        self._secret = secret
        self._purpose = purpose.encode()

    def seal(self, text: str, bind: str) -> str:
        """Return `text` sealed, as hex. It opens only with the same `bind`."""
        return self._cipher().encrypt(text.encode(), [bind.encode()]).hex()

    def open(self, sealed: str, bind: str) -> str | None:
        """Return what was sealed; None when it is another key's or was changed."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher().decrypt(bytes.fromhex(sealed), [bind.encode()]).decode()
        except (InvalidTag, ValueError):
            return None

    def key(self) -> bytes:
        """Return the key of this purpose, 64 bytes, for others who seal or sign."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 64, None, b"ivr " + self._purpose).derive(self._secret)

    def _cipher(self) -> AESSIV:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(self.key())
