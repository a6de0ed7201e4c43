"""References on a telephone's keys: each of the six characters is one key.

I, L and O for 1 and 0 are forgiven. Several characters share a key, so keys may mean more than one reference:
whoever asks then offers them all.
"""

from __future__ import annotations

from collections.abc import Mapping

_LETTERS = ("", "", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
_KEY: Mapping[str, str] = {letter: str(key) for key, letters in enumerate(_LETTERS) for letter in letters}
# What a 0 or 1 of a reference may be read as.
_ALSO: Mapping[str, str] = {"0": "O", "1": "IL"}


def keys_of(reference: str) -> str:
    """Return the keys that spell a reference: "T9RWR2" is 897972."""
    return "".join(_KEY.get(sign, sign) for sign in reference)


def may_mean(keys: str, reference: str) -> bool:
    """Return whether somebody who pressed `keys` can mean this reference."""
    return len(keys) == len(reference) and all(
        key in (_KEY.get(sign, sign), *(_KEY[also] for also in _ALSO.get(sign, "")))
        for key, sign in zip(keys, reference, strict=True)
    )
