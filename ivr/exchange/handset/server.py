"""The page's own small HTTP server: loopback only, behind a token, and deaf to other sites' requests."""

from __future__ import annotations

import hmac
import json
import secrets
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from ivr.exchange.handset.feed import Event, Feed
from ivr.exchange.handset.refusal import Refusal
from ivr.exchange.loopback import LoopbackServer

FILES = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
BODY = 4_000_000  # bytes of the longest upload: four minutes of telephone audio
STILL = 10.0  # seconds after which a stream that has nothing to tell shows that it is alive
HEADERS = {
    # Nothing from elsewhere, nothing inline; blob: is what the microphone recorded, played back.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "X-Content-Type-Options": "nosniff",
}


class Page(Protocol):
    """What the server shows and moves."""

    feed: Feed

    def about(self) -> dict[str, Any]:
        """Return what a page has to know when it opens."""
        ...

    def act(self, key: str, what: str, words: dict[str, str]) -> None:
        """Do something at a phone. Errors: Refusal."""
        ...

    def spoken(self, key: str, audio: bytes) -> None:
        """Take what was spoken at a phone. Errors: Refusal."""
        ...

    def go_to(self, wall: str, second: bool = False) -> None:
        """Set the time. Errors: Refusal."""
        ...


class PageServer:
    """Serves one handset, in threads of its own. `url` is there from the start; start() answers it."""

    def __init__(self, page: Page, port: int = 0) -> None:
        self._server = _Server(page, port)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The page's address, such as "http://127.0.0.1:40123/TOKEN/"."""
        return f"{self._server.origin}/{self._server.token}/"

    def start(self) -> None:
        """Begin to answer."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="handset", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Close every connection. Close the feed first: streams wait on it."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()


class _Server(LoopbackServer):
    def __init__(self, page: Page, port: int) -> None:
        super().__init__(_Handler, port)
        self.page = page
        self.token = secrets.token_urlsafe(16)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a page that was closed while it was being answered."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        path = self._inside()
        if path is None:
            return
        if path == "events":
            return self._stream()
        file = {file.name: file for file in FILES.iterdir()}.get(path or "page.html")
        if file is None:
            return self._send(404, b"There is nothing at this address.\n", "text/plain")
        self._send(200, file.read_bytes(), TYPES[file.suffix])

    do_HEAD = do_GET

    def do_POST(self) -> None:
        path = self._inside()
        if path is None:
            return
        page, length = self.server.page, self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > BODY:
            self.close_connection = True
            return self._send(413, b"Too long.\n", "text/plain")
        body = self.rfile.read(int(length))
        posts: dict[str, Callable[[], None]] = {
            "act": lambda: _act(page, _object(body)),
            "time": lambda: _time(page, _object(body)),
            "spoken": lambda: page.spoken(self._query("phone"), body),
        }
        if path not in posts:
            return self._send(404, b"There is nothing at this address.\n", "text/plain")
        try:
            posts[path]()
        except Refusal as refusal:
            return self._send(409, json.dumps({"error": str(refusal)}).encode(), "application/json")
        self._send(204)

    def _inside(self) -> str | None:
        """Return the path behind the token; None when the request was refused, whatever was wrong with it.

        Host: a name that another site has pointed at this machine isn't ours. Origin and Sec-Fetch-Site: a
        page of another site may not move the phones, even if it has got hold of the address.
        """
        _, _, rest = urlsplit(self.path).path.partition("/")
        token, slash, path = rest.partition("/")
        ours = self.server.origin
        site = self.headers.get("Sec-Fetch-Site", "same-origin")  # not sent: no browser asks
        looks = self.command != "POST" and (site == "none" or path == "")  # an address typed in, or a link
        if (
            self.headers.get("Host") == ours.removeprefix("http://")
            and slash
            and hmac.compare_digest(token.encode(), self.server.token.encode())
            and self.headers.get("Origin", ours) == ours
            and (site == "same-origin" or looks)
        ):
            return path
        self.close_connection = True
        self._send(403, b"Open the whole address that the terminal shows.\n", "text/plain")
        return None

    def _query(self, name: str) -> str:
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    def _stream(self) -> None:
        """Send what happens, as it happens, until the page or the handset goes."""
        page, after = self.server.page, self.headers.get("Last-Event-ID", "")
        seen = int(after) if after.isascii() and after.isdigit() else 0
        self.close_connection = True
        with suppress(OSError):
            self._head(200, "text/event-stream", None)
            self._event(None, {"kind": "about", **page.about()})
            while not page.feed.closed:
                events = page.feed.after(seen, STILL)
                for event in events:
                    seen = event.number
                    self._event(event, {"kind": event.kind, **event.data})
                if not events:
                    self.wfile.write(b":\n\n")
                self.wfile.flush()

    def _event(self, event: Event | None, data: dict[str, Any]) -> None:
        number = f"id: {event.number}\n" if event else ""
        self.wfile.write(f"{number}data: {json.dumps(data)}\n\n".encode())

    def _send(self, status: int, body: bytes = b"", kind: str = "") -> None:
        with suppress(OSError):
            self._head(status, kind, len(body))
            if self.command != "HEAD":
                self.wfile.write(body)
            self.wfile.flush()

    def _head(self, status: int, kind: str, length: int | None) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()

    def version_string(self) -> str:
        return "handset"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the page shows more."""


def _object(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except (UnicodeDecodeError, ValueError):
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Refusal("this is no JSON object of strings")
    return given


def _act(page: Page, words: dict[str, str]) -> None:
    page.act(words.get("phone", ""), words.get("act", ""), words)


def _time(page: Page, words: dict[str, str]) -> None:
    page.go_to(words.get("at", ""), words.get("hour") == "second")
