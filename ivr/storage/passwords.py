"""Passwords and PINs as they are kept: scrypt, never themselves.

A hash takes a tenth of a second and 32 MiB, so it is worked out outside any transaction. Whoever isn't known
costs the same: their attempt is held against a hash that nothing matches.
"""

from __future__ import annotations

import secrets
from functools import lru_cache

SHORTEST, LONGEST = 12, 200  # characters of a password


def hashed(text: str) -> str:
    """Return what is kept of a password or PIN: the method, a salt and the hash."""
    from werkzeug.security import generate_password_hash  # 50 ms to import: not for every command

    return generate_password_hash(text, "scrypt")


def matches(kept: str | None, text: str) -> bool:
    """Return whether `text` is what was hashed. With nothing kept it is False, and takes as long."""
    from werkzeug.security import check_password_hash

    right = check_password_hash(kept or _nobodys(), text[:LONGEST])
    return right and kept is not None


def fault(password: str, name: str = "") -> str:
    """Return what keeps a new password from being taken, with the cure; "" when nothing does."""
    if len(password) < SHORTEST:
        return f"It is shorter than {SHORTEST} characters: three or four words in a row are easy to remember."
    if len(password) > LONGEST:
        return f"It is longer than {LONGEST} characters: take a shorter one."
    plain = password.casefold()
    if len(set(plain)) < 5 or (name and plain.replace(name.casefold(), "").strip() == ""):
        return "It could be guessed: take three or four words that don't belong together."
    return ""


@lru_cache(1)
def _nobodys() -> str:
    return hashed(secrets.token_urlsafe(24))
