"""The IncomingPhoneNumbers resource: the account's own numbers and the webhooks set on them."""

from __future__ import annotations

from ivr.exchange.records import Book, NumberRecord
from ivr.exchange.rest_errors import ApiError
from ivr.exchange.rest_wire import Asked, Reply, Routes, as_json, page, web_url

_TEXTS = {"FriendlyName": "friendly_name"}
_URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
    "SmsUrl": "sms_url",
}
_METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
}


class Numbers:
    """Answers for /IncomingPhoneNumbers."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def routes(self) -> Routes:
        """Return what is answered here."""
        return {
            ("GET", "IncomingPhoneNumbers.json"): self.list,
            ("GET", "IncomingPhoneNumbers/*.json"): self.fetch,
            ("POST", "IncomingPhoneNumbers/*.json"): self.update,
        }

    def _number(self, asked: Asked) -> NumberRecord:
        number = self._book.numbers.get(asked.sid)
        if number is None:
            raise ApiError(20404, asked.path)
        return number

    def list(self, asked: Asked) -> Reply:
        """Return the numbers, newest first, by PhoneNumber and FriendlyName."""
        form = asked.form
        found = [
            number.to_json()
            for number in reversed(self._book.numbers.values())
            if form.get("PhoneNumber") in (None, number.phone_number)
            and form.get("FriendlyName") in (None, number.friendly_name or number.phone_number)
        ]
        return page("incoming_phone_numbers", found, asked)

    def fetch(self, asked: Asked) -> Reply:
        """Return one number."""
        return as_json(self._number(asked).to_json())

    def update(self, asked: Asked) -> Reply:
        """Set a number's webhooks; "" takes one away. Nothing is changed unless everything is right."""
        number, form = self._number(asked), asked.form
        changes: dict[str, str] = {}
        for name, field in {**_TEXTS, **_URLS, **_METHODS}.items():
            value = form.get(name)
            if value is None:
                continue
            if name in _URLS and value and not web_url(value):
                raise ApiError(21402, name)
            if name in _METHODS and value not in ("GET", "POST"):
                raise ApiError(21403, value)
            changes[field] = value
        fallback = changes.get("voice_fallback_url", number.voice_fallback_url)
        if fallback and not changes.get("voice_url", number.voice_url):
            raise ApiError(21405)
        for field, value in changes.items():
            setattr(number, field, value)
        number.date_updated = self._book.clock.now()
        return as_json(number.to_json())
