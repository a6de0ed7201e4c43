"""A real granian in a process of its own, with pages of a test's on it: `python -m` this, with a port."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, cast

from flask import Flask, Response, redirect, request
from granian.constants import HTTPModes, Interfaces
from granian.server import MPServer

from ivr.cli.ending import when_told
from ivr.cli.worker import Ending
from ivr.storage import Store
from ivr.telephony.rsgi import Front
from ivr.telephony.webhooks import Webhooks

AUDIO = bytes(range(256)) * 8
closed = threading.Event()
pages = Flask("pages", static_folder=None)
pages.config["MAX_CONTENT_LENGTH"] = 1000


class NoWebhooks:
    """Nothing here is Twilio's."""

    def serves(self, method: str, path: str) -> bool:
        return False


@pages.route("/echo", methods=["GET", "POST"])
def echo() -> dict[str, Any]:
    found = {
        "form": request.form.to_dict(),
        "cookies": request.cookies.to_dict(),
        "query": request.args.to_dict(),
        "address": request.remote_addr,
        "length": request.content_length,
    }
    return found


@pages.get("/away")
def away() -> Any:
    answer = redirect("/echo")
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


@pages.get("/audio")
def audio() -> Response:
    answer = Response(AUDIO, mimetype="audio/wav")
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=len(AUDIO))
    return answer


@pages.get("/events")
def events() -> Response:
    def stream() -> Iterator[str]:
        try:
            for number in itertools.count():
                yield f"data: {number}\n\n"
                threading.Event().wait(0.02)
        finally:
            closed.set()

    closed.clear()
    return Response(stream(), mimetype="text/event-stream")


@pages.get("/closed")
def was_closed() -> dict[str, bool]:
    return {"closed": closed.wait(10)}


def application() -> Any:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ending = Ending(os.getppid())
    when_told(ending.end, signal.SIGTERM)
    front = Front(cast(Webhooks, NoWebhooks()), cast(Store, None), pages.wsgi_app, ending.begun)
    ending.first = front.end
    return front


class Server(MPServer):
    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        print("started", flush=True)


if __name__ == "__main__":
    server = Server(
        "pages_served:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        workers=1,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=60,
    )
    when_told(server.signal_handler_interrupt, signal.SIGTERM)
    server.serve(target_loader=application, wrap_loader=False)
    os._exit(0)
