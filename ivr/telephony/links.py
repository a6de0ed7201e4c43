"""The URLs and numbers of one call. What the URLs carry is sealed: no symptom, name or number shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.flow.steps import Dial, Record
from ivr.flow.turn import Position, Ring
from ivr.line.answer import InboundCall, Line
from ivr.line.edition import Edition
from ivr.line.errand import Errand, Said
from ivr.line.errand.errand import PATIENT
from ivr.line.page import Leg
from ivr.telephony.seal import BadSeal, Seal, payload_position, position_payload

# What a token is for: one made for another purpose doesn't open.
TURN, LEG, RECORDING, ERRAND, NEWS = "turn", "leg", "recording", "errand", "text"

PATIENT_RINGS = 25  # seconds; a patient's voicemail may well answer: the clinician hears that


@dataclass(frozen=True, slots=True)
class Recorder:
    """Where a recording belongs: the call, the turn that began it and the box."""

    call: str
    turn: int
    box: str


class CallLinks:
    """The links of one call, for twiml.Script: all from the edition that the call began with."""

    def __init__(self, edition: Edition, seal: Seal, call: InboundCall) -> None:
        self._config = edition.config
        self._flows = edition.flows
        self._seal = seal
        self._call = call
        self._base = edition.config.environment.public_url

    def turn_url(self, position: Position) -> str:
        """Return where the call goes on. The token is bound to the call: it opens for no other."""
        return f"{self._base}/turn?p={self._seal.seal(TURN, position_payload(position), self._call.sid)}"

    def whisper_url(self, ring: Ring, leg: str, position: Position) -> str:
        """Return where the words for a rung person are."""
        step = self._flows.steps.get(position.step)
        paged = isinstance(step, Dial) and step.disposition is not None
        payload = [self._call.sid, leg, position.turn, int(paged), ring.whisper or ""]
        return f"{self._base}/whisper?p={self._seal.seal(LEG, payload)}"

    def leg_status_url(self, leg: str, position: Position) -> str:
        """Return where news of a leg goes."""
        return f"{self._base}/leg?p={self._seal.seal(LEG, [self._call.sid, leg, position.turn, 0, ''])}"

    def recording_url(self, position: Position) -> str:
        """Return where news of a recording goes."""
        step = self._flows.steps.get(position.step)
        box = step.record if isinstance(step, Record) else ""
        return f"{self._base}/recording?p={self._seal.seal(RECORDING, [self._call.sid, position.turn, box])}"

    def number(self, leg: str) -> str:
        """Return the number to ring. It stands in the TwiML alone."""
        return self._config.number_of(leg)

    def caller_id(self) -> str:
        """Return what the rung phone shows: the clinic's number, or the caller's if config says so."""
        config = self._config
        if config.line.caller_id == "caller" and self._call.caller.number:
            return self._call.caller.number
        return config.clinic.number

    def ring_seconds(self, group: str) -> int:
        """Return how long the phones of a group ring."""
        return self._config.groups[group].ring_seconds


class ErrandLinks:
    """The links of a call with somebody of the clinic, for twiml.Script. The position plays no part."""

    def __init__(self, line: Line, seal: Seal, said: Said) -> None:
        self._line = line
        self._base = line.config.environment.public_url
        self._seal = seal
        self._token = seal.seal(ERRAND, errand_payload(said.errand))
        self._said = said

    def turn_url(self, position: Position) -> str:
        """Return where the call goes on."""
        return f"{self._base}/errand?p={self._token}"

    def whisper_url(self, ring: Ring, leg: str, position: Position) -> str:
        """Errors: ValueError: nobody whom an errand rings is asked to press a key."""
        raise ValueError("an errand rings without a whisper")

    def leg_status_url(self, leg: str, position: Position) -> str:
        """Return where news of the other phone goes. Nothing hangs on it: the Dial's own end is told."""
        return f"{self._base}/errand-leg?p={self._token}"

    def recording_url(self, position: Position) -> str:
        """Return where news of a recording goes: it is a message of the call that the errand is about."""
        about = self._said.errand
        place = [about.subject, about.turn, about.data.get("box", "")]
        return f"{self._base}/recording?p={self._seal.seal(RECORDING, place)}"

    def number(self, leg: str) -> str:
        """Return the number to ring. It stands in the TwiML alone."""
        number = self._said.number if leg == PATIENT else self._line.number_of(leg)
        if not number:
            raise ValueError(f"errand {self._said.errand.kind}: no number to ring for {leg}")
        return number

    def caller_id(self) -> str:
        """Return what the rung phone shows: always the clinic's number."""
        return self._line.config.clinic.number

    def ring_seconds(self, group: str) -> int:
        """Return how long the other phone rings."""
        return PATIENT_RINGS


def errand_urls(line: Line, seal: Seal, errand: Errand) -> tuple[str, str]:
    """Return where an errand's call goes on once it is answered, and where its end is told."""
    base, token = line.config.environment.public_url, seal.seal(ERRAND, errand_payload(errand))
    return f"{base}/errand?p={token}", f"{base}/errand-status?p={token}"


def errand_payload(errand: Errand) -> list[Any]:
    """Return an errand as a short list for a token."""
    return [
        errand.kind,
        errand.row,
        errand.subject,
        errand.leg,
        errand.step,
        errand.turn,
        errand.misses,
        dict(errand.data),
    ]


def open_errand(seal: Seal, token: str) -> Errand:
    """Return the errand that a token names. Errors: BadSeal."""
    try:
        return Errand(*seal.open(ERRAND, token))
    except TypeError:
        raise BadSeal("not an errand") from None


def text_news_url(line: Line, seal: Seal, row: int, call: str, contact: str) -> str:
    """Return where news of a text goes. row: its number in the outbox; contact "": it is a caller's."""
    token = seal.seal(NEWS, [row, call, contact])
    return f"{line.config.environment.public_url}/text-status?p={token}"


def open_text(seal: Seal, token: str) -> tuple[int, str, str]:
    """Return row, call and contact of the text that a token names. Errors: BadSeal."""
    try:
        row, call, contact = seal.open(NEWS, token)
    except (TypeError, ValueError):
        raise BadSeal("not a text") from None
    return row, call, contact


def open_position(seal: Seal, token: str, call: str) -> Position:
    """Return the position in a token of this call. Errors: BadSeal."""
    return payload_position(seal.open(TURN, token, call))


def open_leg(seal: Seal, token: str) -> Leg:
    """Return the leg that a token names. Errors: BadSeal."""
    try:
        call, leg, turn, paged, text = seal.open(LEG, token)
    except (TypeError, ValueError):
        raise BadSeal("not a leg") from None
    return Leg(call, leg, turn, bool(paged), text)


def open_recorder(seal: Seal, token: str) -> Recorder:
    """Return where a recording belongs. Errors: BadSeal."""
    try:
        call, turn, box = seal.open(RECORDING, token)
    except (TypeError, ValueError):
        raise BadSeal("not a recording") from None
    return Recorder(call, turn, box)
