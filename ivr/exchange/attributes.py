"""The attributes of each verb: which values they take, and Twilio's number for a value they don't.

From the attribute tables of https://www.twilio.com/docs/voice/twiml and the dictionary of errors; where that
has no number of its own, 12200 (schema validation).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ivr.exchange.verbs import EVER
from ivr.exchange.voices import voice

Reader = Callable[[str], object]  # returns the field's value; ValueError says what the value must be

URL = 11100
SCHEMA = 12200
_HOST = re.compile(r"[A-Za-z0-9.-]+\Z|[0-9A-Fa-f:.]+\Z")  # no underscore: Twilio refuses those
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")
_MODEL = re.compile(
    r"(default|numbers_and_commands|phone_call|experimental_(conversations|utterances)"
    r"|(googlev2|deepgram)_[a-z0-9_.-]+)\Z"
)
_E164 = re.compile(r"\+[1-9][0-9]{7,14}\Z")


def url(text: str) -> str:
    """Return a URL, absolute over HTTP or relative, as it is."""
    parts = urlsplit(text)  # ValueError of its own for broken brackets
    if not text or any(c <= " " or c > "~" for c in text):
        raise ValueError("must be a URL without spaces and foreign letters")
    if parts.scheme or text.startswith("//"):
        if parts.scheme.lower() not in ("http", "https") or not _HOST.match(parts.hostname or ""):
            raise ValueError("must be relative, or http(s)://host/… with a host of letters, digits, . and -")
        _ = parts.port  # ValueError of its own for one that can't be
    return text


def absolute(text: str) -> str:
    """Return an absolute URL over HTTP as it is."""
    if not urlsplit(url(text)).netloc:
        raise ValueError("must be http(s)://host/…")
    return text


def whole(least: int, most: int | None = None) -> Reader:
    """Return a reader of whole numbers from `least` to `most`."""
    wanted = f"must be a whole number from {least}" + (f" to {most}" if most is not None else "")

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise ValueError(wanted)
        number = int(text)
        if number < least or (most is not None and number > most):
            raise ValueError(wanted)
        return number

    return read


def one_of(*values: str) -> Reader:
    """Return a reader of exactly these values."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"must be {' or '.join(values)}")
        return text

    return read


def several_of(*values: str) -> Reader:
    """Return a reader of some of these values, with single spaces between them."""

    def read(text: str) -> tuple[str, ...]:
        items = tuple(text.split(" "))
        if not set(items) <= set(values) or len(set(items)) < len(items):
            raise ValueError(f"must be some of {' '.join(values)}, each once, with one space between")
        return items

    return read


def matching(pattern: re.Pattern[str], wanted: str) -> Reader:
    """Return a reader of text that matches `pattern`."""

    def read(text: str) -> str:
        if not pattern.match(text):
            raise ValueError(wanted)
        return text

    return read


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _loop(text: str) -> object:
    return whole(0)(text) or EVER


def _hints(text: str) -> tuple[str, ...]:
    hints = tuple(part.strip() for part in text.split(","))
    if len(hints) > 500 or any(not hint or len(hint) > 100 for hint in hints):
        raise ValueError("must be at most 500 phrases of at most 100 characters, with commas between")
    return hints


def _speech_timeout(text: str) -> object:
    return text if text == "auto" else whole(1)(text)


def _record_mode(text: str) -> object:
    if text in ("true", "false"):  # the old spelling
        return "record-from-answer" if text == "true" else "do-not-record"
    starts = ("record-from-answer", "record-from-ringing")
    return one_of("do-not-record", *starts, *(f"{start}-dual" for start in starts))(text)


def _keys(most: int | None = None) -> Reader:
    size = "*" if most is None else f"{{0,{most}}}"
    return matching(re.compile(rf"[0-9*#]{size}\Z"), f"must be {most or 'any'} of 0-9, * and #, or empty")


_METHOD = one_of("GET", "POST")
_POSITIVE = whole(1)
_RECORDING_EVENTS = several_of("in-progress", "completed", "absent")
_TRIM = one_of("trim-silence", "do-not-trim")
_TONES = matching(re.compile(r"[0-9A-D*#wW]+\Z"), "must be keys 0-9, A-D, *, #, and w or W for a wait")
_LANGUAGES = matching(_LANGUAGE, 'must be a language tag such as "en-GB"')
_TRACK = one_of("inbound", "outbound", "both")

