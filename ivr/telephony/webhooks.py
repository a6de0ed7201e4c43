"""The webhooks: what Twilio asks of the line, over HTTP.

Only a wrong signature is refused (403, always the same). Everything else is answered with 200 and TwiML that
a person can live with: the turn that the line decides on, or the safe answer.

A webhook is decided, then recorded, then answered. Deciding is arithmetic and at most one read, which never
waits for a writer; recording gives up after Store's `wait` (one second) and spills. So an answer goes out
well within 4 seconds, whatever the disk does (docs/decisions/0006).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ivr import numbers
from ivr.flow.turn import HungUp, Input, Position, Recorded, Start, Turn
from ivr.line import page, staff, upkeep
from ivr.line.answer import InboundCall, Line
from ivr.line.edition import Edition
from ivr.line.errand import callback, record
from ivr.line.errand.errand import Errand
from ivr.line.errand.kinds import KINDS
from ivr.storage import Entry
from ivr.telephony import links
from ivr.telephony.news import Told, news
from ivr.telephony.received import received, recording_sid
from ivr.telephony.safe import Safe
from ivr.telephony.seal import Seal
from ivr.telephony.signature import Form, Signatures
from ivr.telephony.twiml import Script
from ivr.telephony.words import Param

log = logging.getLogger(__name__)

REFUSED = b"This is the clinic line. The signature of this request is not right."
INBOUND = "inbound"  # Direction of a call that somebody made to us
TOKEN = "p="  # the whole query of our URLs: one sealed token

Entries = list[Entry]
Handler = Callable[
    [Form, str], tuple[bytes, Entries]
]  # (signed form, token of the URL) → document, what to record


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer to a webhook: to be given when its entries have been recorded, or spilled."""

    status: int
    content_type: str
    body: bytes
    entries: Sequence[Entry] = ()


_REFUSAL = Decided(403, "text/plain", REFUSED)


