"""One thing that happened, as the journal keeps it; and the one table of the kinds there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr.jsontext import writer

JSON: TypeAlias = str | int | float | bool | None | Sequence["JSON"] | Mapping[str, "JSON"]

# kind → the fields of its data; "?" marks one that may be left out. Nothing here may hold a number or a name:
# data is chained for ever. What may have to be erased goes into `private`.
KINDS: Mapping[str, tuple[str, ...]] = {
    "call_started": ("caller_kind", "revision", "repeat"),
    "turn": ("step", "input", "next"),
    "path": ("path",),
    "sign": ("gate", "sign", "how"),
    "disposition": ("disposition",),
    "page_opened": ("disposition", "signs"),
    "ringing": ("group", "legs", "ring"),
    "ring_ended": ("group", "legs", "outcome"),
    "whisper": ("leg", "leg_sid"),
    "accept": ("leg", "leg_sid", "digit", "result"),
    "leg_spoke": ("leg", "leg_sid", "result"),
    "leg_status": ("leg", "leg_sid", "status", "sequence"),
    "unanswered": ("group",),
    "promised": ("promise", "disposition", "due", "owner?"),
    "text": ("template", "to", "readers", "words?", "urgent?", "due?", "deadline?", "channel?"),
    "message": ("box", "seconds", "recording"),
    "message_kept": ("recording", "file", "bytes"),
    "message_deleted": ("recording", "where?"),
    "message_lost": ("recording", "why"),
    "text_sent": ("outbox", "sid", "contact?"),
    "text_failed": ("outbox", "why", "contact?"),
    "text_status": ("outbox", "sid", "status", "contact", "code?"),
    "text_again": ("outbox", "reader", "contact", "channel", "why"),
    "texts_merged": ("outboxes", "reader", "template"),
    "text_moot": ("outbox", "why"),
    "text_straight": ("text", "sid", "contact"),
    "contact_failed": ("contact", "source", "enough", "code?"),
    "contact_off": ("contact",),
    "contact_on": ("contact", "by"),
    "call_ended": ("status", "duration", "readers?", "deadline?"),
    "ended": ("step",),
    "hung_up": ("step",),
    "errand_placed": ("errand", "for", "leg", "sid"),
    "errand_answered": ("errand", "leg", "sid?"),
    "errand_result": ("errand", "leg", "result", "sid?"),
    "errand_ended": ("errand", "for", "leg", "status", "why?", "sid?"),
    "staff": ("who", "what", "about?"),
    "shift_started": ("shift", "person", "starts", "ends"),
    "shift_confirmed": ("shift", "how"),
    "shift_unreached": ("shift", "person", "tries"),
    "callback": ("who", "leg", "what", "result", "sid?"),
    "page_round": ("round", "next"),
    "page_taken": ("person", "leg", "sid"),
    "patient_leg": ("errand", "leg", "status", "seconds?"),
    "page_released": ("leg", "sid", "why", "next"),
    "page_closed": ("by", "outcome"),
    "page_reopened": ("by",),
    "promise_reminded": ("promise",),
    "promise_missed": ("promise",),
    "promise_kept": ("promise", "by", "how"),
    "promise_due": ("promise", "by"),
    "safe_answer": ("where",),
    "spilled": ("lines",),
    "alarm": ("what",),
    "published": ("revision", "number", "how", "before"),
    "rolled_back": ("revision", "number", "before"),
    "refused": ("revision", "how", "mistakes", "places"),
}

# kind → what it may bring for the tables only: never in the journal, never in a hash, never in a repr.
PRIVATE: Mapping[str, frozenset[str]] = {
    "call_started": frozenset({"caller"}),
    "contact_failed": frozenset({"mark"}),
}

_NONE: frozenset[str] = frozenset()
_MUST = {kind: frozenset(f for f in fields if f[-1] != "?") for kind, fields in KINDS.items()}
_MAY = {kind: frozenset(f.rstrip("?") for f in fields) for kind, fields in KINDS.items()}
_encode = writer(ascii_only=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line for the journal.

    at       UTC with milliseconds: "2026-11-24T02:10:00.123Z" (whole seconds are taken too)
    call     the CallSid it belongs to; "" for what belongs to no call
    kind     one of KINDS
    key      names it within its call: the same webhook twice gives the same key, and is one entry
    data     just the fields that KINDS lists
    private  values for the tables that may have to be erased, such as the caller's number
    text     `data` as canonical JSON (sorted keys, ASCII, no blanks): made here, once

    Errors: ValueError for an unknown kind, fields that don't fit it, a time of another shape, or data that
    isn't JSON.
    """

    at: str
    call: str
    kind: str
    key: str
    data: Mapping[str, JSON]
    private: Mapping[str, str] = field(default_factory=dict, repr=False)
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        may = _MAY.get(self.kind)
        if may is None:
            raise ValueError(f"no journal kind {self.kind!r}: add it to ivr.storage.entry.KINDS")
        given = self.data.keys()
        if not (given <= may and given >= _MUST[self.kind]):
            raise ValueError(f"a {self.kind} entry has {', '.join(KINDS[self.kind])}, not {sorted(given)}")
        if self.private and not self.private.keys() <= PRIVATE.get(self.kind, _NONE):
            raise ValueError(f"a {self.kind} entry can't keep private {sorted(self.private)}: see PRIVATE")
        if len(self.at) == 20 and self.at[19] == "Z":
            object.__setattr__(self, "at", f"{self.at[:19]}.000Z")
        elif len(self.at) != 24 or self.at[19] != "." or self.at[23] != "Z":
            raise ValueError(f"at is {self.at!r}: write UTC as 2026-11-24T02:10:00.123Z")
        if not (self.key and self.key.isascii() and self.call.isascii()):
            raise ValueError(f"call and key of a {self.kind} entry must be ASCII, and the key not empty")
        try:
            object.__setattr__(self, "text", _encode(dict(self.data)))
        except (TypeError, ValueError) as error:
            raise ValueError(f"data of a {self.kind} entry isn't plain JSON: {error}") from error


def to_line(entry: Entry) -> str:
    """Return `entry` as one line of JSON, private values included: for the spill file only."""
    return _encode(
        {
            "at": entry.at,
            "call": entry.call,
            "kind": entry.kind,
            "key": entry.key,
            "data": dict(entry.data),
            "private": dict(entry.private),
        }
    )


def from_line(line: str | bytes) -> Entry:
    """Return the entry that to_line() wrote. Errors: ValueError for anything else."""
    found = json.loads(line)
    try:
        return Entry(**found)
    except (TypeError, AttributeError) as error:
        raise ValueError("not a line that to_line() wrote") from error
