"""The account itself, as https://www.twilio.com/docs/iam/api/account shows it."""

from __future__ import annotations

from ivr.exchange.records import API_VERSION, Book, Json, account_path, rfc2822
from ivr.exchange.rest_wire import Asked, Reply, Routes, as_json


class Account:
    """Answers for /Accounts/{Sid}.json. `book.status` is "active", "suspended" or "closed"."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._opened = book.clock.now()

    def routes(self) -> Routes:
        """Return what is answered here; the path is what follows the account's sid."""
        return {("GET", ".json"): self.fetch}

    def fetch(self, asked: Asked) -> Reply:
        """Return the account. Its auth token, which Twilio shows here, is left out."""
        sid = self._book.account_sid
        account: Json = {
            "sid": sid,
            "friendly_name": "an account",
            "status": self._book.status,
            "type": "Full",
            "owner_account_sid": sid,
            "date_created": rfc2822(self._opened),
            "date_updated": rfc2822(self._opened),
            "uri": f"/{API_VERSION}/Accounts/{sid}.json",
            "subresource_uris": {
                "calls": account_path(sid, "Calls.json"),
                "messages": account_path(sid, "Messages.json"),
                "recordings": account_path(sid, "Recordings.json"),
                "incoming_phone_numbers": account_path(sid, "IncomingPhoneNumbers.json"),
            },
        }
        return as_json(account)
