"""The book of one account at the exchange: everything that the REST API can list, and the numbers it refuses.

The records themselves are in resources.py and are offered here too.
"""

from __future__ import annotations

import random
import re
import threading
from datetime import datetime
from typing import Protocol

from ivr.exchange.resources import (
    API_VERSION,
    CallRecord,
    Json,
    MessageRecord,
    NumberRecord,
    Orders,
    RecordingRecord,
    account_path,
    rfc2822,
)

__all__ = [
    "API_VERSION",
    "ENDED",
    "MESSAGE_ENDED",
    "Book",
    "CallRecord",
    "HasNow",
    "Json",
    "MessageRecord",
    "NumberRecord",
    "Orders",
    "RecordingRecord",
    "account_path",
    "looks_e164",
    "rfc2822",
]

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # a call never leaves these
MESSAGE_ENDED = frozenset({"delivered", "undelivered", "failed", "canceled", "received", "read"})
_E164 = re.compile(r"\+[1-9][0-9]{7,14}\Z")


class HasNow(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """Return the time now: aware, UTC."""
        ...


def looks_e164(text: str) -> bool:
    """Return whether the exchange would route to `text`: "+", then 8 to 15 digits, the first not 0."""
    return _E164.match(text) is not None


class Book:
    """One account's calls, messages, recordings and numbers by sid, in the order they came.

    Two threads share it (the calls' and the REST server's): hold `book.lock` to change a record or to read
    several. `seed` makes sids repeatable; without it they are random. `url` becomes the REST server's address
    when that starts.
    """

    def __init__(self, account_sid: str, auth_token: str, clock: HasNow, seed: int | None = None) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.clock = clock
        self.url = "https://api.twilio.com"
        self.status = "active"  # of the account
        self.lock = threading.RLock()
        self.calls: dict[str, CallRecord] = {}
        self.messages: dict[str, MessageRecord] = {}
        self.recordings: dict[str, RecordingRecord] = {}
        self.numbers: dict[str, NumberRecord] = {}
        self.deleted: list[str] = []  # sids of what was deleted over REST, in order
        self.verified: set[str] = set()  # numbers and sender names that may be shown too
        self.refused: dict[str, int] = {}  # number → Twilio's code: asking to ring or text it fails at once
        self.undelivered: dict[str, int] = {}  # number → code: a text is accepted, and later not delivered
        self._random = random.Random(seed) if seed is not None else random.SystemRandom()

    def new_sid(self, prefix: str) -> str:
        """Return a new sid: two letters such as "CA", then 32 hex digits."""
        with self.lock:
            return f"{prefix}{self._random.getrandbits(128):032x}"

    def refuse(self, number: str, code: int = 21211) -> None:
        """Answer calls and texts to it with an error: 21211 invalid, 21610 unsubscribed, 21614 landline."""
        with self.lock:
            self.refused[number] = code

    def add_number(
        self, number: str, voice_url: str = "", fallback_url: str = "", status_callback: str = ""
    ) -> NumberRecord:
        """Make `number` (E.164) the account's own and return it."""
        with self.lock:
            record = NumberRecord(
                self.new_sid("PN"),
                self.account_sid,
                number,
                self.clock.now(),
                voice_url=voice_url,
                voice_fallback_url=fallback_url,
                status_callback=status_callback,
            )
            self.numbers[record.sid] = record
            return record

    def number(self, number: str) -> NumberRecord | None:
        """Return the account's own number that is `number`, or None."""
        with self.lock:
            return next((n for n in self.numbers.values() if n.phone_number == number), None)

    def may_show(self, number: str) -> bool:
        """Return whether the account may call or text from `number`: its own, or verified."""
        with self.lock:
            return number in self.verified or self.number(number) is not None

    def add_call(
        self, from_: str, to: str, direction: str, parent: str | None = None, orders: Orders | None = None
    ) -> CallRecord:
        """Note a new call, status "queued", and return it. `from_` may be anything that a network sends."""
        with self.lock:
            own = self.number(to) if direction == "inbound" else self.number(from_)
            record = CallRecord(
                self.new_sid("CA"),
                self.account_sid,
                to,
                from_,
                direction,
                self.clock.now(),
                parent_call_sid=parent,
                phone_number_sid=own.sid if own else None,
                orders=orders or Orders(),
            )
            self.calls[record.sid] = record
            return record

    def call_is(self, sid: str, status: str) -> CallRecord:
        """Move a call on to `status` at the clock's time: start, end and duration follow.

        Errors: KeyError when there is no such call (any more).
        """
        with self.lock:
            call, now = self.calls[sid], self.clock.now()
            call.status, call.date_updated = status, now
            if status == "in-progress" and call.start_time is None:
                call.start_time = now
            if status in ENDED and call.end_time is None:
                call.end_time = now
                if status == "completed" and call.start_time is not None:
                    call.duration = round((now - call.start_time).total_seconds())
            return call

    def add_recording(
        self, call_sid: str, seconds: float, source: str = "RecordVerb", audio: bytes | None = None
    ) -> RecordingRecord:
        """Note a recording, "processing": its audio can't be fetched until recording_is(sid, "completed")."""
        with self.lock:
            sid = self.new_sid("RE")
            record = RecordingRecord(
                sid,
                self.account_sid,
                call_sid,
                self.clock.now(),
                self.url + account_path(self.account_sid, f"Recordings/{sid}"),
                duration=round(seconds),
                source=source,
                audio=audio,
            )
            self.recordings[sid] = record
            return record

    def recording_is(self, sid: str, status: str) -> RecordingRecord | None:
        """Move a recording on to `status`; None if it has been deleted meanwhile."""
        with self.lock:
            recording = self.recordings.get(sid)
            if recording is not None:
                recording.status, recording.date_updated = status, self.clock.now()
            return recording

    def add_message(self, message: MessageRecord) -> MessageRecord:
        """Keep a message made by REST and return it."""
        with self.lock:
            self.messages[message.sid] = message
            return message

    def message_is(self, sid: str, status: str, error_code: int | None = None) -> MessageRecord | None:
        """Move a message on to `status`; None if it has been deleted meanwhile."""
        with self.lock:
            message = self.messages.get(sid)
            if message is not None:
                message.status, message.date_updated = status, self.clock.now()
                message.error_code = error_code
                if status == "sent":
                    message.date_sent = message.date_updated
            return message
