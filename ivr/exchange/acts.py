"""What a person does with a telephone, when the exchange asks, and what it asks with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Answer:
    """The call is answered, by the person or by a machine."""

    by: Literal["", "voicemail", "call screening"] = ""


@dataclass(frozen=True)
class Refuse:
    """The call ends unanswered: line busy, declined on the handset, or no way to that phone."""

    how: Literal["busy", "rejected", "unreachable"]


@dataclass(frozen=True)
class Press:
    """Keys are pressed, at once: 0-9, * and #."""

    keys: str


@dataclass(frozen=True)
class Speak:
    """Something is said that a Gather can make out; it takes as long as it takes."""

    text: str


@dataclass(frozen=True)
class Talk:
    """The person talks for some seconds, whatever about; infinity: until they stop."""

    seconds: float


@dataclass(frozen=True)
class Stop:
    """The person stops talking."""


@dataclass(frozen=True)
class HangUp:
    """The person puts the telephone down."""


Act = Answer | Refuse | Press | Speak | Talk | Stop | HangUp
Plan = Sequence[tuple[float, Act]]  # seconds from the moment on, and what is done then


@dataclass(frozen=True)
class Moment:
    """A point at which a person may do something: from here on the exchange waits.

    `prompts`: the seconds until what a Gather says has been said.
    """

    kind: Literal["ringing", "gather", "record", "dial", "joined"]
    prompts: float = 0.0


class Person(Protocol):
    """Somebody, or some machine, at a telephone."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on.

        What has not happened when the moment is over doesn't happen any more; hanging up does.
        """
        ...


THINKS = 2.0  # seconds from the end of a prompt to the key
