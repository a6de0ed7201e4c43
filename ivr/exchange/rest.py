"""The exchange's REST server: Twilio's API 2010-04-01 at Twilio's own paths, over loopback HTTP.

What its resources answer is in rest_calls, rest_messages, rest_recordings and rest_numbers.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import socket
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from ivr.exchange.injected import Faults
from ivr.exchange.loopback import LoopbackServer
from ivr.exchange.records import API_VERSION, Book, CallRecord, MessageRecord, Orders
from ivr.exchange.rest_account import Account
from ivr.exchange.rest_calls import Calls
from ivr.exchange.rest_errors import ApiError
from ivr.exchange.rest_messages import Messages
from ivr.exchange.rest_numbers import Numbers
from ivr.exchange.rest_recordings import Recordings
from ivr.exchange.rest_wire import Asked, Form, Handler, Reply, as_json

_ACCOUNT = re.compile(rf"/{API_VERSION}/Accounts/([^/]+?)(\.json|/.+)\Z")


def _pattern(path: str) -> re.Pattern[str]:
    """What matches a path of a resource, "*" standing for a sid. ".json" is the account's own."""
    whole = path if path.startswith(".") else f"/{path}"
    return re.compile(re.escape(whole).replace(r"\*", "([A-Z]{2}[0-9a-fA-F]{32})") + r"\Z")


class RestServer:
    """Serves one book. The three callables run in the server's threads, with book.lock held: don't block.

    `on_call_update` gets a call and the orders for it: a `url` or `twiml` to run next, or the `status` to end
    in. `asked` lists the requests that came; `problems` the exceptions in the exchange itself (bugs).
    """

    def __init__(
        self,
        book: Book,
        on_new_call: Callable[[CallRecord], None],
        on_call_update: Callable[[CallRecord, Orders], None],
        on_new_message: Callable[[MessageRecord], None],
    ) -> None:
        self.book = book
        self.faults = Faults()
        self.asked: list[Asked] = []
        self.problems: list[str] = []
        resources = (
            Account(book),
            Calls(book, on_new_call, on_call_update),
            Messages(book, on_new_message),
            Recordings(book),
            Numbers(book),
        )
        self._routes = [
            (method, _pattern(path), handler)
            for resource in resources
            for (method, path), handler in resource.routes().items()
        ]
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the address, such as "http://127.0.0.1:40123". RuntimeError before start()."""
        if self._server is None:
            raise RuntimeError("the REST server isn't running: call start() first")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Listen on a free port of the loopback address."""
        self._server = _Server(self)
        self.book.url = self.url
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="exchange-rest", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Let go of held requests, close every connection and wait for the threads. May be called twice."""
        if self._server is None or self._thread is None:
            return
        self.faults.release()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        self.faults.close()
        self._server = None

    def answer(self, method: str, target: str, body: str, authorization: str | None) -> Reply:
        """Answer one request; `target` is its path and query, `body` its form."""
        parts = urlsplit(target)
        try:
            with self.book.lock:
                self._check(authorization, parts.path)
                handler, sid = self._route(method, parts.path)
                asked = Asked(method, parts.path, Form(body if method == "POST" else parts.query), sid)
                self.asked.append(asked)
                return handler(asked)
        except ApiError as error:
            return as_json(error.to_json(), error.status)
        except Exception:  # the client gets Twilio's answer to a bug of its own; the test gets the traceback
            self.problems.append(traceback.format_exc())
            return as_json(ApiError(20500).to_json(), 500)

    def _check(self, authorization: str | None, path: str) -> None:
        scheme, _, text = (authorization or "").partition(" ")
        try:
            given = base64.b64decode(text, validate=True) if scheme.lower() == "basic" else b""
        except (binascii.Error, ValueError):
            given = b""
        expected = f"{self.book.account_sid}:{self.book.auth_token}".encode()
        found = _ACCOUNT.match(path)
        other = found is not None and found.group(1) != self.book.account_sid
        if other or not hmac.compare_digest(given, expected):
            raise ApiError(20003)

    def _route(self, method: str, path: str) -> tuple[Handler, str]:
        found = _ACCOUNT.match(path)
        known = False
        for allowed, pattern, handler in self._routes if found else ():
            match = pattern.match(found.group(2)) if found else None
            if match is not None:
                if allowed == method:
                    return handler, "".join(match.groups())
                known = True
        raise ApiError(20004) if known else ApiError(20404, path)


class _Server(LoopbackServer):
    def __init__(self, rest: RestServer) -> None:
        self.rest = rest
        super().__init__(_Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_DELETE = do_PUT = do_GET

    def _serve(self) -> None:
        rest = self.server.rest
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        fault = rest.faults.take(self.command, self.path)
        if fault is not None and fault.error is not None:
            return self._send(as_json(fault.error.to_json(), fault.error.status))
        if fault is None or fault.works_first:
            reply = rest.answer(self.command, self.path, body, self.headers.get("Authorization"))
        if fault is None:
            return self._send(reply)
        if str(fault.kind).startswith("timeout"):
            rest.faults.hold(self.connection)
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, reply: Reply) -> None:
        with suppress(OSError):  # a client that has gone
            self.send_response(reply.status)
            if reply.status != 204:
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: numbers stand in the queries."""
