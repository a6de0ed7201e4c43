"""The points that Twilio leaves open, each as a switch: a line has to be right in every position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ivr.exchange.webhooks import Duplicates

NotTaken = Literal["completed", "no-answer"]
Unanswered = Literal["canceled", "no-answer"]


@dataclass(frozen=True)
class Switches:
    """Each default is what is documented or, where nothing is, what is worst for a line. Times in seconds.

    Errors: ValueError for a value that a switch doesn't have.
    """

    # --- Dial
    screened_out_status: NotTaken = "completed"  # DialCallStatus when a phone answered but wasn't joined
    dial_bridged_sent: bool = True  # DialBridged in a Dial's action
    dial_action_after_hangup: bool = False  # a Dial's action is requested though the caller has hung up
    number_ends_at: Literal["answer", "bridge"] = "answer"  # when the other numbers of a Dial stop ringing
    stopped_leg_status: Unanswered = "canceled"  # of a phone that was ringing when the line stopped it
    rejected_status: Literal["busy", "no-answer"] = "busy"  # of a phone whose owner pressed "decline"
    dial_timeout_extra: float = 5.0  # what is added to a Dial's timeout
    whisper_error: Literal["hang up", "join"] = "hang up"  # what becomes of a leg whose whisper failed
    # --- Gather and Record
    finished_on_key_sent: bool = True  # FinishedOnKey in a Gather's action
    empty_gather_params: bool = True  # Digits and SpeechResult are sent empty when nothing was given
    confidence_sent: bool = True  # Confidence beside SpeechResult
    recording_sid_in_action: bool = True  # RecordingSid in a Record's action
    record_empty_falls_through: bool = False  # after a silent Record: the next verb, not its action
    recording_callback_before_action: bool = False  # a recording is ready before its Record's action is asked
    # --- requests
    parent_call_sid_sent: bool = True  # ParentCallSid in what is sent about a leg
    places_sent: bool = True  # FromCity … ToCountry
    legacy_sent: bool = True  # Caller, Called and their places
    abandoned_status: Unanswered = "no-answer"  # CallStatus of a caller who left before the line answered
    status_order: Literal["in order", "reversed"] = "in order"  # reversed: a leg's callbacks, after it ended
    callbacks_lost: bool = False  # no status callback ever comes: of calls, legs, recordings or texts
    duplicates: Duplicates = "off"  # every webhook comes twice: the "first" or the "second" answer counts
    # Exchange time that each answer of the line takes. Whether Twilio keeps keys that come meanwhile for the
    # next Gather isn't documented: they are lost here, so none are at 0, and a line has to be right in both.
    answer_seconds: float = 0.0

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            value = getattr(self, name)
            if value not in allowed:
                raise ValueError(f"switch {name} can't be {value!r}: it is {' or '.join(allowed)}")
        for name in ("dial_timeout_extra", "answer_seconds"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"switch {name} can't be {value!r}: it is a number of seconds")
        for name, annotation in type(self).__annotations__.items():
            value = getattr(self, name)
            if annotation == "bool" and not isinstance(value, bool):
                raise ValueError(f"switch {name} can't be {value!r}: it is true or false")


_CHOICES: dict[str, tuple[str, ...]] = {
    "screened_out_status": ("completed", "no-answer"),
    "number_ends_at": ("answer", "bridge"),
    "stopped_leg_status": ("canceled", "no-answer"),
    "rejected_status": ("busy", "no-answer"),
    "whisper_error": ("hang up", "join"),
    "abandoned_status": ("no-answer", "canceled"),
    "status_order": ("in order", "reversed"),
    "duplicates": ("off", "first", "second"),
}

DOCUMENTED = Switches()
