"""Phone numbers: which text is one, who may be behind it, and how it is shown.

A caller's number is only ever as good as the network that sent it. What isn't plainly
a number that could be rung back counts as withheld: it is never stored, rung or texted.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# After +44: ten digits, but nine for a few old area codes and the older 0800 and 0500 numbers.
# Stricter than phonenumbers, which lets seven digits pass; looser than its is_valid_number,
# which knows no drama number. It also spares the common caller the library's import.
_UK = re.compile(r"\+44(?:[1235789][0-9]{9}|1[0-9]{8}|[58]00[0-9]{6})")

# Ofcom keeps these for plays and films: nobody has one, so phonenumbers takes them for no number at all.
_UK_DRAMA = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")

# Networks that can't send a word send it spelt on a keypad: ANONYMOUS arrives as +266696687.
_NO_NUMBER = (
    "ANONYMOUS", "BLOCKED", "PRIVATE", "RESTRICTED", "UNAVAILABLE", "UNKNOWN", "WITHHELD"
)  # fmt: skip
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_SPELT = frozenset("+" + word.translate(_KEYPAD) for word in _NO_NUMBER)

# Country codes of one and two digits (ITU-T E.164, list of assigned codes); all others have three.
_ONE_DIGIT = frozenset("17")
_TWO_DIGITS = frozenset(
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58"
    " 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98".split()
)

_SHOWN = 3  # last digits that a masked number keeps
_HIDDEN = 3  # fewer hidden digits than this would be no mask


@dataclass(frozen=True, slots=True)
class Caller:
    """Who rings, as far as the network tells. `number` (E.164) is None exactly when withheld."""

    kind: Literal["home", "abroad", "withheld"]
    number: str | None


_WITHHELD = Caller("withheld", None)


def is_e164(text: str) -> bool:
    """Return whether `text` is written as an E.164 number: +, then 7 to 15 digits, and nothing else."""
    return _E164.fullmatch(text) is not None


def mask(number: str) -> str:
    """Return a number as people may see it: country code and last three digits, "+44…123".

    What isn't E.164, or is too short to hide at least three digits, becomes "withheld".
    """
    if not is_e164(number):
        return "withheld"
    code = _country_code(number)
    if len(number) - len(code) - _SHOWN < _HIDDEN:
        return "withheld"
    return f"{code}…{number[-_SHOWN:]}"


@lru_cache(maxsize=4096)
def caller(raw: str, home: str = "+44") -> Caller:
    """Return who rings, from the `From` that the network sent, whatever it holds. Never raises.

    home   the clinic's own country code, with its +
    Words, keypad spellings of words, short codes, SIP addresses and impossible
    numbers are withheld.
    """
    if not is_e164(raw) or raw in _SPELT or not _possible(raw):
        return _WITHHELD
    return Caller("home" if _country_code(raw) == home else "abroad", raw)


def keyed(digits: str, home: str = "+44", regions: Collection[str] = ()) -> str | None:
    """Return the number (E.164) that somebody keyed on a telephone, or None for one that must not be rung.

    digits   as pressed: as dialled at home ("07700…"), or with 00 and the country code
    regions  ISO codes of the countries that may be rung; none: that of `home` alone
    Mobiles and landlines only: a premium, shared-cost, personal or short number is never one of them.
    """
    if not (digits.isascii() and digits.isdigit()):
        return None
    import phonenumbers  # 20 ms: only who keys a number pays for it

    region = phonenumbers.region_code_for_country_code(int(home))
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    number: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    wanted = {code.upper() for code in regions} or {region}
    if _UK_DRAMA.fullmatch(number):
        return number if "GB" in wanted else None
    kinds = phonenumbers.PhoneNumberType
    rung = (kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)
    plain = phonenumbers.number_type(parsed) in rung and is_e164(number)
    return number if plain and phonenumbers.region_code_for_number(parsed) in wanted else None


def ending(number: str) -> str:
    """Return the last three digits, spaced so that they are read out one by one: "1 2 3"."""
    return " ".join(number[-_SHOWN:])


def _country_code(number: str) -> str:
    """Return the country code, with its +, of an E.164 number."""
    if number[1] in _ONE_DIGIT:
        return number[:2]
    return number[:3] if number[1:3] in _TWO_DIGITS else number[:4]


def _possible(number: str) -> bool:
    """Return whether a number of this length can be rung from anywhere in the world."""
    if number.startswith("+44"):
        return _UK.fullmatch(number) is not None
    import phonenumbers  # 20 ms: only callers from abroad pay for it

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    # is_possible_number() would also pass numbers that can only be dialled within one area.
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE
