"""The port to the networks: what the line asks of them, and the three ways in which that can fail.

An error says three things and never more: what was asked, what became of it, and the provider's code. Its
text holds no number, no address and nothing that was written or said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # a call never leaves these


class TelephoneError(Exception):
    """A request to the network that brought no result.

    code    Twilio's error code (21610: the reader has sent STOP), None when it sent none
    status  the HTTP status of its answer, None when there was no answer
    enough  so many such failures in a row show that the number is at fault; 0: it isn't about the number
    """

    def __init__(
        self, why: str, code: int | None = None, status: int | None = None, enough: int = 0
    ) -> None:
        super().__init__(why)
        self.why = why
        self.code = code
        self.status = status
        self.enough = enough


class Temporary(TelephoneError):
    """It was not done, and may work later: ask again."""


class Permanent(TelephoneError):
    """It was not done, and asking again the same way never helps."""


class Unknown(TelephoneError):
    """Nobody can say whether it was done: asking again may do it twice."""


@dataclass(frozen=True, slots=True)
class CallState:
    """How a call stands. `status` is Twilio's; `duration` in seconds, None until the call has ended."""

    status: str
    duration: int | None = None

    @property
    def over(self) -> bool:
        """Return whether the call has ended, however it did."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that the provider holds. `status` is Twilio's; `seconds` 0 until it is completed."""

    sid: str
    status: str
    seconds: int = 0


class Telephone(Protocol):
    """What the line asks of the network. Each may raise Temporary or Permanent; two Unknown as well."""

    def call(self, to: str, from_: str, url: str, status_callback: str, ring_seconds: int) -> str:
        """Ring `to` and return the call's sid. Once answered it goes on at `url`; its end is told."""
        ...

    def cancel(self, call_sid: str) -> None:
        """End a call that nobody has answered yet; one that was answered goes on.

        Permanent: it is over already, or there is none.
        """
        ...

    def text(
        self, to: str, from_: str, body: str, status_callback: str | None = None, validity: int = 300
    ) -> str:
        """Send a text and return its sid. It is worth delivering for `validity` seconds (1 to 36000)."""
        ...

    def recording(self, sid: str) -> bytes:
        """Return the audio of a recording. Temporary with status 404: not there, or not yet."""
        ...

    def delete_recording(self, sid: str) -> None:
        """Delete a recording with its audio. One that has gone already is no error."""
        ...

    def recordings_of(self, call_sid: str) -> list[Recording]:
        """Return the recordings that the provider holds of one call, newest first."""
        ...

    def call_state(self, call_sid: str) -> CallState:
        """Return how a call stands. Permanent with status 404: the provider knows no such call."""
        ...


class Mail(Protocol):
    """What the line asks of a mail server; it fails in the same three ways."""

    def send(self, from_: str, to: str, subject: str, body: str, key: str) -> str:
        """Send a mail and return its Message-ID, which follows from `key`: the same mail twice shows as one.

        Errors: Temporary, Permanent, Unknown.
        """
        ...
