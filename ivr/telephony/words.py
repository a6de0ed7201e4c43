"""Twilio's published words: the one table of statuses, request parameters, verbs and attributes.

Source: Twilio's documentation of TwiML for voice, of its webhooks and of the REST API 2010-04-01. No other
module of the line spells one of these out for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CallStatus(StrEnum):
    """CallStatus, and `status` of a call. `initiated` occurs only in the callbacks of a leg."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


CALL_ENDED = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.FAILED, CallStatus.NO_ANSWER, CallStatus.CANCELED}
)


class DialStatus(StrEnum):
    """DialCallStatus. `completed` says that a leg was answered, not that a person took the call."""

    COMPLETED = "completed"
    ANSWERED = "answered"  # conferences only
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class RecordingStatus(StrEnum):
    """RecordingStatus in callbacks, and `status` of a recording."""

    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    STOPPED = "stopped"
    PROCESSING = "processing"
    COMPLETED = "completed"
    ABSENT = "absent"
    FAILED = "failed"
    DELETED = "deleted"


class MessageStatus(StrEnum):
    """MessageStatus, and `status` of a text."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"
    PARTIALLY_DELIVERED = "partially_delivered"
    RECEIVING = "receiving"
    RECEIVED = "received"


MESSAGE_ENDED = frozenset(
    {
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.CANCELED,
        MessageStatus.READ,
    }
)


class LegEvent(StrEnum):
    """What statusCallbackEvent of a <Number> may ask for."""

    INITIATED = "initiated"
    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"


class Param(StrEnum):
    """The parameters of Twilio's requests that the line reads. It must bear any others, sent or not."""

    CALL_SID = "CallSid"
    PARENT_CALL_SID = "ParentCallSid"
    ACCOUNT_SID = "AccountSid"
    FROM = "From"
    TO = "To"
    CALL_STATUS = "CallStatus"
    CALL_DURATION = "CallDuration"
    DIRECTION = "Direction"
    DIGITS = "Digits"
    SPEECH_RESULT = "SpeechResult"
    CONFIDENCE = "Confidence"
    DIAL_CALL_STATUS = "DialCallStatus"
    DIAL_CALL_SID = "DialCallSid"
    DIAL_CALL_DURATION = "DialCallDuration"
    DIAL_BRIDGED = "DialBridged"
    SEQUENCE_NUMBER = "SequenceNumber"
    TIMESTAMP = "Timestamp"
    RECORDING_SID = "RecordingSid"
    RECORDING_URL = "RecordingUrl"
    RECORDING_STATUS = "RecordingStatus"
    RECORDING_DURATION = "RecordingDuration"
    MESSAGE_SID = "MessageSid"
    MESSAGE_STATUS = "MessageStatus"
    SIP_RESPONSE_CODE = "SipResponseCode"
    ERROR_CODE = "ErrorCode"
    ERROR_URL = "ErrorUrl"


HUNG_UP = "hangup"  # Digits of a Record's action when the caller has gone
TRUE = "true"  # DialBridged is sent as a word

# Verb or noun → the attributes that Twilio publishes for it.
ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        verb: frozenset(names.split())
        for verb, names in {
            "Response": "",
            "Say": "voice language loop",
            "Play": "loop digits",
            "Pause": "length",
            "Gather": "action method input timeout speechTimeout numDigits finishOnKey language hints"
            " speechModel profanityFilter actionOnEmptyResult enhanced bargeIn partialResultCallback"
            " partialResultCallbackMethod",
            "Dial": "action method timeout timeLimit callerId answerOnBridge hangupOnStar ringTone sequential"
            " record trim recordingTrack recordingStatusCallback recordingStatusCallbackMethod"
            " recordingStatusCallbackEvent referUrl referMethod",
            "Number": "url method sendDigits statusCallback statusCallbackMethod statusCallbackEvent"
            " machineDetection machineDetectionTimeout machineDetectionSpeechThreshold"
            " machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout amdStatusCallback"
            " amdStatusCallbackMethod",
            "Record": "action method timeout finishOnKey maxLength playBeep trim recordingStatusCallback"
            " recordingStatusCallbackMethod recordingStatusCallbackEvent transcribe transcribeCallback",
            "Redirect": "method",
            "Hangup": "",
            "Reject": "reason",
        }.items()
    }
)

# Verb → what may stand inside it. A verb that isn't here holds text or nothing.
NESTING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Response": frozenset(
            {"Say", "Play", "Pause", "Gather", "Dial", "Record", "Redirect", "Hangup", "Reject"}
        ),
        "Gather": frozenset({"Say", "Play", "Pause"}),
        "Dial": frozenset({"Number"}),
    }
)

MOST_LEGS = 10  # numbers that one <Dial> rings at most
