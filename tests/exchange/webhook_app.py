"""A tiny web server that plays somebody's application, for the tests of the exchange's webhooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

EMPTY = b"<Response/>"


@dataclass
class Asked:
    """A request as the application got it."""

    method: str
    path: str  # with its query, as it was sent
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The parameters of a POST."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))


@dataclass
class Told:
    """An answer to give. `raw`: these bytes instead, and the connection is closed; `wait`: until released."""

    status: int = 200
    body: bytes = EMPTY
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/xml"
    raw: bytes | None = None
    wait: bool = False


@dataclass
class App:
    """A running application: `answer` decides, `asked` keeps what came."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    comes: threading.Condition = field(default_factory=threading.Condition)
    answer: Callable[[Asked], Told] = lambda asked: Told()
    released: threading.Event = field(default_factory=threading.Event)

    def times_asked(self, least: int) -> int:
        """Return how often it was asked, once that is `least`: who asks may be quicker than this server."""
        with self.comes:
            self.comes.wait_for(lambda: len(self.asked) >= least, 20)
        return len(self.asked)

    def says(self, *answers: Told) -> None:
        """Give these answers in turn; the last one again and again."""
        left = list(answers)
        self.answer = lambda asked: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def running() -> Iterator[App]:
    """Start an application on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            with app.comes:
                app.asked.append(asked)
                app.comes.notify_all()
            told = app.answer(asked)
            if told.wait:
                app.released.wait(60)
            self.close_connection = True
            if told.raw is not None:
                self.wfile.write(told.raw)
                return
            self.send_response(told.status)
            if told.body:
                self.send_header("Content-Type", told.content_type)
            self.send_header("Content-Length", str(len(told.body)))
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(told.body)
            except OSError:  # the exchange had read enough, or has given up
                pass

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    app = App(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield app
    finally:
        app.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


NOBODY_LISTENS = "http://127.0.0.1:9"  # no port that the kernel hands out: no other test gets it meanwhile
