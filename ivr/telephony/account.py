"""The account at Twilio and its numbers: what `ivr doctor` and the watch look at.

https://www.twilio.com/docs/iam/api/account, https://www.twilio.com/docs/phone-numbers/api
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ivr.line.telephone import Temporary
from ivr.telephony.refusals import failed, refused

ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands: "active", "suspended" or "closed"; `at` is the provider's time, if it said."""

    status: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the account. `settings`: its webhooks, by the names that the API takes ("VoiceUrl")."""

    sid: str
    settings: Mapping[str, str]


# What we set on a number: name at the API → name in its answers.
SETTINGS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
}


class Account:
    """One account. `api_url` and `timeout` are those of TwilioTelephone.

    Errors, all methods: Temporary, Permanent.
    """

    def __init__(self, api_url: str, account_sid: str, token: str, timeout: float = 8) -> None:
        self._base = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}"
        self._auth = (account_sid, token)
        self._timeout = timeout

    def standing(self) -> Standing:
        """Return how the account stands."""
        data, at = self._ask("GET", ".json", "state of the account")
        return Standing(str(data.get("status", "")), at)

    def number(self, number: str) -> Number | None:
        """Return the account's number (E.164), None if it has no such one."""
        data, _ = self._ask("GET", "/IncomingPhoneNumbers.json", "look at the number", PhoneNumber=number)
        for found in data.get("incoming_phone_numbers") or ():
            if found.get("phone_number") == number:
                told = {name: str(found.get(field) or "") for name, field in SETTINGS.items()}
                return Number(str(found.get("sid", "")), told)
        return None

    def change(self, sid: str, settings: Mapping[str, str]) -> None:
        """Set these settings of a number."""
        self._ask("POST", f"/IncomingPhoneNumbers/{sid}.json", "change of the number", **settings)

    def _ask(
        self, method: str, path: str, what: str, **values: str
    ) -> tuple[dict[str, Any], datetime | None]:
        from requests import RequestException, request

        where = {"params" if method == "GET" else "data": values}
        try:
            answer = request(
                method,
                self._base + path,
                auth=self._auth,
                timeout=self._timeout,
                allow_redirects=False,
                **where,  # type: ignore[arg-type]
            )
            data = answer.json() if answer.content else {}
        except RequestException as error:  # its JSON error is one too
            raise failed(what, error, repeatable=True) from None
        if not isinstance(data, dict):
            raise Temporary(f"{what}: an answer that makes no sense", status=answer.status_code)
        if not 200 <= answer.status_code < 300:
            code = data.get("code")
            raise refused(what, answer.status_code, code if isinstance(code, int) else None, repeatable=True)
        return data, _date(answer.headers.get("Date"))


def _date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
