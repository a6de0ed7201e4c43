"""The webhooks: what Twilio asks of the line, over HTTP.

Only a wrong signature is refused (403, always the same). Everything else is answered with 200 and TwiML that
a person can live with: the turn that the line decides on, or the safe answer.

No request waits for long: reading never blocks, and recording gives up after Store's `wait` (one second), so
that an answer goes out well within 4 seconds, whatever the disk does.

They stand before Flask as plain WSGI, because a call's webhooks are most of what the server does and Flask's
dispatch would be half of what one costs (docs/decisions/0008).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ivr import numbers
from ivr.flow.turn import Position, Start
from ivr.line import message, page, upkeep
from ivr.line.answer import InboundCall, Line
from ivr.telephony import links
from ivr.telephony.received import received, recording_sid, whole
from ivr.telephony.safe import Safe
from ivr.telephony.seal import Seal
from ivr.telephony.signature import LONGEST_BODY, Form, Signatures
from ivr.telephony.twiml import Script
from ivr.telephony.words import CALL_ENDED, Param

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

REFUSED = b"This is the clinic line. The signature of this request is not right."
TOKEN = "p="  # the whole query of our URLs: one sealed token

Handler = Callable[[Form, str], bytes]  # (the signed form, the token of the URL) → a document


class Webhooks:
    """Answers Twilio's requests for one line: `routes` lists them. Threads share it."""

    def __init__(self, line: Line) -> None:
        environment = line.config.environment
        self._line = line
        self._account = environment.account_sid
        self._signatures = Signatures(environment.public_url, environment.auth_tokens)
        self._seal = Seal(environment.secret_key)
        self._script = Script(line.config.line.voice, line.config.line.language)
        self._safe = Safe(line)
        # path → who answers, and which safe document does if that fails ("": nothing has to be said)
        self.routes: dict[str, tuple[Handler, str]] = {
            "/voice": (self._voice, "safe"),
            "/turn": (self._turn, "safe"),
            "/whisper": (self._whisper, "safe/whisper"),
            "/accept": (self._accept, "safe/accept"),
            "/leg": (self._leg, ""),
            "/recording": (self._recording, ""),
            "/status": (self._status, ""),
            "/text-status": (self._text_status, ""),
        }

    def before(self, application: WSGIApplication) -> WSGIApplication:
        """Return a WSGI application: our POST routes, and `application` for everything else."""
        routes, answer = self.routes, self.answer

        def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if environ["REQUEST_METHOD"] != "POST" or not (path in routes or path.startswith("/safe")):
                return application(environ, start_response)
            status, kind, body = answer(
                path, environ.get("QUERY_STRING", ""), _body(environ), _signature(environ)
            )
            start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
            return (body,)

        return front

    def answer(self, path: str, query: str, body: bytes | None, signature: str) -> tuple[str, str, bytes]:
        """Return the HTTP status, content type and body for one POST.

        path, query   as they came, not decoded; body None: too long to be Twilio's
        """
        form = None
        if body is not None:
            form = self._signatures.check(f"{path}?{query}" if query else path, body, signature)
        if form is None or form.get(Param.ACCOUNT_SID) != self._account:
            return "403 Forbidden", "text/plain", REFUSED
        handler, safe = self.routes.get(path) or (self._static(path), "safe")
        try:
            document = handler(form, query[len(TOKEN) :] if query.startswith(TOKEN) else "")
        except Exception:
            document = self._failed(path, safe, form)
        return "200 OK", "text/xml", document

    def _failed(self, path: str, safe: str, form: Form) -> bytes:
        log.exception("the safe answer was given at %s", path)
        try:
            upkeep.alarm(self._line, form.get(Param.CALL_SID, ""), f"safe answer at {path}")
        except Exception:
            log.exception("and nobody could be told")
        return self._safe.answer(safe, form) if safe else self._script.nothing()

    # --- the caller's call ----------------------------------------------------------

    def _voice(self, form: Form, token: str) -> bytes:
        call = self._call(form)
        turn = self._line.answer(call, Position(), Start())
        return self._script.turn(turn, links.CallLinks(self._line, self._seal, call))

    def _turn(self, form: Form, token: str) -> bytes:
        call = self._call(form)
        position = links.open_position(self._seal, token, call.sid)
        turn = self._line.answer(call, position, received(form), recording_sid(form))
        return self._script.turn(turn, links.CallLinks(self._line, self._seal, call))

    def _status(self, form: Form, token: str) -> bytes:
        """The number's status callback: the call is over, however it ended."""
        status = form.get(Param.CALL_STATUS, "")
        if status in CALL_ENDED:
            self._line.ended(form[Param.CALL_SID], status, whole(form.get(Param.CALL_DURATION)))
        return self._script.nothing()

    def _recording(self, form: Form, token: str) -> bytes:
        place = links.open_recorder(self._seal, token)
        status, seconds = form.get("RecordingStatus", ""), whole(form.get(Param.RECORDING_DURATION)) or 0
        message.recorded(self._line, place.call, place.turn, place.box, status, recording_sid(form), seconds)
        return self._script.nothing()

    # --- the phones that are rung ---------------------------------------------------

    def _whisper(self, form: Form, token: str) -> bytes:
        leg = links.open_leg(self._seal, token)
        page.answered(self._line, leg, form.get(Param.CALL_SID, ""))
        base = self._line.config.environment.public_url
        return self._script.whisper(leg.text, f"{base}/accept?{TOKEN}{token}")

    def _accept(self, form: Form, token: str) -> bytes:
        leg = links.open_leg(self._seal, token)
        sid, digit = form.get(Param.CALL_SID, ""), form.get(Param.DIGITS, "")
        result = page.pressed(self._line, leg, sid, digit)
        return self._script.bridge() if result in page.JOINED else self._script.decline()

    def _leg(self, form: Form, token: str) -> bytes:
        leg = links.open_leg(self._seal, token)
        sequence = whole(form.get(Param.SEQUENCE_NUMBER))
        status = form.get(Param.CALL_STATUS, "")
        page.leg_status(self._line, leg, form.get(Param.CALL_SID, ""), status, sequence)
        return self._script.nothing()

    # --- the rest -------------------------------------------------------------------

    def _text_status(self, form: Form, token: str) -> bytes:
        """News of a text. Nothing hangs on it: what can't be sent is found by its deadline."""
        return self._script.nothing()

    def _static(self, path: str) -> Handler:
        return lambda form, token: self._safe.answer(path, form)

    def _call(self, form: Form) -> InboundCall:
        home = self._line.config.clinic.home
        return InboundCall(form[Param.CALL_SID], numbers.caller(form.get(Param.FROM, ""), home))


def _body(environ: WSGIEnvironment) -> bytes | None:
    """Return a request's body, or None when it is longer than any of Twilio's, or of unknown length."""
    length = whole(environ.get("CONTENT_LENGTH"))
    if length is None or length > LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body


def _signature(environ: WSGIEnvironment) -> str:
    signature: str = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
    return signature
