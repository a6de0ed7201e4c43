"""A WSGI application behind RSGI: for the few routes that people and monitors ask for."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def answer_by_wsgi(application: WSGIApplication, scope: Any, body: bytes, protocol: Any) -> None:
    """Answer one request by `application`, in the calling thread. The whole answer is held in memory."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
        begun[:] = [(status, headers)]
        return None

    answer = application(environment(scope, body), start_response)
    try:
        document = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers = begun[0]
    lower = [(name.lower(), value) for name, value in headers]
    protocol.response_bytes(int(status.split()[0]), lower, document)


def environment(scope: Any, body: bytes) -> dict[str, Any]:
    """Return a request as WSGI (PEP 3333) wants it. It holds nothing of the process's own environment."""
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
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_LENGTH", "PROXY"):
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
