"""The line as a process of its own, which really dies: `python -m tests.lost.line_process` begets such.

It imports everything once, then forks a line for each order on its standard input (a line of JSON, see
Order) and answers each with {"pid", "port"}: beginning again after a death takes hundredths of a second.
A line publishes its files when it begins, if they were changed, and follows what is published later. It
serves its webhooks and pages as `ivr serve` does (see tests.lost.served), and of its own: /-/tick takes in
what is live and does each job once, /-/writes says how many transactions that change anything it has come to
commit, /-/by-pen how many of these by the pen, /-/lay?… changes the rota as the desk's page does (see
tests.lost.laying), /-/ring?… has a patient rung as it does (see tests.lost.asking).

An argument names a mistake that the lines are made to have: see tests.lost.mistakes.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import signal
import sqlite3
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

from ivr import app
from ivr.cli.stage import ACCOUNT, PUBLIC, SECRET, TOKEN
from ivr.config import Config
from ivr.config.environment import environment
from ivr.config.source import Source, read_source
from ivr.flow.model import Flows
from ivr.line import publishing
from ivr.storage import Store, StoreUnavailable, revisions
from tests.lost import asking, laying, mistakes
from tests.lost.doors import Door, Watched
from tests.lost.served import Stepped, serve

DETOUR = 3.0  # s: the store tries again at least so often
LEAST = 0.05  # s between two looks of whoever waits
PATIENCE = 1.5  # s that the line waits for the provider here: a timeout costs the sweep as much


@dataclass(frozen=True)
class Order:
    """What a line is begun with.

    config  its config.yaml
    data    the folder of its record
    log     the file that its log lines are added to, as JSON
    clock   a file of two doubles, shared with whoever moves the clock: the seconds since `start`, and those
            at which the fault was met (0: not yet)
    api     the address of the provider's REST API
    smtp    the address of the mail server; "": there is none
    fault   "" or what happens at the transaction number `at` (from 1): see Door
    """

    config: str
    data: str
    log: str
    clock: str
    start: str
    api: str
    smtp: str = ""
    fault: str = ""
    at: int = 0


class SharedClock:
    """The time of the exchange that plays in another process."""

    def __init__(self, file: Path, start: datetime) -> None:
        with file.open("r+b") as handle:
            self._shared = mmap.mmap(handle.fileno(), 16)
        self._start = start

    def now(self) -> datetime:
        """Return the time now: aware, UTC."""
        seconds: float = struct.unpack_from("d", self._shared)[0]
        return self._start + timedelta(seconds=seconds)

    def met(self) -> None:
        """Note that the fault is met now."""
        self._shared[8:16] = self._shared[:8]


class _JsonLines(logging.FileHandler):
    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        return json.dumps([record.levelname, text])


_held: dict[tuple[str, bool], tuple[Config, Flows]] = {}


def read(order: Order) -> tuple[Source, Config, Flows]:
    """Read what a line begins with; what was read before a fork needn't be parsed after it."""
    source = read_source(Path(order.config))
    key = source.revision, bool(order.smtp)
    if key not in _held:
        env = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "IVR_SECRET_KEY": SECRET,
            "IVR_PUBLIC_URL": PUBLIC,
        }
        env |= {"IVR_SMTP_URL": "smtp://127.0.0.1:9"} if order.smtp else {}
        around, found = environment(env, serving=True)
        _held[key] = source.whole(around, found, serving=True)
    return source, *_held[key]


def _serve(order: Order, told: Callable[[int], None]) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_JsonLines(order.log)]
    root.setLevel(logging.INFO)
    clock = SharedClock(Path(order.clock), datetime.fromisoformat(order.start))
    source, config, flows = read(order)
    number = _published(order, source, clock)
    door = Door(order.fault, order.at, clock.met)
    watched = type("Line", (Watched,), {"door": door})
    sqlite3.connect = partial(sqlite3.connect, factory=watched)  # type: ignore[assignment]
    around = replace(
        config.environment, data=Path(order.data), twilio_api_url=order.api, smtp_url=order.smtp
    )
    line = app.build(replace(config, environment=around), clock, flows, number=number, pace=300)
    line.telephone._timeout = PATIENCE  # type: ignore[attr-defined]
    serve(Stepped(line.rsgi(lambda: None), partial(_obeyed, line, door)), told)


def _obeyed(line: app.App, door: Door, what: str, query: str) -> str:
    if what == "lay":
        laying.lay(line.line, query)
    if what == "ring":
        asking.ask(line.line, query)
    if what == "tick":
        _mended(line.line.store)
        with suppress(StoreUnavailable):
            line.line.editions.look()
        line.tick()
    return str(door.by_pen if what == "by-pen" else door.writes)


def _mended(store: Store) -> None:
    """Let the store find out that the disk works again: it tries by the real clock, and that hardly moves."""
    until = time.monotonic() + DETOUR
    while store.troubled and time.monotonic() < until:
        time.sleep(LEAST)


def _published(order: Order, source: Source, clock: SharedClock) -> int:
    """Publish the files, if they are others than those published last, as `ivr serve` does."""
    with Store(Path(order.data)) as store:
        with store.read() as conn:
            row = revisions.live(conn)
        if row is not None and row["files"] == source.revision:
            return int(row["number"])
        return publishing.publish(store, source, source.revision, "start", "test", clock.now())


def main() -> None:
    """Beget a line for each order, until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies needs nobody to wait for it
    for text in sys.stdin:
        order = Order(**json.loads(text))
        with suppress(Exception):  # the line that is begotten will say so
            read(order)
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read_end)
            threading.Thread(target=_orphaned, args=(os.getppid(),), daemon=True).start()
            try:
                _serve(order, partial(_tell, write_end))
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(1)
        os.close(write_end)
        with os.fdopen(read_end) as told:
            port = told.read()
        print(json.dumps({"pid": pid, "port": int(port or 0)}), flush=True)


def _orphaned(parent: int) -> None:
    """End this process when the one that begot it has gone."""
    while os.getppid() == parent:
        threading.Event().wait(1)
    os._exit(1)


def _tell(pipe: int, port: int) -> None:
    os.write(pipe, str(port).encode())
    os.close(pipe)


if __name__ == "__main__":
    for name in ("twilio.rest", "ivr.desk.desk", "ivr.line.working", "ivr.telephony.webhooks"):
        import_module(name)  # whatever is forked from here finds it in memory
    if named := "".join(sys.argv[1:]):
        mistakes.make(named)
    main()
