"""The verbs of TwiML that the exchange carries out, one frozen class each.

Field defaults are Twilio's own. Times are in whole seconds. A URL field holds what the document says,
relative or absolute; None means that the attribute isn't there, and its comment says what Twilio does then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["GET", "POST"]
EVER = 1000  # what loop="0" means: until the call ends, or so many times

RecordMode = Literal[
    "do-not-record",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
]


@dataclass(frozen=True)
class Say:
    """Speak `text` (tags dropped, spaces made single) `loop` times; `breaks`: seconds of <break> in it."""

    text: str
    voice: str = "man"
    language: str | None = None  # None: the voice's own
    loop: int = 1
    breaks: float = 0.0


@dataclass(frozen=True)
class Play:
    """Play the sound at `url` `loop` times, or the keys in `digits` ("w": half a second, "W": one second).

    `url` None: only digits. `url` "": the answer itself was the sound (content type audio/…).
    """

    url: str | None = None
    loop: int = 1
    digits: str | None = None


@dataclass(frozen=True)
class Pause:
    """Keep silent for `length` seconds."""

    length: int = 1


Prompt = Say | Play | Pause


@dataclass(frozen=True)
class Gather:
    """Listen for keys, speech or both while and after `prompts` play."""

    prompts: tuple[Prompt, ...] = ()
    action: str | None = None  # None: the current document's URL
    method: Method = "POST"
    input: tuple[str, ...] = ("dtmf",)  # of "dtmf", "speech"
    timeout: int = 5
    finish_on_key: str = "#"  # "": none
    num_digits: int | None = None  # None: any number
    speech_timeout: int | Literal["auto"] | None = None  # None: as timeout
    language: str = "en-US"
    hints: tuple[str, ...] = ()
    action_on_empty_result: bool = False
    speech_model: str = "default"
    profanity_filter: bool = True
    enhanced: bool = False
    barge_in: bool = True
    partial_result_callback: str | None = None
    partial_result_callback_method: Method = "POST"


@dataclass(frozen=True)
class Number:
    """One phone to ring; `url`'s document is run on it after it answers and before it is joined."""

    number: str
    url: str | None = None
    method: Method = "POST"
    send_digits: str | None = None
    status_callback: str | None = None
    status_callback_method: Method = "POST"
    status_callback_event: tuple[str, ...] = ("completed",)  # of initiated ringing answered completed
    machine_detection: str | None = None  # None | "Enable" | "DetectMessageEnd"
    machine_detection_timeout: int = 30
    machine_detection_speech_threshold: int = 2400  # milliseconds, as the two below
    machine_detection_speech_end_threshold: int = 1200
    machine_detection_silence_timeout: int = 5000
    amd_status_callback: str | None = None
    amd_status_callback_method: Method = "POST"
    byoc: str | None = None


@dataclass(frozen=True)
class Dial:
    """Ring `numbers` (1 to 10) at once, or one after the other if `sequential`, and join the first to answer.

    Twilio adds about 5 s to `timeout`.
    """

    numbers: tuple[Number, ...]
    action: str | None = None  # None: go on with the next verb
    method: Method = "POST"
    timeout: int = 30
    time_limit: int = 14400
    caller_id: str | None = None  # None: the caller's own
    answer_on_bridge: bool = False
    hangup_on_star: bool = False
    ring_tone: str | None = None  # None: the network's own
    sequential: bool = False
    record: RecordMode = "do-not-record"
    trim: str = "do-not-trim"
    recording_track: str = "both"
    recording_status_callback: str | None = None
    recording_status_callback_method: Method = "POST"
    recording_status_callback_event: tuple[str, ...] = ("completed",)  # of in-progress completed absent
    call_reason: str | None = None
    refer_url: str | None = None
    refer_method: Method = "POST"


@dataclass(frozen=True)
class Record:
    """Record until `timeout` s of silence (0: off), a key of `finish_on_key`, or for `max_length` s."""

    action: str | None = None  # None: the current document's URL
    method: Method = "POST"
    timeout: int = 5
    finish_on_key: str = "1234567890*#"  # any of these keys; "": none
    max_length: int = 3600
    play_beep: bool = True
    trim: str = "trim-silence"
    recording_status_callback: str | None = None
    recording_status_callback_method: Method = "POST"
    recording_status_callback_event: tuple[str, ...] = ("completed",)  # of in-progress completed absent
    transcribe: bool = False
    transcribe_callback: str | None = None


@dataclass(frozen=True)
class Redirect:
    """Go on with the document at `url`; None: fetch the current one again. The rest is never reached."""

    url: str | None = None
    method: Method = "POST"


@dataclass(frozen=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True)
class Reject:
    """As the first verb: refuse the call without answering it; `reason` "busy" or "rejected" (no-answer)."""

    reason: Literal["rejected", "busy"] = "rejected"


Verb = Say | Play | Pause | Gather | Dial | Record | Redirect | Hangup | Reject


@dataclass(frozen=True)
class Document:
    """What one answer asks the exchange to do, top down; after the last verb the call ends."""

    verbs: tuple[Verb, ...] = ()
