"""Sends webhooks as Twilio does: signed, over loopback HTTP only, retried as documented, every one kept.

Twilio asks once more only if no connection came about, unless the URL's fragment says otherwise; follows up
to ten redirects; remembers cookies during a call; and reads answers of up to 64 kB, within 15 s in all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import urljoin

from ivr.exchange.attributes import URL, absolute
from ivr.exchange.delivery import Outcome, Request, Webhook, Wire
from ivr.exchange.injected import Breakage, Fault
from ivr.exchange.overrides import Limits, overridden
from ivr.exchange.records import HasNow
from ivr.exchange.transport import is_loopback
from ivr.exchange.twiml import TwimlError, parse
from ivr.exchange.verbs import Document, Method

__all__ = ["Answer", "Duplicates", "Limits", "Request", "Sender", "resolve"]

Duplicates = Literal["off", "first", "second"]  # each webhook once; or twice, and which answer counts


@dataclass(frozen=True)
class Answer:
    """What came of a webhook: a document, or an error (Twilio's number); a callback told has neither."""

    document: Document | None
    error: int | None
    seconds: float  # of all attempts; a "timeout" fault counts as long as Twilio would have waited
    status: int | None = None
    url: str = ""  # the document's own, after redirects: relative URLs in it resolve against this
    message: str = ""  # of the error, in words


class Sender:
    """Delivers webhooks, one at a time; `requests` keeps every HTTP request in order.

    `before` are called with each Request before it is sent. `via` names public addresses that are played on
    loopback, such as {"https://line.example": "http://127.0.0.1:8000"}: signed as the one, sent to the other.
    `auth_token` and `duplicates` may be set at any time. Errors: ValueError if `via` leads off this machine.
    """

    def __init__(
        self,
        auth_token: str,
        *,
        limits: Limits | None = None,
        duplicates: Duplicates = "off",
        via: Mapping[str, str] | None = None,
        clock: HasNow | None = None,
    ) -> None:
        for target in (via or {}).values():
            if not is_loopback(target):
                raise ValueError(f"via {target}: the exchange calls loopback addresses only")
        self.auth_token = auth_token
        self.limits = limits or Limits()
        self.duplicates: Duplicates = duplicates
        played = {public.rstrip("/"): target.rstrip("/") for public, target in (via or {}).items()}
        self._wire = Wire(played, clock)
        self.via = self._wire.via
        self.before = self._wire.before
        self.requests = self._wire.requests

    def fetch(
        self,
        url: str,
        params: Mapping[str, str],
        *,
        method: Method = "POST",
        call: str = "",
        whisper: bool = False,
        token: str | None = None,
    ) -> Answer:
        """Ask `url` (absolute) for a document.

        `call`: whose cookies to use; `whisper`: as of twiml.parse; `token`: sign with this one, else with
        `auth_token`. What goes wrong is in the answer: nothing is raised.
        """
        webhook = Webhook(url, method, dict(params), call, token or self.auth_token)

        def read(outcome: Outcome) -> Answer:
            request = outcome.request
            try:
                document = parse(request.body, request.content_type, whisper=whisper)
            except TwimlError as error:
                request.error = error.code
                return _answer(replace(outcome, error=error.code, message=error.message))
            return replace(_answer(outcome), document=document)

        return self._deliver(webhook, read)

    def notify(
        self,
        url: str,
        params: Mapping[str, str],
        *,
        method: Method = "POST",
        call: str = "",
        token: str | None = None,
        messaging: bool = False,
    ) -> Answer:
        """Tell `url` (absolute) of a status; nothing is raised, and the answer never has a document.

        Error 15003 unless it is answered with 204, or with 200, text/xml and an empty <Response>.
        `messaging`: the callback of a text, whose signature always covers the port.
        """
        webhook = Webhook(url, method, dict(params), call, token or self.auth_token, messaging, callback=True)

        def read(outcome: Outcome) -> Answer:
            request = outcome.request
            if request.status == 204:
                return _answer(outcome)
            why = f"status {request.status} instead of 204, or 200 with an empty <Response>"
            if request.status == 200:
                try:
                    if not parse(request.body, request.content_type).verbs:
                        return _answer(outcome)
                    why = "verbs in the answer to a callback are never run"
                except TwimlError as error:
                    why = error.message
            request.error = 15003
            return _answer(replace(outcome, error=15003, message=why))

        return self._deliver(webhook, read)

    def fail(self, url_part: str, times: int = 1, kind: Breakage | int = 500) -> None:
        """Make the next `times` requests fail whose URL holds `url_part`; nothing is really waited for.

        `kind`: "reset" (no connection comes about), "timeout" (no answer), either with "-after" (the request
        arrives and is carried out, its answer is lost), or the HTTP status that is answered in its place.
        Errors: ValueError for another kind.
        """
        known = 300 <= kind <= 599 if isinstance(kind, int) else kind in get_args(Breakage)
        if not known:
            raise ValueError(f"no fault {kind!r}: there are {', '.join(get_args(Breakage))}, and 300 to 599")
        self._wire.faults.append(Fault(url_part, times, kind))

    def heal(self) -> None:
        """Drop the faults that are still to come."""
        self._wire.faults.clear()

    def forget(self, call: str) -> None:
        """Drop the cookies and log-ins of a call that has ended."""
        self._wire.sessions.pop(call, None)

    def _deliver(self, webhook: Webhook, read: Callable[[Outcome], Answer]) -> Answer:
        first = self._once(webhook, read)
        if self.duplicates == "off":
            return first
        second = self._once(replace(webhook, duplicate=True), read)
        return first if self.duplicates == "first" else second

    def _once(self, webhook: Webhook, read: Callable[[Outcome], Answer]) -> Answer:
        try:
            absolute(webhook.url)
            limits = overridden(self.limits, webhook.url)
        except ValueError as error:
            return Answer(None, URL, 0.0, None, webhook.url, f"{webhook.url}: {error}")
        spent = 0.0
        for number in range(1, limits.retries + 2):
            outcome = self._wire.attempt(webhook, number, limits, limits.total - spent)
            spent += outcome.seconds
            again = outcome.kind and (outcome.kind in limits.policy or "all" in limits.policy)
            if not again or spent >= limits.total:
                break
        outcome = replace(outcome, seconds=spent)
        return _answer(outcome) if outcome.error else read(outcome)


def resolve(document_url: str, url: str | None) -> str:
    """Return `url` as seen from the document at `document_url`; None: the document's own."""
    return document_url if url is None else urljoin(document_url, url)


def _answer(outcome: Outcome) -> Answer:
    return Answer(None, outcome.error, outcome.seconds, outcome.status, outcome.url, outcome.message)
