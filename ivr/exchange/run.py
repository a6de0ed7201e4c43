"""The documents of one leg: what is sent for them, what comes, and what happens when none comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from ivr.exchange import parameters
from ivr.exchange.board import Board
from ivr.exchange.leg import Ended, Leg
from ivr.exchange.loop import Steps
from ivr.exchange.parameters import Params
from ivr.exchange.records import Orders
from ivr.exchange.transcript import EXCHANGE
from ivr.exchange.twiml import TwimlError, parse
from ivr.exchange.verbs import Document, Method, Say
from ivr.exchange.webhooks import Answer, resolve

LIMIT_HIT = 5.0  # an answer that took so many real seconds ran into a time limit
AT_ONCE = 100  # documents in a row that take no time at all: an endless loop
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


@dataclass(frozen=True)
class Next:
    """The document to go on with, and what is sent with the request for it."""

    url: str
    method: str
    params: Params


class Run:
    """One leg's documents. `fallback` is (URL, method), asked when a document can't be had or carried out."""

    def __init__(
        self, board: Board, leg: Leg, fallback: tuple[str, str] | None = None, whisper: bool = False
    ) -> None:
        self.board = board
        self.leg = leg
        self.fallback = fallback
        self.whisper = whisper
        self._at, self._documents = -1.0, 0

    def params(self, status: str | None = None) -> Params:
        """Return what every request about this leg carries."""
        switches = self.board.switches
        return parameters.voice(
            self.leg.record,
            status=status,
            places=switches.places_sent,
            legacy=switches.legacy_sent,
            parent=switches.parent_call_sid_sent,
        )

    def absolute(self, document_url: str, url: str | None) -> str | None:
        """Return a callback's URL as seen from the document; None when there is none."""
        return resolve(document_url, url) if url else None

    def next(self, document_url: str, url: str | None, method: str, params: Params | None = None) -> Next:
        """Return where an action or a Redirect leads; `url` None is the current document."""
        return Next(resolve(document_url, url), method, self.params() if params is None else params)

    def document(self, step: Next | Orders) -> Steps[tuple[Document, str]]:
        """Get the document to go on with, and its URL; the fallback's, or an apology, if it can't be had.

        Errors: Gone; Ended when there is nothing to go on with.
        """
        if isinstance(step, Orders):
            if step.twiml is not None:
                return (yield from self._inline(step.twiml))
            step = Next(step.url or "", step.method, self.params())
        self._count(step)
        found = yield from self._ask(step)
        if isinstance(found, tuple):
            return found
        return (yield from self._without(step.url, found))

    def send(self, step: Next) -> Answer:
        """Make the request and return what came; an error is noted."""
        fetch, method = self.board.sender.fetch, cast(Method, step.method)
        answer = fetch(step.url, step.params, method=method, call=self.leg.sid, whisper=self.whisper)
        if answer.document is None:
            self.board.fault(answer.error or 11200, f"{answer.message} at {_path(step.url)}", self.leg.sid)
        return answer

    def _ask(self, step: Next) -> Steps[tuple[Document, str] | int]:
        began = self.board.loop.time
        answer = self.send(step)
        passed = self.board.loop.time - began  # none on a clock moved by hand
        late = max(0, round(answer.seconds - passed)) if answer.seconds >= LIMIT_HIT else 0
        if late or self.board.switches.answer_seconds:
            yield from self.leg.hear(late + self.board.switches.answer_seconds)
        if answer.document is None:
            return answer.error or 11200
        return answer.document, answer.url or step.url

    def _inline(self, twiml: str) -> Steps[tuple[Document, str]]:
        try:
            return parse(twiml.encode(), "text/xml", inline=True), ""
        except TwimlError as error:
            self.board.fault(error.code, error.message, self.leg.sid)
            return (yield from self._without("", error.code))

    def _without(self, url: str, code: int) -> Steps[tuple[Document, str]]:
        """Go on without a document that was wanted: by the fallback, else with an apology."""
        if self.whisper:
            if self.board.switches.whisper_error == "join":
                return Document(), url
            raise Ended
        if self.fallback is not None:
            self.board.transcript.add(EXCHANGE, "asks the fallback", self.leg.sid)
            params = parameters.failed(self.params(), code=code, url=url)
            found = yield from self._ask(Next(*self.fallback, params))
            if isinstance(found, tuple):
                return found
        self.leg.answered()
        yield from self.leg.play([Say(APOLOGY)])
        raise Ended

    def _count(self, step: Next) -> None:
        time = self.board.loop.time
        self._documents = self._documents + 1 if time == self._at else 1
        self._at = time
        if self._documents > AT_ONCE:
            what = f"an endless loop: {AT_ONCE} documents at once, at {_path(step.url)}"
            self.board.unexpected.append(what)
            self.board.transcript.add(EXCHANGE, what, self.leg.sid)
            raise Ended


def _path(url: str) -> str:
    return urlsplit(url).path or "/"
