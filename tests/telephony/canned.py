"""A loopback server with one answer to everything: gateways' pages, and bodies that make no sense."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


@contextmanager
def canned(
    status: int, body: bytes, content_type: str = "application/json", length: int = -1
) -> Iterator[str]:
    """Serve that answer and give the address. `length`: what Content-Length says, if not the truth."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:  # the client has heard enough
                self.close_connection = True

        do_POST = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