# verb → attribute → (reader, Twilio's number for a bad value)
ATTRIBUTES: dict[str, dict[str, tuple[Reader, int]]] = {
    "Say": {"voice": (voice, 13511), "language": (_LANGUAGES, 13512), "loop": (_loop, 13510)},
    "Play": {"loop": (_loop, 13410), "digits": (_TONES, 13430)},
    "Pause": {"length": (_POSITIVE, 13910)},
    "Gather": {
        "action": (url, URL),
        "method": (_METHOD, 13312),
        "input": (one_of("dtmf", "speech", "dtmf speech"), 13326),
        "timeout": (_POSITIVE, 13313),
        "finishOnKey": (_keys(1), 13310),
        "numDigits": (_POSITIVE, 13314),
        "speechTimeout": (_speech_timeout, 13327),
        "language": (_LANGUAGES, 13331),
        "hints": (_hints, 13330),
        "actionOnEmptyResult": (_flag, 13338),
        "speechModel": (matching(_MODEL, "must be a published speech model"), 13334),
        "profanityFilter": (_flag, 13333),
        "enhanced": (_flag, SCHEMA),
        "bargeIn": (_flag, 13332),
        "partialResultCallback": (url, URL),
        "partialResultCallbackMethod": (_METHOD, 13329),
    },
    "Dial": {
        "action": (url, URL),
        "method": (_METHOD, 13210),
        "timeout": (whole(5, 600), 13212),
        "timeLimit": (whole(1, 86400), 13216),
        "callerId": (matching(_E164, 'must be a number such as "+441632960000"'), 13214),
        "answerOnBridge": (_flag, 13219),
        "hangupOnStar": (_flag, 13213),
        "ringTone": (matching(re.compile(r"[a-z]{2}(-old)?\Z"), "must be a country such as uk"), 13220),
        "sequential": (_flag, 13218),
        "record": (_record_mode, 13217),
        "trim": (_TRIM, SCHEMA),
        "recordingTrack": (_TRACK, 13622),
        "recordingStatusCallback": (url, 13256),
        "recordingStatusCallbackMethod": (_METHOD, SCHEMA),
        "recordingStatusCallbackEvent": (_RECORDING_EVENTS, 13621),
        "callReason": (matching(re.compile(r".{1,50}\Z"), "must be 1 to 50 characters"), SCHEMA),
        "referUrl": (url, URL),
        "referMethod": (_METHOD, SCHEMA),
    },
    "Number": {
        "url": (url, URL),
        "method": (_METHOD, 13221),
        "sendDigits": (_TONES, 13222),
        "statusCallback": (url, URL),
        "statusCallbackMethod": (_METHOD, SCHEMA),
        "statusCallbackEvent": (several_of("initiated", "ringing", "answered", "completed"), SCHEMA),
        "machineDetection": (one_of("Enable", "DetectMessageEnd"), SCHEMA),
        "machineDetectionTimeout": (whole(3, 60), SCHEMA),
        "machineDetectionSpeechThreshold": (whole(1000, 6000), SCHEMA),
        "machineDetectionSpeechEndThreshold": (whole(500, 5000), SCHEMA),
        "machineDetectionSilenceTimeout": (whole(2000, 10000), SCHEMA),
        "amdStatusCallback": (url, URL),
        "amdStatusCallbackMethod": (_METHOD, SCHEMA),
        "byoc": (matching(re.compile(r"BY[0-9a-f]{32}\Z"), "must be the sid of a trunk"), SCHEMA),
    },
    "Record": {
        "action": (url, URL),
        "method": (_METHOD, 13610),
        "timeout": (whole(0), 13611),
        "finishOnKey": (_keys(), 13613),
        "maxLength": (whole(2, 86400), 13612),
        "playBeep": (_flag, 13616),
        "trim": (_TRIM, 13699),
        "recordingStatusCallback": (url, 13256),
        "recordingStatusCallbackMethod": (_METHOD, SCHEMA),
        "recordingStatusCallbackEvent": (_RECORDING_EVENTS, 13621),
        "transcribe": (_flag, 13614),
        "transcribeCallback": (url, 13257),
    },
    "Redirect": {"method": (_METHOD, 13710)},
    "Hangup": {},
    "Reject": {"reason": (one_of("rejected", "busy"), 13810)},
}


def field_of(attribute: str) -> str:
    """Return the name of an attribute's field in verbs.py: "finishOnKey" → "finish_on_key"."""
    return re.sub(r"[A-Z]", lambda capital: "_" + capital.group().lower(), attribute)
