"""A line of canned answers behind a real HTTP server, and an exchange aimed at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.exchange.clock import HandClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.switches import Switches

SID, TOKEN = "AC" + "1" * 32, "token-of-a-test"
CLINIC, CALLER = "+441632960000", "+447700900123"
ANA, BEN = "+447700900101", "+447700900102"
NIGHT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)

Form = dict[str, str]
Page = str | int | Callable[[Form], "str | int"]  # the inside of <Response>, or an HTTP status


@dataclass
class Asked:
    """One request that the line got."""

    path: str
    form: Form
    at: datetime


@dataclass
class Desk:
    """The line's pages by path, what it was asked, and the exchange."""

    exchange: Exchange
    base: str
    pages: dict[str, Page]
    asked: list[Asked] = field(default_factory=list)

    def call(self, caller: Any, from_: str = CALLER) -> str:
        """Let somebody ring, play it to the end, and return the transcript."""
        self.exchange.dial(from_, CLINIC, caller)
        self.exchange.run()
        return self.transcript

    @property
    def transcript(self) -> str:
        return "\n".join(map(str, self.exchange.transcript))

    def forms(self, path: str) -> list[Form]:
        """What was sent to a path, request by request."""
        return [asked.form for asked in self.asked if asked.path == path]

    def seconds(self, path: str) -> list[float]:
        """When a path was asked: seconds after the beginning."""
        return [(asked.at - NIGHT).total_seconds() for asked in self.asked if asked.path == path]


@contextmanager
def open_line(
    pages: Mapping[str, Page], switches: Switches | None = None, unexpected: bool = False, **number: str
) -> Iterator[Desk]:
    """Serve `pages`; a path that isn't there, such as a status callback's, is answered 204.

    `number`: further webhooks of the number, as paths. With `unexpected` False nothing unexpected may happen.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = dict(parse_qsl(body or parts.query, keep_blank_values=True))
            desk.asked.append(Asked(parts.path, form, clock.now()))
            page: Any = desk.pages.get(parts.path, 204)
            answer = page(form) if callable(page) else page
            self.send_response(answer if isinstance(answer, int) else 200)
            document = b"" if isinstance(answer, int) else f"<Response>{answer}</Response>".encode()
            self.send_header("Content-Type", "text/xml")
            if answer != 204:
                self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            pass

    clock = HandClock(NIGHT)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with Exchange(SID, TOKEN, clock, switches or Switches(), seed=1) as exchange:
            desk = Desk(exchange, base, dict(pages))
            webhooks = {name: base + path for name, path in number.items()}
            exchange.add_number(CLINIC, base + "/voice", **webhooks)
            exchange.names.update({ANA: "Ana", BEN: "Ben"})
            yield desk
            assert exchange.rest.problems == []
            if not unexpected:
                assert exchange.unexpected == []
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def open_client(pages: dict[str, Page], **wanted: Any) -> Iterator[tuple[Desk, Any]]:
    """Open a line with the real client of the provider, aimed at the exchange."""
    with open_line(pages, **wanted) as desk:
        client = Client(SID, TOKEN, http_client=TwilioHttpClient(timeout=5))
        client.api.base_url = desk.exchange.url
        yield desk, client
