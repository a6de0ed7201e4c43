"""A stage: the real line and the stand-in exchange in one process, over loopback HTTP, on one clock.

`ivr call` and `ivr demo` play on it, and so do the call stories among the tests. Nothing on it reaches
outside this machine, and no account is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from ivr import app
from ivr.config import Config, load
from ivr.exchange.clock import Clock
from ivr.exchange.exchange import Exchange
from ivr.exchange.switches import DOCUMENTED, Switches
from ivr.flow.model import Flows

ACCOUNT = "AC" + "5" * 32
TOKEN = "the-token-of-an-account-that-is-not-there"  # signs requests on loopback only
SECRET = "b1Yw6nKx0TzR4vQe8LmJ2sUd7Gh3Pa9CfXoIiNtEkVyZ"  # seals positions on loopback only
PUBLIC = "https://line.example"  # signed for; the exchange is told where it really listens
NOWHERE = "http://127.0.0.1:9"  # nothing listens there: a line that is down
TICK = 2  # seconds between the line's jobs
AWAKE = 900  # seconds after the last webhook in which they run at each tick
ASLEEP = 300  # seconds between them from then on: hours without a call pass in no time
LONG = 8 * 3600  # seconds without a webhook after which they sleep even longer
SELDOM = 1800  # seconds between them then: days pass in no time either
QUIET = {"drill": False, "notice_minutes": 0}


class Stage:
    """A line answering at an exchange. Use it in `with`.

    data    where the line keeps its record
    drills  whoever begins a shift is rung, as on a real line; else a call is played and nothing beside it
    changed what the line's config is made to be, each time that it is built
    begun   what to do with each line that is built on a record that is new. With it, the line's own address
            is the one on which it listens here, so that a browser can log in to the staff's pages
    """

    def __init__(
        self,
        config: Path,
        data: Path,
        clock: Clock,
        switches: Switches = DOCUMENTED,
        seed: int | None = None,
        drills: bool = False,
        begun: Callable[[app.App], None] | None = None,
        changed: Callable[[Config], Config] = lambda config: config,
    ) -> None:
        self._drills = drills
        self._changed = changed
        self._begun = begun
        self._file = config
        self._data = data
        self._records = 0  # how often it has begun anew
        self._clock = clock
        self._seen = 0  # webhooks, when the jobs ran last
        self._woken = self._ran = 0.0  # of the clock: the last webhook, the last run of the jobs
        self._server = make_server("127.0.0.1", 0, self._wsgi, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        local = f"http://127.0.0.1:{self._server.server_port}"
        self.public = PUBLIC if begun is None else local
        self.exchange = Exchange(ACCOUNT, TOKEN, clock, switches, seed, via={PUBLIC: local})
        self.app: app.App
        self.up = False

    def __enter__(self) -> Self:
        self.exchange.start()
        try:
            self.app = self._build(new=True)
        except BaseException:
            self._server.server_close()
            self.exchange.close()
            raise
        self.up = True
        number = self.config.clinic.number
        self.exchange.add_number(number, f"{self.public}/voice", status_callback=f"{self.public}/status")
        self.exchange.names.update(self._names())
        self.exchange.every(TICK, self._tick)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.exchange.close()
        self.app.close()

    @property
    def config(self) -> Config:
        """The configuration that the line runs on."""
        return self.app.line.config

    def restart(self) -> None:
        """End the line's process, as far as one can within this one, and begin another on the same record."""
        self.app.close()
        self.app = self._build()

    def goes_down(self) -> None:
        """End the line's process; nobody answers at its address until comes_up()."""
        self.up = False
        self.app.close()
        self.exchange.sender.via[PUBLIC] = NOWHERE

    def comes_up(self) -> None:
        """Begin another process on the same record."""
        self.app = self._build()
        self.exchange.sender.via[PUBLIC] = f"http://127.0.0.1:{self._server.server_port}"
        self.up = True

    def moved(self, back: bool) -> None:
        """The clock was set: see what is due now. Set back, the line begins anew, without its record."""
        self._woken, self._ran = self._clock.elapsed(), 0.0
        if back:
            self._records += 1
            self.app.close()
            self.app = self._build(new=True)

    def _build(self, new: bool = False) -> app.App:
        read, flows = _read(self._file, self._file.stat().st_mtime_ns if self._file.exists() else 0)
        data = self._data / f"record-{self._records}" if self._records else self._data
        environment = replace(
            read.environment, data=data, twilio_api_url=self.exchange.url, public_url=self.public
        )
        shifts = read.shifts if self._drills else read.shifts.model_copy(update=QUIET)
        config = self._changed(replace(read, environment=environment, shifts=shifts))
        built = app.build(config, self._clock, flows, pace=ASLEEP)
        if new and self._begun is not None:
            self._begun(built)
        return built

    def _tick(self) -> None:
        now = self._clock.elapsed()
        if not self.up:
            return
        if self._seen != len(self.exchange.requests):
            self._seen, self._woken = len(self.exchange.requests), now
        quiet = now - self._woken
        pace = self.app.watch.pace = ASLEEP if quiet < LONG else SELDOM
        # By the clock's own quarters, so that a story's hours don't hang on when its calls fell silent.
        if quiet < AWAKE or now // pace != self._ran // pace:
            self._ran = now
            with self.app.watch.together():
                self.app.tick()

    def _names(self) -> dict[str, str]:
        """What a transcript calls the phones: first names, and the groups' own phones by their leg id."""
        config = self.config
        names = {
            config.number_of(f"{group}/{at}"): f"{group} {at + 1}"
            for group, told in config.groups.items()
            for at in range(len(told.phones))
        }
        for person in config.people.values():
            for at, number in enumerate((*person.phones, person.texts)):
                names.setdefault(
                    number, person.name.split()[0] + (f" {at + 1}" if 0 < at < len(person.phones) else "")
                )
        return names

    def _wsgi(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.app.wsgi(environ, start_response)


class _Quiet(WSGIRequestHandler):
    """Logs no requests: their URLs are long, and the transcript tells more."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@lru_cache(4)
def _read(file: Path, changed: int) -> tuple[Config, Flows]:
    """Read a config, and the flows that it names, once: a hundred stories are played on the same."""
    env = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_SECRET_KEY": SECRET,
        "IVR_PUBLIC_URL": PUBLIC,
    }
    config = load(file, env, serving=True)
    return config, app.flows(config)
