"""The web server: granian with worker processes, and beside them the one scheduler."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from ivr.cli.begin import Told
from ivr.cli.ending import each_time_told, has_terminal, when_told
from ivr.cli.keeper import Keeper
from ivr.cli.worker import application

_WORKERS_END = 6  # seconds that requests under way may take, when all ends: an answer takes 4 at most
_SCHEDULER_ENDS = 10.0  # seconds: a request to the provider gives up after 8

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}},  # to the handler that ivr.logs has set up
}


class Server(MPServer):
    """Serves `told` with `workers` processes. `started` is called once they have been started.

    Ends in order on SIGTERM and SIGINT, and when its terminal is closed. At SIGHUP it has the files
    published, by `publish`: a command, since this process forks and had better do little else. (granian by
    itself would start its workers anew, with what they were started with before.)
    """

    def __init__(
        self,
        told: Told,
        host: str,
        port: int,
        workers: int,
        scheduler: Keeper,
        publish: Sequence[str],
        started: Callable[[], object],
    ) -> None:
        super().__init__(
            "ivr.cli.worker:application",
            address=host,
            port=port,
            interface=Interfaces.RSGI,  # see ivr.telephony.rsgi
            workers=workers,
            http=HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.error,  # its warnings are about numbers of threads, chosen above
            log_dictconfig=_LOGGING,
            log_access=False,  # a line per request would hold addresses, and tell nobody anything
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=_WORKERS_END,
        )
        self._told = told
        self._scheduler = scheduler
        self._publish = tuple(publish)
        self._publishing: subprocess.Popen[bytes] | None = None
        self._terminal = has_terminal()
        self._started = started
        self._ended = False

    def run(self) -> None:
        """Serve until a signal ends it. Raises SystemExit when workers die again and again."""
        # All at first: a thread that waits for some of them must not be met by the others.
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
        when_told(self.signal_handler_interrupt, signal.SIGTERM, signal.SIGINT)
        each_time_told(self._hung_up, signal.SIGHUP)
        try:
            load: Any = partial(application, self._told, os.getpid())
            self.serve(target_loader=load, wrap_loader=False)
        finally:
            self._ended = True
            if (publishing := self._publishing) is not None and publishing.poll() is None:
                publishing.kill()  # it has published, or it hasn't: that is one transaction
                publishing.wait()
            self._scheduler.stop(_SCHEDULER_ENDS)

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        # Only now: a fork copies no thread, but it does copy the locks that threads hold.
        self._scheduler.start()
        self._started()

    def _hung_up(self) -> None:
        if self._terminal and not has_terminal():
            self.signal_handler_interrupt()
        elif not self._ended:
            # What it says belongs to the log.
            self._publishing = subprocess.Popen(
                self._publish, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
            )
            self._publishing.wait()

    def signal_handler_interrupt(self, *args: object, **kwargs: object) -> None:
        self._scheduler.dismiss()
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]
