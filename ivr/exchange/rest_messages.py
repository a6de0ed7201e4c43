"""The Messages resource: texts sent, looked up, redacted and deleted over REST."""

from __future__ import annotations

import re
from collections.abc import Callable

from ivr.exchange.records import MESSAGE_ENDED, Book, MessageRecord, looks_e164
from ivr.exchange.rest_errors import ApiError
from ivr.exchange.rest_wire import Asked, Reply, Routes, as_json, in_dates, page, web_url, whole

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€\f")  # these count as two
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}\Z")


def segments(body: str) -> int:
    """Return how many segments a text takes: 160 GSM-7 or 70 other characters; 153 or 67 each when joined."""
    if all(letter in _GSM or letter in _GSM_TWICE for letter in body):
        length, alone, joined = len(body) + sum(letter in _GSM_TWICE for letter in body), 160, 153
    else:
        length, alone, joined = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


class Messages:
    """Answers for /Messages. `on_new_message` gets each text that is accepted, status "queued"."""

    def __init__(self, book: Book, on_new_message: Callable[[MessageRecord], None]) -> None:
        self._book = book
        self._on_new_message = on_new_message

    def routes(self) -> Routes:
        """Return what is answered here."""
        return {
            ("POST", "Messages.json"): self.create,
            ("GET", "Messages.json"): self.list,
            ("GET", "Messages/*.json"): self.fetch,
            ("POST", "Messages/*.json"): self.update,
            ("DELETE", "Messages/*.json"): self.delete,
        }

    def _message(self, asked: Asked) -> MessageRecord:
        message = self._book.messages.get(asked.sid)
        if message is None:
            raise ApiError(20404, asked.path)
        return message

    def create(self, asked: Asked) -> Reply:
        """Send a text: To, Body, and From or MessagingServiceSid."""
        form = asked.form
        to, from_, service = form.get("To"), form.get("From"), form.get("MessagingServiceSid")
        body, callback = form.get("Body"), form.get("StatusCallback")
        if not to:
            raise ApiError(21604)
        if not from_ and not service:
            raise ApiError(21603)
        if service and not _SERVICE.match(service):
            raise ApiError(20001, "MessagingServiceSid")
        if not body:
            raise ApiError(21602)
        if len(body) > 1600:
            raise ApiError(21617)
        if not looks_e164(to):
            raise ApiError(21211, to)
        if from_ and not self._book.may_show(from_):
            raise ApiError(21606 if looks_e164(from_) else 21212, from_)
        if callback and not web_url(callback):
            raise ApiError(21609, callback)
        validity = whole(form.get("ValidityPeriod"), 36000, 1, 36000, 21624)
        if to in self._book.refused:
            raise ApiError(self._book.refused[to], to)
        message = self._book.add_message(
            MessageRecord(
                self._book.new_sid("SM"),
                self._book.account_sid,
                to,
                from_,
                body,
                self._book.clock.now(),
                status="accepted" if service else "queued",
                messaging_service_sid=service,
                num_segments=segments(body),
                status_callback=callback or None,
                validity=validity,
            )
        )
        self._on_new_message(message)
        return as_json(message.to_json(), 201)

    def list(self, asked: Asked) -> Reply:
        """Return texts, newest first, by To, From and DateSent."""
        form = asked.form
        found = [
            message.to_json()
            for message in reversed(self._book.messages.values())
            if form.get("To") in (None, message.to)
            and form.get("From") in (None, message.from_)
            and in_dates(form, "DateSent", message.date_sent)
        ]
        return page("messages", found, asked)

    def fetch(self, asked: Asked) -> Reply:
        """Return one text."""
        return as_json(self._message(asked).to_json())

    def update(self, asked: Asked) -> Reply:
        """Redact a text that has ended (Body empty), or cancel one that is scheduled."""
        message, body, status = self._message(asked), asked.form.get("Body"), asked.form.get("Status")
        if status is not None:
            if status != "canceled" or message.status != "scheduled":
                raise ApiError(20001, "Status")
            self._book.message_is(message.sid, "canceled")
        if body is not None:
            if body != "":
                raise ApiError(20001, "Body: only an empty one can be set")
            if message.status not in MESSAGE_ENDED:
                raise ApiError(20009)
            message.body, message.date_updated = "", self._book.clock.now()
        return as_json(message.to_json())

    def delete(self, asked: Asked) -> Reply:
        """Delete a text that has ended."""
        if self._message(asked).status not in MESSAGE_ENDED:
            raise ApiError(20009)
        del self._book.messages[asked.sid]
        self._book.deleted.append(asked.sid)
        return Reply(204)
