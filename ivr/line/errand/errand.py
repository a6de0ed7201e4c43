"""The vocabulary of a call with somebody of the clinic: where it is, and what is said next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ivr.flow.turn import HangUp, Input, Wait
from ivr.line.answer import Line
from ivr.storage import Entry
from ivr.storage.entry import JSON

PATIENT = "patient"  # the leg id of the phone that Said.number names, for a Ring


@dataclass(frozen=True, slots=True)
class Errand:
    """Where such a call is. It travels, sealed, in the call's own URLs: nothing in it is a number or a sign.

    kind     one of ivr.line.errand.kinds.KINDS
    row      the errand's row; 0: a call that somebody of the clinic made to the line; below 0: a call-back
             that began while no row could be written
    subject  what it is about: the page's call, the shift, …
    leg      whose phone it is: a leg id
    step     what is being waited for, in words of the kind's own; "" before the first turn
    turn     counts up by one each turn; 0 when the phone has just been answered
    misses   silences and wrong keys in a row at this step
    data     what else the kind has to remember, as JSON values
    """

    kind: str
    row: int
    subject: str
    leg: str
    step: str = ""
    turn: int = 0
    misses: int = 0
    data: Mapping[str, JSON] = field(default_factory=dict)

    def at(self, step: str, misses: int = 0, **data: JSON) -> Errand:
        """Return the errand one turn on, waiting at `step`."""
        more = {**self.data, **data}
        return replace(self, step=step, turn=self.turn + 1, misses=misses, data=more)


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn of such a call came to: `says` are spoken, then `wait` begins at `errand`.

    number   what a Ring of the leg PATIENT rings (E.164); it stands in the TwiML alone
    entries  what has to be recorded before it is heard
    as_patient  instead of a wait, the call goes on as any caller's, from its start
    """

    says: tuple[str, ...]
    errand: Errand
    wait: Wait = HangUp()
    entries: Sequence[Entry] = ()
    number: str = field(default="", repr=False)
    as_patient: bool = False


def no_more(line: Line, errand: Errand, status: str) -> list[Entry]:
    """Return nothing: for kinds that need no act when their call is over."""
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of errand does.

    turn   (line, errand, what came in, the call's sid) → what is said next. The first input is Start: the
           phone was answered. After a Ring comes DialEnded, after TakeMessage Recorded. May write.
    over   (line, errand, the call's last status) → what has to be recorded when the call is over, or could
           never be placed ("failed"), or came too late ("expired")
    unproved  the row's own number is rung, not the leg's: that of a phone which nobody has proved yet
    """

    turn: Callable[[Line, Errand, Input, str], Said]
    over: Callable[[Line, Errand, str], list[Entry]] = no_more
    unproved: bool = False
