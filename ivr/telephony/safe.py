"""The safe documents of the chain that is on call now: made at start-up, and again when the chain changes."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ivr.line.answer import Line
from ivr.telephony.failsafe import SafeDocs

log = logging.getLogger(__name__)

ON_CALL = "on_call"  # the group that config.yaml must have: checks of ivr.config see to it


class Safe:
    """Answers when nothing else can. The last good documents stay when new ones can't be made."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._minute = 0
        self._docs = self._made(self._chain())

    def answer(self, path: str, form: Mapping[str, str]) -> bytes:
        """Return the document for `path`; see SafeDocs.answer. Never raises."""
        try:
            self._renew()
        except Exception:
            log.exception("the safe answer keeps its old chain")
        return self._docs.answer(path, form)

    def _renew(self) -> None:
        minute = int(self._line.clock.now().timestamp()) // 60
        if minute != self._minute:
            self._minute = minute
            chain = self._chain()
            if chain != self._docs.chain:
                self._docs = self._made(chain)

    def _chain(self) -> tuple[str, ...]:
        config, now = self._line.config, self._line.clock.now()
        once = config.rings(ON_CALL, now)[: config.round_length(ON_CALL, now)]
        return tuple(config.number_of(leg) for ring in once for leg in ring)

    def _made(self, chain: tuple[str, ...]) -> SafeDocs:
        config = self._line.config
        group = config.groups[ON_CALL]
        return SafeDocs(
            voice=config.line.voice,
            language=config.line.language,
            public_url=config.environment.public_url,
            caller_id=config.clinic.number,
            chain=chain,
            ring_seconds=group.ring_seconds,
            rounds=group.rounds,
        )
