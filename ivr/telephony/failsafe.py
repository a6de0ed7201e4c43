"""What is answered when nothing else can be: rendered at start-up, held in memory, chosen without thinking.

The caller hears when to dial 999, then the on-call chain is rung, one phone after the other, each with a
whisper; at the end stand A&E and 111. Nothing here needs the database, a flow or the rota: which phone is
next is part of the URL, and whether somebody took the call is for Twilio to say (DialBridged): behind our
whisper it means that somebody pressed 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.flow.turn import HangUp, Position, Ring, Turn
from ivr.telephony.twiml import Script
from ivr.telephony.words import TRUE, Param

DANGER = "If anyone can't breathe, can't see, or has collapsed, hang up and call 999 now."
WAITS = "If you are not unwell, please hang up, and ring us again later."
TRYING = "I am calling a clinician now. Please stay on the line."
STILL = "Still calling. Please stay on the line."
CUT_OFF = "If you were cut off, please ring us again."
NOBODY = "I can't reach a clinician. If you feel unwell after a treatment, go to A and E now, or call 111."
TELL = "Tell them it is after a cosmetic treatment."
WHISPER = "Urgent call for the clinic. A patient is waiting. Press 1 to take it, or 2 to pass it on."

FAULT = "The clinic line has a fault. A patient may be waiting. Look at your texts, and ring them now."


@dataclass(frozen=True)
class SafeDocs:
    """The safe documents of a line. The same inputs always give the same documents.

    public_url      ours, as Twilio knows it, without a slash at the end
    caller_id       the number that the clinicians' phones show: the clinic's
    chain           the clinicians' numbers (E.164), in the order in which they are rung; may be empty.
                    Build the documents anew when it changes.
    danger          when to call 999: part of all that a caller can hear
    ring_seconds    how long each rings; Twilio adds about 5
    rounds          how often the chain is gone through
    """

    voice: str
    language: str
    public_url: str
    caller_id: str
    chain: tuple[str, ...] = field(default=(), repr=False)
    danger: str = DANGER
    ring_seconds: int = 15
    rounds: int = 2
    _made: dict[str, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        script = Script(self.voice, self.language)
        numbers = self.chain * max(self.rounds, 1)
        made = {
            "safe/end": self.static_file(),
            "safe/taken": script.turn(_end(CUT_OFF, self.danger), _Links(self, "")),
            "safe/whisper": script.whisper(WHISPER, f"{self.public_url}/safe/accept"),
            "safe/accept": script.bridge(),
            "safe/pass": script.decline(),
            "safe/leg": script.nothing(),
            "safe/errand": script.turn(_end(FAULT, FAULT), _Links(self, "")),
        }
        for at, number in enumerate(numbers):
            name = "safe" if at == 0 else f"safe/{at}"
            after = f"safe/{at + 1}" if at + 1 < len(numbers) else "safe/end"
            says = (self.danger, WAITS, TRYING) if at == 0 else (STILL, self.danger)
            turn = Turn(says, Ring("safe", (number,), WHISPER), Position())
            made[name] = script.turn(turn, _Links(self, after))
        made.setdefault("safe", made["safe/end"])
        object.__setattr__(self, "_made", made)

    def documents(self) -> dict[str, bytes]:
        """Return every document by its name, which is its path too.

        "safe"                       the answer to a caller's webhook that failed
        "safe/1", "safe/2", …        the phones after the first; then "safe/end": A&E or 111
        "safe/taken"                 after a call that somebody took
        "safe/whisper"               for a phone that was answered, and for a clinician's webhook that failed
        "safe/accept", "safe/pass"   key 1, and anything else
        "safe/leg"                   for news of a phone
        "safe/errand"                for a clinician whom the line has rung itself
        """
        return dict(self._made)

    def answer(self, path: str, form: Mapping[str, str]) -> bytes:
        """Return the document for a request to one of our safe URLs; "safe" for a path that isn't one.

        path   with or without the slash in front; `form` the request's parameters, signature checked
        """
        name = path.strip("/")
        if name == "safe/accept":
            return self._made[name if form.get(Param.DIGITS) == "1" else "safe/pass"]
        if form.get(Param.DIAL_BRIDGED) == TRUE:
            return self._made["safe/taken"]
        return self._made.get(name) or self._made["safe"]

    def static_file(self) -> bytes:
        """Return a document to host elsewhere, as the number's fallback: it holds no URL.

        It rings nobody. Without a server there is no telling key 1 from any other, and without a whisper a
        clinician's voicemail would be the "clinician".
        """
        says = (self.danger, NOBODY, TELL)
        return Script(self.voice, self.language).turn(_end(*says, *says, WAITS), _Links(self, ""))


def _end(*says: str) -> Turn:
    return Turn(says, HangUp(), Position())


class _Links:
    """The values of a safe document: `after` is where the call goes on when the phone has rung in vain."""

    def __init__(self, docs: SafeDocs, after: str) -> None:
        self._docs = docs
        self._after = after

    def turn_url(self, position: Position) -> str:
        return f"{self._docs.public_url}/{self._after}"

    def whisper_url(self, ring: Ring, leg: str, position: Position) -> str:
        return f"{self._docs.public_url}/safe/whisper"

    def leg_status_url(self, leg: str, position: Position) -> str:
        return f"{self._docs.public_url}/safe/leg"

    def recording_url(self, position: Position) -> str:
        return f"{self._docs.public_url}/safe/leg"

    def number(self, leg: str) -> str:
        return leg

    def caller_id(self) -> str:
        return self._docs.caller_id

    def ring_seconds(self, group: str) -> int:
        return self._docs.ring_seconds
