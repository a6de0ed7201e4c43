"""The web server: granian with worker processes, and beside them the one scheduler."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from ivr.cli.ending import when_told
from ivr.cli.keeper import Keeper
from ivr.cli.worker import application
from ivr.config import Config
from ivr.flow.model import Flows

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
    """Serves `config` with `workers` processes. `started` is called once they have been started.

    Ends in order on SIGTERM, SIGINT and SIGHUP. (At SIGHUP, granian by itself starts its workers anew; here
    some processes would then have another configuration than the rest.)
    """

    def __init__(
        self,
        config: Config,
        flows: Flows,
        host: str,
        port: int,
        workers: int,
        scheduler: Keeper,
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
        self._config = config
        self._flows = flows
        self._scheduler = scheduler
        self._started = started

    def run(self) -> None:
        """Serve until a signal ends it. Raises SystemExit when workers die again and again."""
        when_told(self.signal_handler_interrupt, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        try:
            load: Any = partial(application, self._config, self._flows, os.getpid())
            self.serve(target_loader=load, wrap_loader=False)
        finally:
            self._scheduler.stop(_SCHEDULER_ENDS)

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        # Only now: a fork copies no thread, but it does copy the locks that threads hold.
        self._scheduler.start()
        self._started()

    def signal_handler_interrupt(self, *args: object, **kwargs: object) -> None:
        self._scheduler.dismiss()
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]
