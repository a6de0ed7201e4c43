"""One HTTP request over loopback and its answer, within limits. It never reaches another machine."""

from __future__ import annotations

import http.client
import ipaddress
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit

from ivr.exchange.overrides import Limits


class Failed(Exception):
    """No usable answer. `code` is Twilio's number; `kind` says what a retry policy calls it ("": nothing)."""

    def __init__(self, code: int, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.kind = kind


@dataclass(frozen=True)
class Reply:
    """An answer, its body unpacked."""

    status: int
    headers: Message
    body: bytes


def is_loopback(origin: str) -> bool:
    """Return whether an address such as "http://127.0.0.1:8000" is this machine's own."""
    host = urlsplit(origin).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def send(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: Limits, total: float
) -> Reply:
    """Send a request to `url` and return the answer; `total` is the time left, in seconds.

    Errors: Failed. A host that isn't loopback is refused before anything is sent.
    """
    parts = urlsplit(url)
    if not is_loopback(url):
        raise Failed(11210, f"{parts.hostname}: the exchange calls loopback addresses only; name it in via")
    if parts.scheme != "http":
        raise Failed(11220, f"{parts.scheme}: the exchange speaks plain HTTP over loopback; name it in via")
    ends = time.monotonic() + total
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=max(min(limits.connect, total), 0.001)
    )
    try:
        try:
            connection.connect()
        except OSError as error:
            raise Failed(11205, f"no connection: {error}", "ct") from None
        return _exchange(connection, method, parts.path, parts.query, headers, body, limits, ends)
    finally:
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes | None,
    limits: Limits,
    ends: float,
) -> Reply:
    sock = connection.sock  # the answer's own once it has begun, if the server closes after it

    def wait_at_most() -> None:
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(min(limits.read, left))

    try:
        wait_at_most()
        target = (path or "/") + (f"?{query}" if query else "")
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        try:
            received = bytearray()
            while len(received) <= limits.body:
                wait_at_most()
                piece = response.read1(limits.body)
                if not piece:
                    break
                received += piece
            if response.length and len(received) <= limits.body:
                raise Failed(11200, "the connection was closed in the middle of the answer")
        finally:
            response.close()
    except TimeoutError:
        raise Failed(11200, "no whole answer in time", "rt") from None
    except (http.client.InvalidURL, UnicodeError, ValueError) as error:
        raise Failed(11100, f"can't be asked for: {error}") from None
    except http.client.RemoteDisconnected:
        raise Failed(11205, "the connection was closed without an answer") from None
    except OSError as error:
        raise Failed(11205, f"the connection broke: {error}") from None
    except http.client.HTTPException as error:
        raise Failed(11206, f"the answer is no HTTP: {type(error).__name__}") from None
    return Reply(response.status, response.headers, _unpacked(bytes(received), response, limits.body))


def _unpacked(received: bytes, response: http.client.HTTPResponse, most: int) -> bytes:
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if len(received) > most:
        raise Failed(11750, f"the answer has more than {most} bytes")
    if coding == "identity":
        return received
    if coding != "gzip":
        raise Failed(11206, f"content coding {coding}: only gzip was offered")
    try:
        plain = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(received, most + 1)
    except zlib.error as error:
        raise Failed(11206, f"the answer is no gzip: {error}") from None
    if len(plain) > most:
        raise Failed(11750, f"the answer has more than {most} bytes once unpacked")
    return plain
