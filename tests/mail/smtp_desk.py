"""A mail server for tests: SMTP (RFC 5321) over loopback, with or without TLS; it refuses when told to."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

REPLIES = {
    "EHLO": "250-desk\r\n250 AUTH PLAIN",
    "AUTH": "235 yes",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}


class Desk(socketserver.ThreadingTCPServer):
    """What it took lies in `mails`. `refusals`: verb → the reply to commands of that verb; "" hangs up.

    "." stands for the end of a message; with "taken then gone" it keeps the message and says nothing.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.tls = tls
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.logins: list[str] = []
        self.refusals: dict[str, str] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def end(self) -> str:
        """Return the reply to the end of the next message."""
        return self.refusals.get(".", "250 taken")

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is part of the tests."""


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: Desk

    def setup(self) -> None:
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self.wfile.write(b"220 desk\r\n")
        to = ""
        while line := self.rfile.readline():
            verb = line[:4].decode().strip().upper()
            reply = self.server.refusals.get(verb)
            if reply == "":
                return
            if verb == "RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
            elif verb == "AUTH":
                self.server.logins.append(line.decode().split()[1])
            reply = reply or REPLIES.get(verb, "250 yes")
            self.wfile.write(f"{reply}\r\n".encode())
            if verb == "QUIT":
                return
            if verb == "DATA" and reply.startswith("354") and not self._message(to):
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()  # under TLS it is another socket than the one that the server closes

    def _message(self, to: str) -> bool:
        body = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += line
        end = self.server.end()
        if end[:3] in ("250", "tak"):
            self.server.to.append(to)
            self.server.mails.append(message_from_bytes(body, policy=policy.default))
        if not end[:3].isdigit():
            return False
        self.wfile.write(f"{end}\r\n".encode())
        return True


@contextmanager
def open_desk(tls: ssl.SSLContext | None = None) -> Iterator[Desk]:
    """A desk that listens until the block ends."""
    with Desk(tls) as desk:
        thread = threading.Thread(target=desk.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield desk
        finally:
            desk.shutdown()
            thread.join()
