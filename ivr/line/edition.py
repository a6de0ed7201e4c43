"""What is live: one config with its flows, and those before it that calls may still be on.

Calls finish on what they began with: their position names its revision. A revision that this process doesn't
hold is loaded from the database; one that can't be is a lost call's, and whoever asked gives the safe answer.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ivr.clock import Clock, iso
from ivr.config import Config
from ivr.config.source import Source
from ivr.flow.engine import Lost
from ivr.flow.model import Flows
from ivr.line.contacts import Contacts
from ivr.line.moment import Moments
from ivr.rota.laid import NOTHING, Laid
from ivr.storage import Store, StoreUnavailable, laid, revisions

log = logging.getLogger(__name__)

KEPT = 8  # editions held in memory: a call lasts minutes, and changes are some a day


@dataclass(frozen=True, eq=False)
class Edition:
    """A config and its flows, judged together, and never mixed with another's.

    number   of the publication that made it live; 0: it was never published (tests, `ivr call`)
    """

    config: Config
    flows: Flows
    number: int = 0
    moments: Moments = field(init=False, repr=False)
    contacts: Contacts = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", Moments(self.config))
        object.__setattr__(self, "contacts", Contacts(self.config))

    @property
    def revision(self) -> str:
        """What positions call it."""
        return self.flows.revision

    def with_laid(self, over: Laid) -> Edition:
        """Return it with `over` laid over its rota and hours."""
        if self.config.laid.state == over.state:
            return self
        return replace(self, config=self.config.laid_over(over))


class Editions:
    """The editions that a process holds. Threads share it; `live` is swapped in one step.

    failed   number of the publication that can't be taken in; 0: all is well
    """

    def __init__(self, first: Edition, store: Store, clock: Clock) -> None:
        self.live = first
        self.failed = 0
        self._store = store
        self._clock = clock
        self._held = {first.revision: first}
        self._loading = threading.Lock()
        self._laid = NOTHING
        with suppress(StoreUnavailable):  # until it can be read, the rota of config.yaml holds
            self._lay_over()

    def of(self, revision: str) -> Edition:
        """Return the edition of a revision. Errors: flow.engine.Lost when it isn't to be had.

        One that isn't held is loaded, in some 40 ms: it happens to a call that began
        before this process did, or within the second in which another process was the first to take it in.
        """
        found = self._held.get(revision)
        if found is None:
            try:
                found = self._load(revision, 0)
            except Exception as error:
                raise Lost(f"revision {revision!r} can't be loaded: {type(error).__name__}") from error
        return found

    def look(self) -> bool:
        """Take in what was published last and what was laid over it; return whether anything changed.

        Errors: StoreUnavailable; LookupError or BadInput when it can't be loaded. What is live then stays.
        """
        changed = self._lay_over()
        with self._store.read() as conn:
            newest = revisions.live(conn)
        if newest is None or newest["number"] <= self.live.number:
            return changed
        self.failed = newest["number"]
        self._load(newest["revision"], newest["number"])
        with self._loading:
            self.live = self._held[newest["revision"]]
        self.failed = 0
        log.warning("revision %s is live now", self.live.revision)
        return True

    def prepare(self, hours: int) -> None:
        """Load what calls that are under way began on: those of which there was news for so many hours."""
        since = iso(self._clock.now() - timedelta(hours=hours), milliseconds=True)
        with self._store.read() as conn:
            wanted = revisions.in_use(conn, since)
        for revision in wanted:
            try:
                self.of(revision)
            except Lost as error:
                log.error("calls under way get the safe answer: %s", error)

    def _lay_over(self) -> bool:
        """Lay what staff have laid over rota and hours over every edition. Errors: StoreUnavailable."""
        with self._store.read() as conn:
            if laid.state(conn) == self._laid.state:
                return False
            found = laid.everything(conn)
        with self._loading:
            self._laid = found
            self._held = {name: edition.with_laid(found) for name, edition in self._held.items()}
            self.live = self._held[self.live.revision]
        return True

    def _load(self, revision: str, number: int) -> Edition:
        with self._loading:
            held = self._held.get(revision)
            if held is None:
                source = stored(self._store, revision)
                config, flows = source.whole(self.live.config.environment, now=self._clock.now())
            else:
                config, flows = held.config, held.flows
            config = config.laid_over(self._laid)
            edition = Edition(config, flows, number) if held is None or number else held
            self._held.pop(revision, None)
            self._held[revision] = edition
            while len(self._held) > KEPT:
                # The oldest but the live one goes; it can be loaded again.
                oldest = next(name for name in self._held if name != self.live.revision)
                self._held.pop(oldest)
            return edition


def stored(store: Store, revision: str) -> Source:
    """Return the texts of a stored revision. Errors: LookupError: it isn't there, or isn't what it was."""
    with store.read() as conn:
        texts = revisions.texts(conn, revision)
    if texts is None:
        raise LookupError(f"revision {revision} isn't stored")
    source = Source(*texts)
    if source.revision != revision:
        raise LookupError(f"revision {revision} was changed after it was stored")
    return source
