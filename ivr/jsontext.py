"""JSON in one spelling, written fast: no blanks, keys in order.

json.JSONEncoder makes its C writer anew for each value, which costs more than writing a short one. Here it is
made once; where Python lacks it, JSONEncoder writes. Tests hold the two equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder as _json
from typing import Any, NoReturn


def writer(ascii_only: bool) -> Callable[[Any], str]:
    """Return a function that writes a value of plain JSON types; it may be shared by threads.

    ascii_only   other letters are escaped

    Errors of the function: TypeError for what isn't JSON, ValueError for NaN and infinities, RecursionError
    for a value that holds itself.
    """
    usual = json.JSONEncoder(
        sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only, allow_nan=False
    )
    make: Any = getattr(_json, "c_make_encoder", None)
    if make is None:
        return usual.encode
    quote = _json.encode_basestring_ascii if ascii_only else _json.encode_basestring
    pieces: Callable[[Any, int], tuple[str, ...]] = make(
        None, _refuse, quote, None, ":", ",", True, False, False
    )

    def write(value: Any) -> str:
        return "".join(pieces(value, 0))

    return write


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} isn't JSON")
