"""The safe documents of the chain that is on call now: made at start-up, and again when the chain changes,
or what is live."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ivr.config import Config
from ivr.line.answer import Line
from ivr.line.edition import Edition
from ivr.telephony.failsafe import SafeDocs

log = logging.getLogger(__name__)

ON_CALL = "on_call"  # the group that config.yaml must have: checks of ivr.config see to it


class Safe:
    """Answers when nothing else can. The last good documents stay when new ones can't be made."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._minute = 0
        self._edition = line.editions.live
        self._docs = _made(self._edition.config, self._chain(self._edition))

    def answer(self, path: str, form: Mapping[str, str]) -> bytes:
        """Return the document for `path`; see SafeDocs.answer. Never raises."""
        try:
            self._renew()
        except Exception:
            log.exception("the safe answer keeps its old chain")
        return self._docs.answer(path, form)

    def _renew(self) -> None:
        minute = int(self._line.clock.now().timestamp()) // 60
        edition = self._line.editions.live
        if minute != self._minute or edition is not self._edition:
            chain = self._chain(edition)
            if edition is not self._edition or chain != self._docs.chain:
                self._docs = _made(edition.config, chain)
            self._minute, self._edition = minute, edition

    def _chain(self, edition: Edition) -> tuple[str, ...]:
        config, now = edition.config, self._line.clock.now()
        once = config.rings(ON_CALL, now)[: config.round_length(ON_CALL, now)]
        return tuple(config.number_of(leg) for ring in once for leg in ring)


def _made(config: Config, chain: tuple[str, ...]) -> SafeDocs:
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
