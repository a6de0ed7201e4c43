"""One tick: a job that may fail, and is done again all the same."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

STUCK = 60.0  # seconds after which a tick that still runs is told of: no request of ours waits that long


class Tick:
    """Does a job each time it is called, and never raises.

    A job that fails again and again is told of at its 1st, 2nd, 4th, 8th … failure: one every two seconds
    would bury everything else in the log.
    """

    def __init__(self, name: str, job: Callable[[], object]) -> None:
        self._name, self._job = name, job
        self._failures = 0
        self._began: float | None = None
        self._told = False

    def __call__(self) -> None:
        self._began, self._told = time.monotonic(), False
        try:
            self._job()
        except Exception:
            self._failures += 1
            if self._failures & (self._failures - 1) == 0:
                log.exception("job %s failed (%d in a row); it goes on", self._name, self._failures)
        else:
            if self._failures:
                log.warning("job %s works again", self._name)
            self._failures = 0
        finally:
            self._began = None

    def overrun(self) -> None:
        """Note that the next tick was due while this one still runs; told of once, when it seems stuck."""
        began = self._began
        if began is not None and not self._told and time.monotonic() - began > STUCK:
            self._told = True
            log.error("job %s has been running for %.0f s", self._name, time.monotonic() - began)
