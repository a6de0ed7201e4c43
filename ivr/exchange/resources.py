"""What the exchange keeps of calls, messages, recordings and numbers, and how it shows them.

Shapes are those of Twilio's REST API 2010-04-01: dates RFC 2822 in UTC, durations as text, null if not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

API_VERSION = "2010-04-01"
Json = dict[str, Any]


def rfc2822(at: datetime | None) -> str | None:
    """Return `at` (aware) as in "Sat, 14 Mar 2026 02:10:00 +0000", None for None."""
    return None if at is None else format_datetime(at.astimezone(UTC).replace(microsecond=0))


def account_path(account_sid: str, rest: str) -> str:
    """Return a path of the API, such as "/2010-04-01/Accounts/AC…/Calls.json"."""
    return f"/{API_VERSION}/Accounts/{account_sid}/{rest}"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _dates(created: datetime, updated: datetime | None) -> Json:
    return {"date_created": rfc2822(created), "date_updated": rfc2822(updated or created)}


@dataclass(frozen=True)
class Orders:
    """What to do with a call, as asked for over REST; empty for a call that somebody dialled.

    Either `url` (fetched with `method`) or `twiml`; `status` ("completed", "canceled") is for updates only.
    Times are in seconds. `events` are the status events wanted: initiated, ringing, answered, completed.
    """

    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    timeout: int = 60
    time_limit: int = 14400
    send_digits: str | None = None
    status: str | None = None


@dataclass
class CallRecord:
    """One call or leg. `duration` is whole seconds and None until it has been answered and has ended."""

    sid: str
    account_sid: str
    to: str
    from_: str
    direction: str  # inbound | outbound-api | outbound-dial
    date_created: datetime
    status: str = "queued"  # queued ringing in-progress completed busy failed no-answer canceled
    date_updated: datetime | None = None
    parent_call_sid: str | None = None
    phone_number_sid: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    duration: int | None = None
    price: str | None = None
    answered_by: str | None = None
    forwarded_from: str | None = None
    caller_name: str | None = None
    queue_time: int = 0
    orders: Orders = Orders()

    def to_json(self) -> Json:
        """Return the Call resource."""
        base = account_path(self.account_sid, f"Calls/{self.sid}")
        parts = ("events", "notifications", "payments", "recordings", "siprec", "streams", "transcriptions")
        return {
            "account_sid": self.account_sid,
            "annotation": None,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "caller_name": self.caller_name,
            **_dates(self.date_created, self.date_updated),
            "direction": self.direction,
            "duration": _text(self.duration),
            "end_time": rfc2822(self.end_time),
            "forwarded_from": self.forwarded_from,
            "from": self.from_,
            "from_formatted": self.from_,
            "parent_call_sid": self.parent_call_sid,
            "phone_number_sid": self.phone_number_sid,
            "price": self.price,
            "price_unit": "USD",
            "queue_time": str(self.queue_time),
            "sid": self.sid,
            "start_time": rfc2822(self.start_time),
            "status": self.status,
            "subresource_uris": {part: f"{base}/{part.capitalize()}.json" for part in parts},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{base}.json",
        }


@dataclass
class MessageRecord:
    """One text. `validity` is in seconds; `error_code` is set when it failed or was not delivered."""

    sid: str
    account_sid: str
    to: str
    from_: str | None
    body: str
    date_created: datetime
    status: str = "queued"  # queued sending sent delivered undelivered failed accepted scheduled canceled …
    direction: str = "outbound-api"
    date_updated: datetime | None = None
    date_sent: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    num_segments: int = 1
    price: str | None = None
    status_callback: str | None = None
    validity: int = 36000

    def to_json(self) -> Json:
        """Return the Message resource."""
        base = account_path(self.account_sid, f"Messages/{self.sid}")
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            **_dates(self.date_created, self.date_updated),
            "date_sent": rfc2822(self.date_sent),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.from_,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": "0",
            "num_segments": str(self.num_segments),
            "price": self.price,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{base}/Media.json"},
            "to": self.to,
            "uri": f"{base}.json",
        }


@dataclass
class RecordingRecord:
    """One recording. `duration` is whole seconds; its audio can be fetched from `status` "completed" on.

    `audio` is the bytes of a WAV file; None means a made one of the right length (wav.py).
    """

    sid: str
    account_sid: str
    call_sid: str
    date_created: datetime
    media_url: str  # absolute, without an ending: what webhooks carry as RecordingUrl
    duration: int = 0
    status: str = "processing"  # in-progress paused stopped processing completed absent deleted
    source: str = "RecordVerb"
    channels: int = 1
    date_updated: datetime | None = None
    start_time: datetime | None = None
    error_code: int | None = None
    price: str | None = None
    audio: bytes | None = field(default=None, repr=False)

    def to_json(self) -> Json:
        """Return the Recording resource."""
        base = account_path(self.account_sid, f"Recordings/{self.sid}")
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "call_sid": self.call_sid,
            "channels": self.channels,
            "conference_sid": None,
            **_dates(self.date_created, self.date_updated),
            "duration": str(self.duration) if self.status in ("completed", "deleted") else None,
            "encryption_details": None,
            "error_code": self.error_code,
            "media_url": self.media_url,
            "price": self.price,
            "price_unit": "USD",
            "sid": self.sid,
            "source": self.source,
            "start_time": rfc2822(self.start_time or self.date_created),
            "status": self.status,
            "subresource_uris": {"transcriptions": f"{base}/Transcriptions.json"},
            "uri": f"{base}.json",
        }


@dataclass
class NumberRecord:
    """One of the account's own numbers, and the webhooks set on it ("" when not set, as Twilio shows it)."""

    sid: str
    account_sid: str
    phone_number: str
    date_created: datetime
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    date_updated: datetime | None = None

    def to_json(self) -> Json:
        """Return the IncomingPhoneNumber resource."""
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "beta": False,
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            **_dates(self.date_created, self.date_updated),
            "friendly_name": self.friendly_name or self.phone_number,
            "phone_number": self.phone_number,
            "sid": self.sid,
            "sms_method": "POST",
            "sms_url": self.sms_url,
            "status": "in-use",
            "status_callback": self.status_callback,
            "status_callback_method": self.status_callback_method,
            "trunk_sid": None,
            "uri": account_path(self.account_sid, f"IncomingPhoneNumbers/{self.sid}.json"),
            "voice_fallback_method": self.voice_fallback_method,
            "voice_fallback_url": self.voice_fallback_url,
            "voice_method": self.voice_method,
            "voice_receive_mode": "voice",
            "voice_url": self.voice_url,
        }
