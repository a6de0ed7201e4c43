"""A line in a process of its own at the stand-in exchange: it can die at any point, and is begun again.

The exchange and the clock are here; the clock's seconds lie in a file that both processes map.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from ivr.cli.stage import ACCOUNT, PUBLIC, TOKEN
from ivr.config import Config, load
from ivr.config.source import read_source
from ivr.exchange.exchange import Exchange
from ivr.exchange.switches import DOCUMENTED, Switches
from ivr.exchange.transcript import Line
from ivr.line import publishing
from ivr.line.staff import owner_of
from ivr.storage import Store, laid
from tests.lost import asking
from tests.lost.beginner import Beginner
from tests.lost.held import Held, chains
from tests.lost.line_process import Order
from tests.lost.outside import Mails, Requests, Shared
from tests.lost.running import NOBODY, PATIENCE, Running

OFTEN, SELDOM = 2.0, 30.0  # s between the line's jobs: around calls and faults, and in the quiet after them
AWAKE = 320.0  # s for which they are done often: after a webhook, the fault, a new beginning
NO_FAULT = ("", "", 0)


class Apart:
    """A line apart, and the exchange that it is at. Use it in `with`.

    fault    (where, what, number): what happens at which transaction of the line's first process ("write"),
             request to the provider ("request") or message to the mail server ("mail")
    mailing  there is a mail server, `mails`
    events   each line of the transcript, and when it came, in seconds of the clock
    """

    def __init__(
        self,
        beginner: Beginner,
        folder: Path,
        config: Path,
        at: datetime,
        switches: Switches = DOCUMENTED,
        fault: tuple[str, str, int] = NO_FAULT,
        mailing: bool = False,
    ) -> None:
        self.folder, self.file, self.at = folder, config, at
        self.data, self.log = folder / "data", folder / "log"
        self.clock = Shared(at, folder / "clock")
        via = {PUBLIC: NOBODY}
        self.exchange = Exchange(ACCOUNT, TOKEN, self.clock, switches, seed=1, via=via)
        self._running = Running(beginner, self.exchange.sender.via)
        where, kind, number = fault
        self._deadly = kind.startswith("killed")
        self._write = (kind, number) if where == "write" else ("", 0)
        at_request = (kind, number) if where == "request" else ("", 0)
        self.requests = Requests(self.kill, self.clock.elapsed, *at_request)
        self.exchange.rest.faults.close()
        self.exchange.rest.faults = self.requests
        at_mail = (kind, number) if where == "mail" else ("", 0)
        self.mails = Mails(self.kill, self.clock.elapsed, *at_mail) if mailing else None
        self.events: list[tuple[float, Line]] = []
        self.marked: dict[str, int] = {}
        self.config = self._read()
        self.number = self.config.clinic.number
        self.rotas = [Held(self.config, at)]
        self.asked: set[str] = set()  # whose phones the desk's page was asked to ring
        self.stays_down = False
        self._seldom = SELDOM
        self._ticked = self._heard = 0.0
        self._seen = 0

    def __enter__(self) -> Self:
        self.exchange.start()
        self.begin()
        self.exchange.add_number(self.number, f"{PUBLIC}/voice", status_callback=f"{PUBLIC}/status")
        for person in self.config.people.values():
            for one in (*person.phones, person.texts):
                self.exchange.names.setdefault(one, person.name.split()[0])
        self.exchange.on_line(lambda line: self.events.append((self.clock.elapsed(), line)))
        self.exchange.every(OFTEN, self._tick)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._running.close()
        self.exchange.close()
        if self.mails is not None:
            self.mails.close()

    @property
    def address(self) -> str:
        """Where the line listens."""
        return self._running.address

    def edit(self, text: str) -> None:
        """Write another config.yaml; the line dies, and is begun again on it."""
        self._written(text)
        self.kill()
        self.begin()

    def publish(self, text: str) -> None:
        """Write another config.yaml, and have the running line take it in, as `ivr publish` does."""
        self._written(text)
        source = read_source(self.file)
        with Store(self.data) as store:
            publishing.publish(store, source, source.revision, "publish", "test", self.clock.now())

    def lay(self, query: str) -> bool:
        """Change the rota as the desk's page does: see tests.lost.laying. False: the line didn't answer."""
        return bool(self._running.ask(f"lay?{query}"))

    def ring(self, leg: str) -> bool:
        """Have a phone rung, and then a patient, as the desk's page does: see tests.lost.asking."""
        self.asked.add(owner_of(leg))
        return bool(self._running.ask(f"ring?{asking.order(leg)}"))

    def on_call(self, at: datetime, planned: timedelta) -> set[str]:
        """Return who was on call at `at`, or up to `planned` earlier, as written and as laid over that.

        Whoever was on call at some time between may be rung: the call was planned then.
        """
        return set().union(*self._chains(at, planned))

    def surely_on_call(self, at: datetime, planned: timedelta) -> set[str]:
        """Return who was on call all that time, by whichever config the line may have had."""
        return set.intersection(*self._chains(at, planned))

    def _chains(self, at: datetime, planned: timedelta) -> list[set[str]]:
        with closing(self.record()) as conn:
            over = laid.everything(conn)
        return chains(self.rotas, over, at, planned)

    def record(self) -> sqlite3.Connection:
        """Return a connection that reads what the line has recorded."""
        conn = sqlite3.connect(f"file:{self.data}/line.db?mode=ro", uri=True, timeout=5)
        conn.row_factory = sqlite3.Row
        return conn

    def change(self, sql: str, values: Sequence[object] = ()) -> None:
        """Change the record, as a command in a process of its own may."""
        with closing(sqlite3.connect(self.data / "line.db", timeout=5)) as conn, conn:
            conn.execute(sql, values)

    def _read(self) -> Config:
        env = {"IVR_DATA": str(self.data)} | ({"IVR_SMTP_URL": self._smtp} if self.mails else {})
        return load(self.file, env)

    def _written(self, text: str) -> None:
        now = self.clock.now()
        self.rotas[-1] = Held(self.config, self.rotas[-1].since, now + timedelta(seconds=self._seldom))
        self.file.write_text(text, encoding="utf-8")
        self.config = self._read()
        self.rotas.append(Held(self.config, now))

    @property
    def _smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.mails.port}" if self.mails else ""

    def begin(self) -> None:
        """Begin the line's process. Only the first has a fault."""
        fault, at = self._write if not self.begun else ("", 0)
        order = Order(
            config=str(self.file),
            data=str(self.data),
            log=str(self.log),
            clock=str(self.folder / "clock"),
            start=self.at.isoformat(),
            api=self.exchange.url,
            smtp=self._smtp,
            fault=fault,
            at=at,
        )
        self._running.begin(order)

    @property
    def begun(self) -> int:
        """How many processes the line has had."""
        return self._running.begun

    def kill(self) -> None:
        """kill -9: see Running."""
        self._running.kill()

    @property
    def faulted(self) -> float:
        """When the fault was met, in seconds of the clock; 0: it hasn't been."""
        return self.clock.met() or self.requests.met_at or (self.mails.met_at if self.mails else 0)

    def dead(self) -> bool:
        """Return whether the line's process has ended. One that the fault ends may take a moment to."""
        dying = self._deadly and self.begun == 1 and self.faulted
        return self._running.dead(PATIENCE if dying else 0)

    def writes(self) -> int:
        """Return how many transactions the line's process has begun to commit."""
        return int(self._running.ask("writes") or 0)

    def by_pen(self) -> int:
        """Return how many of these the pen of the webhooks has begun to commit."""
        return int(self._running.ask("by-pen") or 0)

    def counts(self) -> dict[str, int]:
        """Return how many points of each kind there were up to now, at which a fault could be."""
        mails = self.mails.count if self.mails else 0
        return {"write": self.writes(), "request": self.requests.count, "mail": mails}

    def mark(self) -> None:
        """From here on faults are tried: what came before is another night's."""
        self.marked = self.counts()

    @contextmanager
    def quietly(self, seldom: float) -> Iterator[None]:
        """Do the jobs each so many seconds only, as long as nothing happens: hours pass in no time."""
        self._seldom = seldom
        yield
        self._seldom = SELDOM

    def run(self, seconds: float) -> None:
        """Let time go on."""
        self.exchange.run(seconds)

    def _tick(self) -> None:
        now = self.clock.elapsed()
        if len(self.exchange.requests) != self._seen:
            self._seen, self._heard = len(self.exchange.requests), now
        self._heard = max(self._heard, self.faulted)
        if self.dead() and not self.stays_down:  # what a supervisor does, however quiet it is
            self.begin()
            self._heard = now
        if now - self._ticked < (OFTEN if now - self._heard < AWAKE else self._seldom):
            return
        self._ticked = now
        if not self.dead():
            self._running.ask("tick")
