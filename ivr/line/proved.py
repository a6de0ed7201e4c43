"""What was proved of what is live, worked out beside the requests and kept as long as it is true."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.config import Config
from ivr.flow.model import Flows
from ivr.line.answer import Line
from ivr.rota.local import wall

log = logging.getLogger(__name__)

Key = tuple[str, tuple[int, ...], str]  # revision, what is laid over it, day


@dataclass(frozen=True)
class Proved:
    """A proof as it is shown.

    at      when it was made (UTC)
    rules   (name, what it holds, whether it holds)
    heads, signs   seconds to help for each sign: a table's heads and rows
    wrong   what doesn't hold, and warnings, each in a sentence
    voice   how seconds of speech were found
    """

    at: datetime
    rules: tuple[tuple[str, str, bool], ...]
    heads: tuple[str, ...]
    signs: tuple[tuple[str, ...], ...]
    figures: Mapping[str, str]
    wrong: tuple[str, ...]
    voice: str


class Proofs:
    """The proof of what is live: one at a time, in a thread of its own, for each revision, rota and day."""

    def __init__(self, prove: Callable[[Config, Flows, datetime], Proved]) -> None:
        self._prove = prove
        self._held: dict[Key, Proved] = {}
        self._working: threading.Thread | None = None
        self._failed: Key | None = None
        self._lock = threading.Lock()

    def of(self, line: Line) -> Proved | None:
        """Return the proof of what is live; None: it is being worked out, look again in a few seconds.

        Errors: RuntimeError when it can't be worked out; the log says why.
        """
        edition, now = line.editions.live, line.clock.now()
        config = edition.config
        key = edition.revision, config.laid.state, wall(now, config.clinic.zone).date().isoformat()
        with self._lock:
            if (found := self._held.get(key)) is not None:
                return found
            if self._failed == key:
                raise RuntimeError("the proof can't be worked out: the log says why")
            if self._working is None or not self._working.is_alive():
                work = threading.Thread(
                    target=self._work, args=(key, config, edition.flows, now), name="proof", daemon=True
                )
                self._working = work
                work.start()
        return None

    def wait(self, seconds: float = 60) -> None:
        """Wait for what is being worked out, if anything is."""
        if (working := self._working) is not None:
            working.join(seconds)

    def _work(self, key: Key, config: Config, flows: Flows, now: datetime) -> None:
        try:
            found = self._prove(config, flows, now)
        except Exception:
            log.exception("the proof of revision %s can't be worked out", key[0])
            self._failed = key
            return
        with self._lock:
            self._held = {key: found}  # what was true before is of no use
