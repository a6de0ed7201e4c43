"""Watching itself: what succeeded when, so that what has silently stopped is noticed.

Each job stamps its last success, and the provider's answers are stamped too. The stamps stand in the
database: the web worker that answers /health is another process than the one whose jobs it judges.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.line.answer import Line
from ivr.line.intervals import EVERY, limit
from ivr.line.telephone import TelephoneError
from ivr.rota.rota import chain_at
from ivr.storage import StoreUnavailable, stamps
from ivr.storage.stamps import Stamp

log = logging.getLogger(__name__)

PROVIDER = "provider"
STAMP_EVERY = timedelta(seconds=20)  # a stamp costs a flush of the disk; no limit is shorter than 90 s
GRACE = timedelta(seconds=90)  # after the start, in which old stamps are those of the process before
REFUSING = timedelta(minutes=3)  # a deploy at the provider is no reason to wake anybody
QUIET = timedelta(minutes=10)  # without a request to the provider, after which one is made to find out


class Watch:
    """Stamps what succeeds, and tells what is wrong. One for each process; threads share it.

    pace   seconds between two ticks where a clock moved by hand drives the jobs at intervals of its own
    """

    def __init__(self, line: Line, pace: float = 0) -> None:
        self._line = line
        self._pace = pace
        self._started = line.clock.now()
        self._stamped: dict[str, datetime] = {}

    def job(self, name: str, job: Callable[[], object]) -> Callable[[], object]:
        """Return `job`, followed by its stamp when it succeeded."""

        def watched() -> None:
            job()
            self.succeeded(name)

        return watched

    def succeeded(self, name: str) -> None:
        """Stamp a success, unless one was stamped a moment ago. Never raises."""
        now = self._line.clock.now()
        last = self._stamped.get(name)
        if last is not None and timedelta() <= now - last < STAMP_EVERY:
            return
        if self._write(lambda: self._line.store.write(lambda conn: stamps.succeeded(conn, name, iso(now)))):
            self._stamped[name] = now

    def failed(self, name: str, why: str) -> None:
        """Stamp a failure. `why` holds nothing private: /health shows it. Never raises."""
        at = iso(self._line.clock.now())
        self._stamped.pop(name, None)  # the next success is stamped at once
        self._write(lambda: self._line.store.write(lambda conn: stamps.failed(conn, name, at, why)))

    def provider(self, error: TelephoneError | None) -> None:
        """Note what a request to the provider came to. Only what every request would meet is a failure."""
        if error is None or not _everybodys(error):
            self.succeeded(PROVIDER)
        else:
            self.failed(PROVIDER, f"HTTP {error.status}" if error.status else "no answer")

    def unsure(self) -> bool:
        """Return whether nothing good was heard of the provider lately, so that somebody should ask it."""
        with self._line.store.read() as conn:
            stamp = stamps.every(conn).get(PROVIDER, Stamp())
        if stamp.failing_since or not stamp.at:
            return True
        return self._line.clock.now() - from_iso(stamp.at) >= QUIET

    def problems(self) -> list[str]:
        """Return what is wrong, in words that tell nothing of any call, person or number. Well: [].

        Errors: StoreUnavailable.
        """
        now = self._line.clock.now()
        with self._line.store.read() as conn:
            kept = stamps.every(conn)
        found = []
        if not chain_at(self._line.config.rota_table(), now):
            found.append("nobody is on call by the rota")
        for name, stamp in kept.items():
            if stamp.failing_since and now - from_iso(stamp.failing_since) >= REFUSING:
                what = "the provider has refused our requests" if name == PROVIDER else f"{name} has failed"
                found.append(f"{what} since {stamp.failing_since} ({stamp.why})")
        if now - self._started >= GRACE:
            found += [problem for name in EVERY if (problem := self._stopped(name, kept.get(name), now))]
        return found

    def _stopped(self, name: str, stamp: Stamp | None, now: datetime) -> str:
        if stamp is None or not stamp.at:
            return f"job {name} has never succeeded"
        if now - from_iso(stamp.at) > timedelta(seconds=limit(name) + self._pace):
            return f"job {name} has not succeeded since {stamp.at}"
        return ""

    def _write(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except StoreUnavailable:
            log.debug("no stamp: the database can't be written, which /health says anyway")
            return False
        return True


def _everybodys(error: TelephoneError) -> bool:
    """Whether no request at all would succeed now: no answer, bad credentials, an error of the provider's."""
    return error.status is None or error.status in (401, 403) or error.status >= 500