class Webhooks:
    """Answers Twilio's requests for one line: `routes` lists them. Threads share it."""

    def __init__(self, line: Line) -> None:
        environment = line.config.environment
        self._line = line
        self._account = environment.account_sid
        self._signatures = Signatures(environment.public_url, environment.auth_tokens)
        self._seal = Seal(environment.secret_key)
        # The few voices of the editions that calls are on: a script keeps its documents, so it is kept too.
        self._scripts = lru_cache(8)(Script)
        self._safe = Safe(line)
        # path → who answers, and which safe document does if that fails ("": nothing has to be said)
        self.routes: dict[str, tuple[Handler, str]] = {
            "/voice": (self._voice, "safe"),
            "/turn": (self._turn, "safe"),
            "/whisper": (self._whisper, "safe/whisper"),
            "/accept": (self._accept, "safe/accept"),
            "/errand": (self._errand, "safe/errand"),
            **{path: (self._noted(told), "") for path, told in news(line, self._seal).items()},
        }

    def serves(self, method: str, path: str) -> bool:
        """Return whether a request is one of these."""
        return method == "POST" and (path in self.routes or path == "/safe" or path.startswith("/safe/"))

    def may_wait(self, path: str) -> bool:
        """Return whether deciding may wait for the write door: one UPDATE says who took a page."""
        return path in ("/accept", "/errand")

    def decide(self, path: str, query: str, body: bytes | None, signature: str) -> Decided:
        """Return the answer to one POST. Never raises.

        path, query   as they came, not decoded; body None: too long to be Twilio's, or of unknown length
        """
        form = None
        if body is not None:
            form = self._signatures.check(f"{path}?{query}" if query else path, body, signature)
        if form is None or form.get(Param.ACCOUNT_SID) != self._account:
            return _REFUSAL
        handler, safe = self.routes.get(path) or (self._static(path), "safe")
        try:
            document, entries = handler(form, query[len(TOKEN) :] if query.startswith(TOKEN) else "")
        except Exception:
            document, entries = self._failed(path, safe, form)
        return Decided(200, "text/xml", document, entries)

    def errand_urls(self, errand: Errand) -> tuple[str, str]:
        """Return where the call of an errand goes on, and where its end is told."""
        return links.errand_urls(self._line, self._seal, errand)

    def answer(self, path: str, query: str, body: bytes | None, signature: str) -> Decided:
        """Decide and record, waiting for it: for servers that give each request a thread."""
        decided = self.decide(path, query, body, signature)
        self._line.store.record(decided.entries)
        return decided

    def _failed(self, path: str, safe: str, form: Form) -> tuple[bytes, Entries]:
        log.exception("the safe answer was given at %s", path)
        if safe == "safe/errand" and form.get(Param.DIRECTION) == INBOUND:
            safe = "safe"  # whoever rang us may be a patient, whatever their phone
        entries: Entries = []
        try:
            entries = upkeep.alarm(self._line, form.get(Param.CALL_SID, ""), f"safe answer at {path}")
        except Exception:
            log.exception("and nobody could be told")
        return (self._safe.answer(safe, form) if safe else self._script.nothing()), entries

    # --- the caller's call ----------------------------------------------------------

    def _voice(self, form: Form, token: str) -> tuple[bytes, Entries]:
        call = self._call(form)
        known = staff.at_phone(self._line, call.caller.number)
        if known is not None:
            return self._said(callback.begun_by(known), Start(), form)
        return self._decided(call, Position(), Start())

    def _turn(self, form: Form, token: str) -> tuple[bytes, Entries]:
        call = self._call(form)
        position = links.open_position(self._seal, token, call.sid)
        return self._decided(call, position, received(form), recording_sid(form))

    def _decided(
        self,
        call: InboundCall,
        position: Position,
        came: Input,
        recording: str = "",
        says: tuple[str, ...] = (),
    ) -> tuple[bytes, Entries]:
        turn, entries = self._line.answer(call, position, came, recording)
        if says:
            turn = replace(turn, says=(*says, *turn.says))
        edition = self._line.editions.of(turn.position.revision)  # whatever is live by now
        document = self._script_of(edition).turn(turn, links.CallLinks(edition, self._seal, call))
        return document, entries

    # --- the phones that are rung ---------------------------------------------------

    def _whisper(self, form: Form, token: str) -> tuple[bytes, Entries]:
        leg = links.open_leg(self._seal, token)
        base = self._line.config.environment.public_url
        document = self._script.whisper(leg.text, f"{base}/accept?{TOKEN}{token}", speech=True)
        return document, page.answered(self._line, leg, form.get(Param.CALL_SID, ""))

    def _accept(self, form: Form, token: str) -> tuple[bytes, Entries]:
        leg = links.open_leg(self._seal, token)
        sid, digit = form.get(Param.CALL_SID, ""), form.get(Param.DIGITS, "")
        if not digit and (said := form.get(Param.SPEECH_RESULT, "").strip()):
            return self._spoke(leg, sid, said, token)
        result, entries = page.pressed(self._line, leg, sid, digit)
        return (self._script.bridge() if result in page.JOINED else self._script.decline()), entries

    def _spoke(self, leg: page.Leg, sid: str, said: str, token: str) -> tuple[bytes, Entries]:
        """A machine talks on: the next phone. Whoever said a word hears it again, and only a key counts."""
        machine, entries = page.spoke(self._line, leg, sid, said)
        if machine:
            return self._script.decline(), entries
        accept = f"{self._line.config.environment.public_url}/accept?{TOKEN}{token}"
        return self._script.whisper(leg.text, accept, once=True), entries

    # --- calls that the line made ---------------------------------------------------

    def _errand(self, form: Form, token: str) -> tuple[bytes, Entries]:
        """One turn of a call with somebody of the clinic."""
        errand = links.open_errand(self._seal, token)
        came_in = Start() if errand.turn == 0 else received(form)
        document, entries = self._said(errand, came_in, form)
        if errand.turn == 0:
            entries = [*record.answered(self._line, errand, form.get(Param.CALL_SID, "")), *entries]
        return document, entries

    def _said(self, errand: Errand, came_in: Input, form: Form) -> tuple[bytes, Entries]:
        said = KINDS[errand.kind].turn(self._line, errand, came_in, form.get(Param.CALL_SID, ""))
        if said.as_patient:
            document, entries = self._decided(self._call(form), Position(), Start(), says=said.says)
            return document, [*said.entries, *entries]
        entries = list(said.entries)
        if isinstance(came_in, Recorded | HungUp) and came_in.seconds and errand.data.get("box"):
            entries.append(record.note(self._line, errand, came_in.seconds, recording_sid(form)))
        turn = Turn(said.says, said.wait, Position())
        return self._script.turn(turn, links.ErrandLinks(self._line, self._seal, said)), entries

    # --- the rest -------------------------------------------------------------------

    def _noted(self, told: Told) -> Handler:
        return lambda form, token: (self._script.nothing(), told(form, token))

    def _static(self, path: str) -> Handler:
        return lambda form, token: (self._safe.answer(path, form), [])

    @property
    def _script(self) -> Script:
        return self._script_of(self._line.editions.live)

    def _script_of(self, edition: Edition) -> Script:
        told = edition.config.line
        return self._scripts(told.voice, told.language)

    def _call(self, form: Form) -> InboundCall:
        home = self._line.config.clinic.home
        return InboundCall(form[Param.CALL_SID], numbers.caller(form.get(Param.FROM, ""), home))
