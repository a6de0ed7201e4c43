"""A WSGI application behind RSGI: for the pages that people and monitors ask for.

It has threads of its own, so that no webhook ever waits for a page: a few for pages, and one for each stream
(server-sent events), of which there may be only so many.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.telephony.received import whole

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

PAGES = 8  # pages that are made at the same time
STREAMS = 24  # streams that are open at the same time, each with a thread that mostly sleeps
LONGEST = 1024 * 1024  # bytes of a body that are read; the application refuses what is longer, unread

_FULL = b"Too many pages are being kept up to date. This one still works: reload it by hand."


@dataclass(frozen=True)
class Begun:
    """An answer whose beginning is there. `body` is whole, or else `rest` yields it piece by piece."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    rest: Iterable[bytes] | None = None


class Bridge:
    """Answers RSGI requests by `application`."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._pages = ThreadPoolExecutor(PAGES, "page")
        self._streams = ThreadPoolExecutor(STREAMS, "stream")
        self._open = 0  # streams; only the loop's thread counts
        self._ending = False

    def end(self) -> None:
        """End the streams, each at its next piece. From any thread."""
        self._ending = True

    def close(self) -> None:
        """End all threads."""
        self.end()
        self._pages.shutdown()
        self._streams.shutdown()

    async def answer(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        body, length = b"", whole(scope.headers.get("content-length"))
        if length is None and "transfer-encoding" in scope.headers:
            protocol.response_bytes(411, [("content-type", "text/plain")], b"Say how long it is.")
            return
        if length and length <= LONGEST:
            body = await protocol()
        environ = environment(scope, body, length or 0)
        loop = asyncio.get_running_loop()
        begun = await loop.run_in_executor(self._pages, begin, self._application, environ)
        if begun.rest is None:
            protocol.response_bytes(begun.status, begun.headers, begun.body)
        elif self._open >= STREAMS or self._ending:
            await loop.run_in_executor(self._pages, _close, begun.rest)
            protocol.response_bytes(503, [("content-type", "text/plain"), ("retry-after", "60")], _FULL)
        else:
            self._open += 1
            try:
                await self._send(loop, begun, protocol)
            finally:
                self._open -= 1

    async def _send(self, loop: asyncio.AbstractEventLoop, begun: Begun, protocol: Any) -> None:
        """Send a stream until it is over, the browser has gone, or all ends."""
        assert begun.rest is not None
        pieces: Iterator[bytes] = iter(begun.rest)
        gone = loop.create_task(_gone(protocol))
        transport = protocol.response_stream(begun.status, begun.headers)
        try:
            while not (gone.done() or self._ending):
                piece = await loop.run_in_executor(self._streams, next, pieces, None)
                if piece is None:
                    return
                await transport.send_bytes(piece)
        except RuntimeError:
            return  # granian's ProtocolClosed: the browser has gone
        finally:
            gone.cancel()
            await loop.run_in_executor(self._streams, _close, begun.rest)


def begin(application: WSGIApplication, environ: dict[str, Any]) -> Begun:
    """Have `application` answer, in the calling thread. An answer that tells its length is made whole."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
        started[:] = [(status, headers)]
        return None

    answer = application(environ, start_response)
    if not started:
        _close(answer)
        raise RuntimeError("a page answered without a status")
    status, headers = started[0]
    code, lower = int(status.split()[0]), [(name.lower(), value) for name, value in headers]
    stream = environ["REQUEST_METHOD"] != "HEAD" and not any(name == "content-length" for name, _ in lower)
    if stream and code not in (204, 304):
        return Begun(code, lower, rest=answer)
    try:
        return Begun(code, lower, b"".join(answer))
    finally:
        _close(answer)


async def _gone(protocol: Any) -> None:
    await protocol.client_disconnect()


def _close(answer: Iterable[bytes]) -> None:
    if hasattr(answer, "close"):
        answer.close()


def environment(scope: Any, body: bytes, length: int) -> dict[str, Any]:
    """Return a request as WSGI (PEP 3333) wants it. It holds nothing of the process's own environment.

    length: of the body as it was announced; `body` is empty if that was too much to read.
    """
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path,
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(length),
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_LENGTH", "PROXY"):
            continue
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ
