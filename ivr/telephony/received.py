"""What a request of Twilio's says, as an input of the engine."""

from __future__ import annotations

from ivr.flow.turn import DialEnded, HungUp, Input, Keys, Recorded, Silence, Speech
from ivr.telephony.signature import Form
from ivr.telephony.words import CALL_ENDED, HUNG_UP, TRUE, DialStatus, Param

_DIAL_STATUSES = frozenset(DialStatus)


def received(form: Form) -> Input:
    """Return what came in on a call that goes on: a key, words, silence, the end of a ring or a recording."""
    gone = form.get(Param.CALL_STATUS) in CALL_ENDED
    if Param.DIAL_CALL_STATUS in form:
        ended = dial_ended(form)
        return HungUp(ring=ended) if gone else ended
    digits = form.get(Param.DIGITS, "")
    if Param.RECORDING_URL in form or Param.RECORDING_SID in form or Param.RECORDING_DURATION in form:
        seconds = whole(form.get(Param.RECORDING_DURATION)) or 0
        if gone or digits == HUNG_UP:
            return HungUp(seconds)
        return Recorded(seconds, digits[:1])
    if gone:
        return HungUp()
    if digits:
        return Keys(digits)
    if words := form.get(Param.SPEECH_RESULT, "").strip():
        return Speech(words)
    return Silence()


def dial_ended(form: Form) -> DialEnded:
    """Return how a `<Dial>` ended. A status that Twilio hasn't published counts as a failure."""
    status = form[Param.DIAL_CALL_STATUS]
    bridged = form.get(Param.DIAL_BRIDGED)
    return DialEnded(
        status if status in _DIAL_STATUSES else DialStatus.FAILED.value,
        bridged=None if not bridged else bridged == TRUE,
    )


def recording_sid(form: Form) -> str:
    """Return the sid of the recording that a request tells of: sent, or the end of its URL; "" if neither."""
    sid = form.get(Param.RECORDING_SID) or form.get(Param.RECORDING_URL, "").rpartition("/")[2]
    sid = sid.partition(".")[0]
    return sid if len(sid) == 34 and sid.startswith("RE") and sid.isalnum() else ""


def whole(text: str | None) -> int | None:
    """Return a whole number that Twilio sent as text, or None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None
