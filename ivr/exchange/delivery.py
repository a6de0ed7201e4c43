"""One attempt to deliver a webhook: signed, redirects followed, logged in if asked to, every request kept."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from urllib.parse import urlencode, urljoin, urlsplit

from ivr.exchange.attributes import URL, absolute
from ivr.exchange.injected import Fault
from ivr.exchange.overrides import Limits
from ivr.exchange.records import HasNow
from ivr.exchange.sessions import Session
from ivr.exchange.signing import signature, signed_url
from ivr.exchange.transport import Failed, Reply, send
from ivr.exchange.verbs import Method

FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass
class Request:
    """One HTTP request; from `status` on, the fields are filled in once it is over."""

    method: Method
    url: str  # as asked for: without fragment, user and password; a GET's parameters are in it
    params: dict[str, str]
    headers: dict[str, str]
    call: str = ""
    at: datetime | None = None  # the exchange's time
    attempt: int = 1
    duplicate: bool = False
    status: int | None = None
    body: bytes = b""  # of the answer
    content_type: str = ""
    error: int | None = None  # Twilio's number
    seconds: float = 0.0


@dataclass(frozen=True)
class Webhook:
    """One webhook to deliver, and what stays the same however often it is sent."""

    url: str
    method: Method
    params: dict[str, str]
    call: str
    token: str
    messaging: bool = False  # a text's: the port is signed too
    callback: bool = False  # it tells of a status and asks for nothing
    duplicate: bool = False
    idempotency: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Outcome:
    """What an attempt came to: its last request, and where redirects led. `kind`: as of Failed."""

    request: Request
    url: str
    seconds: float
    status: int | None = None
    error: int | None = None
    message: str = ""
    kind: str = ""


class Wire:
    """What all attempts share. `via` maps an address as it is signed to the loopback one where it is sent."""

    def __init__(self, via: dict[str, str], clock: HasNow | None) -> None:
        self.via = via
        self.clock = clock
        self.before: list[Callable[[Request], None]] = []
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.sessions: dict[str, Session] = {}

    def attempt(self, webhook: Webhook, number: int, limits: Limits, left: float) -> Outcome:
        """Try once to deliver `webhook`, following redirects; `left` is the time left, in seconds."""
        session = self.sessions.setdefault(webhook.call, Session()) if webhook.call else Session()
        url, method, params = webhook.url, webhook.method, webhook.params
        spent, hops = 0.0, 0
        while True:
            request = self._request(webhook, url, method, params, session, number)
            try:
                reply = self._ask(request, limits, left - spent)
            except Failed as error:
                request.error = error.code
                waited = spent + request.seconds
                return Outcome(request, url, waited, None, error.code, str(error), error.kind)
            spent += request.seconds
            session.keep(url, reply.headers)
            if reply.status == 401 and session.log_in(url, reply.headers.get("WWW-Authenticate") or ""):
                continue
            location = reply.headers.get("Location")
            if reply.status in (301, 302, 303, 307, 308) and location:
                hops += 1
                if hops > limits.redirects:
                    request.error = 11215
                    why = f"more than {limits.redirects} redirects"
                    return Outcome(request, url, spent, reply.status, 11215, why)
                try:
                    url = absolute(urljoin(url, location))
                except ValueError as error:
                    request.error = URL
                    return Outcome(request, url, spent, reply.status, URL, f"redirect to {location}: {error}")
                if reply.status < 307:  # as browsers do: asked for anew, the form isn't sent again
                    method, params = "GET", {}
                continue
            if not 200 <= reply.status < 300:
                request.error = 15003 if webhook.callback else 11200
                kind = f"{reply.status // 100}xx" if reply.status >= 400 else ""
                why = f"status {reply.status}"
                return Outcome(request, url, spent, reply.status, request.error, why, kind)
            return Outcome(request, url, spent, reply.status)

    def _request(
        self,
        webhook: Webhook,
        url: str,
        method: Method,
        params: dict[str, str],
        session: Session,
        number: int,
    ) -> Request:
        plain = signed_url(url, keep_port=True)
        if method == "GET" and params:
            plain += ("&" if "?" in plain else "?") + urlencode(params)
        signed = signed_url(plain, keep_port=webhook.messaging)
        form = params.items() if method == "POST" else ()
        headers = {
            "Host": urlsplit(plain).netloc,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "X-Home-Region": "us1",
            "X-Twilio-Signature": signature(webhook.token, signed, form),
            "I-Twilio-Idempotency-Token": webhook.idempotency,
            "Connection": "close",
            **session.headers(url),
        }
        if method == "POST":
            headers["Content-Type"] = FORM
            headers["Content-Length"] = str(len(urlencode(params)))
        at = self.clock.now() if self.clock else None
        request = Request(method, plain, dict(params), headers, webhook.call, at, number, webhook.duplicate)
        self.requests.append(request)
        return request

    def _ask(self, request: Request, limits: Limits, left: float) -> Reply:
        for hook in self.before:
            hook(request)
        fault = self._fault(request.url)
        kind = fault.kind if fault else None
        started = time.monotonic()
        try:
            if kind == "reset":
                raise Failed(11205, "no connection, as asked for", "ct")
            if kind == "timeout":
                raise Failed(11200, "no answer in time, as asked for", "rt")
            if isinstance(kind, int):
                reply = Reply(kind, Message(), b"")
            else:
                reply = self._send(request, limits, left)
            request.status, request.body = reply.status, reply.body
            request.content_type = reply.headers.get("Content-Type") or ""
            if kind == "reset-after":
                raise Failed(11205, "the answer was lost, as asked for")
            if kind == "timeout-after":
                raise Failed(11200, "the answer came too late, as asked for", "rt")
            return reply
        finally:
            waited = kind in ("timeout", "timeout-after")
            request.seconds = max(min(limits.read, left), 0.0) if waited else time.monotonic() - started

    def _send(self, request: Request, limits: Limits, left: float) -> Reply:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = self.via.get(origin, origin) + request.url[len(origin) :]
        body = urlencode(request.params).encode() if request.method == "POST" else None
        return send(request.method, target, request.headers, body, limits, left)

    def _fault(self, url: str) -> Fault | None:
        for fault in self.faults:
            if fault.path_part in url:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None
