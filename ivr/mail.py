"""The edge to the mail server: SMTP, encrypted, with bounded waits.

What was refused before the message itself was handed over can be tried again; after that, an answer that
never came leaves the outcome unknown.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from ivr.clock import SystemClock
from ivr.line.telephone import Permanent, Temporary, Unknown

TIMEOUT = 10.0  # seconds to connect, and between two answers
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SmtpMail:
    """A Mail that a mail server takes on. Threads may share it: each mail has its own connection.

    url     smtps://user:password@host:465; or smtp://…:587, where STARTTLS is insisted on (not by loopback)
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self._encrypted = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._encrypted else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout = timeout

    def send(self, from_: str, to: str, subject: str, body: str, key: str) -> str:
        """Send a mail and return its Message-ID, which follows from `key`.

        Errors: Temporary, Permanent (enough 1: that address isn't taken), Unknown. None of them says what the
        server said: that may name the address.
        """
        message = _message(from_, to, subject, body, key)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(f"mail: no connection to the mail server ({type(error).__name__})") from None
        try:
            _hand_over(server, from_, to, message)
        finally:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()
        return str(message["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if not self._encrypted and self._host not in _LOOPBACK:
                server.starttls(context=context)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server


def _message(from_: str, to: str, subject: str, body: str, key: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = from_, to, subject
    message["Date"] = format_datetime(SystemClock().now())
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{from_.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(body)
    return message


def _hand_over(server: smtplib.SMTP, from_: str, to: str, message: EmailMessage) -> None:
    try:
        _taken("the sender", server.mail(from_)[0])
        code = server.rcpt(to)[0]
    except (OSError, smtplib.SMTPException) as error:
        raise Temporary(f"mail: the mail server went away ({type(error).__name__})") from None
    if code in (550, 551, 553):  # RFC 5321, section 4.2.3: no such mailbox, not here, not a name of one
        raise Permanent(f"mail: the address isn't taken (SMTP {code})", code, enough=1)
    _taken("the address", code)
    try:
        code = server.data(message.as_bytes())[0]
    except smtplib.SMTPDataError as error:  # it refused DATA before anything was handed over
        raise Temporary(f"mail: the mail server takes no message (SMTP {error.smtp_code})") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(f"mail: no answer to the message ({type(error).__name__})") from None
    if code >= 500:
        raise Permanent(f"mail: the message was refused (SMTP {code})", code)
    _taken("the message", code)


def _taken(what: str, code: int) -> None:
    """Errors: Temporary for any answer that isn't a yes: whatever is wrong there, somebody puts it right."""
    if code not in (250, 251):
        raise Temporary(f"mail: {what} was not taken (SMTP {code})", code)
