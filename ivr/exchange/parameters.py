"""The parameters of each kind of webhook, complete and in a steady order; empty values are sent too.

The functions that take `params` return a new dict: the given ones, then what they add. An argument that is
None is a parameter that isn't sent; "" is sent empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.exchange.resources import API_VERSION, CallRecord, MessageRecord, RecordingRecord, rfc2822

Params = dict[str, str]

_ENDED = ("completed", "busy", "failed", "no-answer", "canceled")
_COUNTRIES = {"+44": "GB", "+353": "IE", "+33": "FR", "+34": "ES", "+49": "DE", "+1": "US"}


@dataclass(frozen=True)
class Place:
    """Where a number is, as far as the network says; empty: it doesn't."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


def place_of(number: str) -> Place:
    """Return what is known of a number: the country, for some."""
    country = next((c for prefix, c in _COUNTRIES.items() if number.startswith(prefix)), "")
    return Place(country=country)


def _standard(call: CallRecord, status: str, places: bool, legacy: bool, parent: bool) -> Params:
    params = {
        "AccountSid": call.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": status,
        "Direction": call.direction,
        "From": call.from_,
        "To": call.to,
    }
    ends = [("From", call.from_), ("To", call.to)]
    if legacy:
        params |= {"Caller": call.from_, "Called": call.to}
        ends += [("Caller", call.from_), ("Called", call.to)]
    for end, number in ends if places else []:
        at = place_of(number)
        params |= {
            f"{end}City": at.city,
            f"{end}State": at.state,
            f"{end}Zip": at.zip,
            f"{end}Country": at.country,
        }
    if parent and call.parent_call_sid:
        params["ParentCallSid"] = call.parent_call_sid
    if call.forwarded_from:
        params["ForwardedFrom"] = call.forwarded_from
    if call.caller_name is not None:
        params["CallerName"] = call.caller_name
    return params


def voice(
    call: CallRecord,
    *,
    status: str | None = None,
    places: bool = True,
    legacy: bool = True,
    parent: bool = True,
    call_token: str | None = None,
    stir: str | None = None,
) -> Params:
    """Return what every request for TwiML about `call` carries (a whisper's too: `call` is the child then).

    `status`: the CallStatus to send, else the call's own. `places`: FromCity … ToCountry. `legacy`: Caller,
    Called (and their places). `parent`: ParentCallSid, if the call has one.
    """
    params = _standard(call, status or call.status, places, legacy, parent)
    return _with(params, CallToken=call_token, StirVerstat=stir)


def _with(params: Params, **more: str | None) -> Params:
    return params | {name: value for name, value in more.items() if value is not None}


def gather(
    params: Params,
    *,
    digits: str | None = None,
    speech: str | None = None,
    confidence: float | None = None,
    finished_on_key: str | None = None,
) -> Params:
    """Return the parameters of a Gather's action; `digits` are without the finish key."""
    return _with(
        params,
        Digits=digits,
        FinishedOnKey=finished_on_key,
        SpeechResult=speech,
        Confidence=None if confidence is None else str(confidence),
    )


def dial(
    params: Params,
    *,
    status: str,
    sid: str | None = None,
    seconds: int | None = None,
    bridged: bool | None = None,
    recording_url: str | None = None,
) -> Params:
    """Return the parameters of a Dial's action: `params` of the parent, `sid` and `seconds` of the child."""
    return _with(
        params,
        DialCallStatus=status,
        DialCallSid=sid,
        DialCallDuration=None if seconds is None else str(seconds),
        DialBridged=None if bridged is None else str(bridged).lower(),
        RecordingUrl=recording_url,
    )


def record(params: Params, recording: RecordingRecord, *, digits: str = "", sid: bool = True) -> Params:
    """Return the parameters of a Record's action; `digits`: the key that ended it, or "hangup"."""
    return _with(
        params,
        RecordingUrl=recording.media_url,
        RecordingDuration=str(recording.duration),
        RecordingSid=recording.sid if sid else None,
        Digits=digits,
    )


def call_status(
    call: CallRecord,
    *,
    status: str,
    sequence: int,
    at: datetime,
    places: bool = True,
    parent: bool = True,
) -> Params:
    """Return a status callback of a leg (a Number's statusCallback, or of a call made over REST).

    `status`: initiated, ringing, in-progress, or how it ended: with "completed" go CallDuration (seconds) and
    Duration (minutes begun). `sequence` counts from 0 for each call.
    """
    params = _standard(call, status, places, True, parent) | {
        "Timestamp": rfc2822(at) or "",
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }
    if status == "completed":
        seconds = call.duration or 0
        params |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
    if status in _ENDED:
        params["SipResponseCode"] = _SIP[status]
    return params


_SIP = {"completed": "200", "busy": "486", "failed": "404", "no-answer": "487", "canceled": "487"}


def number_status(call: CallRecord, *, at: datetime, places: bool = True) -> Params:
    """Return the one callback that the called number's own StatusCallback gets when an inbound call ends."""
    return call_status(call, status=call.status, sequence=0, at=at, places=places)


def recording_status(recording: RecordingRecord, *, status: str | None = None) -> Params:
    """Return a recordingStatusCallback; `status`, else the recording's own: in-progress completed absent.

    It names the call (the parent leg), but neither From nor To. An unfinished recording has no duration.
    """
    status = status or recording.status
    started = recording.start_time or recording.date_created
    return {
        "AccountSid": recording.account_sid,
        "CallSid": recording.call_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": recording.media_url,
        "RecordingStatus": status,
        **({"RecordingDuration": str(recording.duration)} if status == "completed" else {}),
        "RecordingChannels": str(recording.channels),
        "RecordingStartTime": rfc2822(started) or "",
        "RecordingSource": recording.source,
        "RecordingTrack": "both" if recording.source == "DialVerb" else "inbound",
        "ErrorCode": str(recording.error_code or 0),
    }


def message_status(
    message: MessageRecord, *, status: str | None = None, at: datetime | None = None
) -> Params:
    """Return a message's status callback; `at`: when the network reported (only with its last word)."""
    status = status or message.status
    params = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_ or "",
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
    }
    failed_with = str(message.error_code) if message.error_code is not None else None
    final = status in ("delivered", "undelivered") and at is not None
    return _with(
        params,
        MessagingServiceSid=message.messaging_service_sid,
        ErrorCode=failed_with if status in ("failed", "undelivered") else None,
        RawDlrDoneDate=f"{at.astimezone(UTC):%y%m%d%H%M}" if final and at is not None else None,
    )


def failed(params: Params, *, code: int, url: str) -> Params:
    """Return the request to a fallback URL: `params`, then ErrorCode and ErrorUrl."""
    return params | {"ErrorCode": str(code), "ErrorUrl": url}
