"""The webhooks for a WSGI server, which gives each request a thread of its own."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from ivr.telephony.received import whole
from ivr.telephony.signature import LONGEST_BODY
from ivr.telephony.webhooks import Webhooks

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def before(webhooks: Webhooks, application: WSGIApplication) -> WSGIApplication:
    """Return a WSGI application: the webhooks, and `application` for everything else."""

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not webhooks.serves(environ["REQUEST_METHOD"], path):
            return application(environ, start_response)
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        given = webhooks.answer(path, environ.get("QUERY_STRING", ""), _body(environ), signature)
        status = f"{given.status} {HTTPStatus(given.status).phrase}"
        kind, length = ("Content-Type", given.content_type), ("Content-Length", str(len(given.body)))
        start_response(status, [kind, length])
        return (given.body,)

    return front


def _body(environ: WSGIEnvironment) -> bytes | None:
    """Return a request's body, or None when it is longer than any of Twilio's, or of unknown length."""
    length = whole(environ.get("CONTENT_LENGTH"))
    if length is None or length > LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body
