"""A line served as `ivr serve` serves it: by granian, one thread that decides all webhooks, and the pen."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from ivr.telephony.rsgi import Front

OURS = "/-/"  # what the sweep itself asks for
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}},  # an error in an answer is logged by it
}


class Stepped:
    """An RSGI application: a line's front, and the orders that the sweep gives.

    obeyed  what an order comes to: (its name, what is asked for with it) → the answer. Called in a thread of
            its own, as the jobs are in production in a process of their own.
    """

    def __init__(self, front: Front, obeyed: Callable[[str, str], str]) -> None:
        self._front, self._obeyed = front, obeyed

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._front.__rsgi_init__(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._front.__rsgi_del__(loop)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if not scope.path.startswith(OURS):
            await self._front.__rsgi__(scope, protocol)
            return
        name = scope.path.removeprefix(OURS)
        said = await asyncio.to_thread(self._obeyed, name, scope.query_string)
        protocol.response_str(200, [("content-type", "text/plain")], said)


def serve(application: Stepped, told: Callable[[int], None]) -> None:
    """Serve until the process ends. `told` gets the port, once it answers there."""
    with socket.socket() as held:  # bound and never listened at: no other process is given the port
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        threading.Thread(target=_when_it_answers, args=(port, told), daemon=True).start()
        asyncio.run(_serve(application, port))


async def _serve(application: Stepped, port: int) -> None:
    server = Server(
        application,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGING,
    )
    await server.serve()


def _when_it_answers(port: int, told: Callable[[int], None]) -> None:
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            told(port)
            return
        threading.Event().wait(0.005)
