"""The vocabulary of one turn: what came in, what is known, what goes out.

A *turn* begins when the caller's phone tells us something (the call started, a
key, silence, a leg that ended) and runs to the next *wait*. Every value here is
frozen and compares by content, so the same turn is the same object to a test, a
cache and the exploration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CallerPath = Literal["open", "symptom", "booking"]
Disposition = Literal["emergency", "clinician_now", "two_hours", "same_day", "routine"]
CallerKind = Literal["home", "abroad", "withheld"]

# --- what comes in ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """The call was answered: the first webhook."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The caller pressed keys: `digits` holds 0-9, * and # as pressed."""

    digits: str


@dataclass(frozen=True, slots=True)
class Speech:
    """The caller spoke: the provider's best transcript."""

    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The wait ended with neither key nor speech."""


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The legs of one `<Dial>` are over.

    `status` is the provider's DialCallStatus; `bridged` its DialBridged (None: not
    sent); `accepted` is our own record of the key press (None: it can't be read).
    """

    status: str
    bridged: bool | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording ended after `seconds`, by `key` ("" for silence or length)."""

    seconds: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has gone: what we answer can't be heard.

    seconds   of a recording, if one was running
    ring      how a ring ended, if one was going on or had been bridged
    """

    seconds: int = 0
    ring: DialEnded | None = None


Input = Start | Keys | Speech | Silence | DialEnded | Recorded | HungUp


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the engine may know beside the flow and the position.

    now      seconds since 1970, UTC
    open     by the name of each opening-hours table: is it open now
    caller   where the caller's number is from, or that it is withheld
    repeat   a call with a sign came from this number within the repeat window
    hunts    per group: the rings in order; each ring is the legs rung together
    rounds   per group: how many of the first rings are tried however late it is
    limits   per group: seconds since the hunt began after which nobody else is rung
    words    the values of the placeholders that texts may use, ready to be spoken
    off      legs that are known to fail: passed over while the hunt has others
    """

    now: int = 0
    open: Mapping[str, bool] = field(default_factory=dict)
    caller: CallerKind = "home"
    repeat: bool = False
    hunts: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a call is. It travels, sealed, in the call's own action URLs.

    revision   content hash of the flows the call began with
    turn       counts up by one each turn, so that no two turns of a call look alike
    step       "flow.step" that waits for the caller
    misses     silences and wrong keys in a row at this step
    path       open until the topic is chosen; then symptom or booking
    signs      gates answered yes ("flow.step"), in order
    ring       index of the ring now ringing
    hunt_at    seconds since 1970 when the hunt began (0: none has)
    paged      a page has been opened in this call
    repeat     this caller rang about a sign before, and was led on for it
    """

    revision: str = ""
    turn: int = 0
    step: str = ""
    misses: int = 0
    path: CallerPath = "open"
    signs: tuple[str, ...] = ()
    ring: int = 0
    hunt_at: int = 0
    paged: bool = False
    repeat: bool = False


# --- what goes out ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for one key or a short answer. `prompts` are spoken inside the wait: a key cuts them short.

    seconds   how long to wait after the prompts, or after the last key
    hints     words the speech recogniser should expect
    keys      how many keys at most; more than one end with #, too
    speech    whether an answer by voice counts
    """

    prompts: tuple[str, ...]
    seconds: int
    hints: tuple[str, ...] = ()
    keys: int = 1
    speech: bool = True


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring `legs` (ids of config's people or groups, never numbers) at the same time.

    whisper   what a person who answers hears before the bridge; they must press 1.
              None: the leg is bridged as soon as it is answered.
    star      the one who rings may end it with *, and the call goes on: a voicemail has answered
    """

    group: str
    legs: tuple[str, ...]
    whisper: str | None = None
    star: bool = False


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Record into `box`, for at most `seconds`. A key of `keys` ends it (as # always does).

    prompts   spoken before the tone; where there are keys, one of them leaves at once, and comes back as Keys
    """

    box: str
    seconds: int
    keys: str = ""
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end of the call."""


Wait = Listen | Ring | TakeMessage | HangUp


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the record must hold and the line may have to act on.

    `kind` is one of EVENTS; `data` holds just the fields named there.
    """

    kind: str
    data: tuple[tuple[str, object], ...] = ()

    def get(self, name: str) -> object:
        return dict(self.data)[name]


# kind → its fields. One table: the journal, the line and the tests all read it.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "path": ("path",),  # the topic was chosen
    "sign": ("gate", "sign", "how"),  # a gate counted as yes; how: key | speech | silence | wrong
    "disposition": ("disposition",),
    "page_opened": ("disposition", "signs"),  # signs: tuple of short names
    "ringing": ("group", "legs", "ring"),
    "ring_ended": ("group", "legs", "outcome"),  # outcome: see flow.dial.OUTCOMES
    "unanswered": ("group",),
    "promised": ("promise", "disposition"),
    "text": ("template", "to"),
    "message": ("box", "seconds"),
    "ended": ("step",),
    "hung_up": ("step",),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn decided: `says` are spoken in full, then `wait` begins at `position`.

    `heard` names the steps whose words are in `says` and in the wait, in order.
    """

    says: tuple[str, ...]
    wait: Wait
    position: Position
    events: tuple[Event, ...] = ()
    heard: tuple[str, ...] = ()
