"""The stand-in exchange: plays Twilio for one account, over loopback HTTP, in a time of its own.

    clock = HandClock(datetime(2026, 11, 24, 2, 10, tzinfo=UTC))
    with Exchange("AC" + "1" * 32, "token", clock) as exchange:
        exchange.add_number("+441632960000", "http://127.0.0.1:8000/voice")
        exchange.phone("+447700900101", Answers(after=6, press="1"))
        exchange.dial("+447700900123", "+441632960000", Caller(Presses("1")))
        exchange.run()
        print(exchange.transcript)

One thread runs it all: the one that calls run(). Its REST server (`url`) has threads of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from ivr.exchange.acts import Person
from ivr.exchange.board import Board
from ivr.exchange.callbacks import send_text
from ivr.exchange.calls import LONGEST, incoming, outgoing
from ivr.exchange.clock import Clock
from ivr.exchange.leg import Leg
from ivr.exchange.loop import Loop
from ivr.exchange.people import InTurn
from ivr.exchange.records import Book, CallRecord, MessageRecord, NumberRecord, Orders
from ivr.exchange.rest import RestServer
from ivr.exchange.switches import DOCUMENTED, Switches
from ivr.exchange.transcript import CALLER, TEXT, Line, Transcript
from ivr.exchange.webhooks import Request, Sender


class Exchange:
    """See the module. Times are in seconds of the exchange's clock.

    `seed` makes sids repeatable. `via` maps the public origin of a line to where it really listens, as in
    {"https://line.example": "http://127.0.0.1:8000"}: requests are signed for the first and go to the second.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        clock: Clock,
        switches: Switches = DOCUMENTED,
        seed: int | None = None,
        via: Mapping[str, str] | None = None,
    ) -> None:
        self.clock = clock
        self.book = Book(account_sid, auth_token, clock, seed)
        self.sender = Sender(auth_token, duplicates=switches.duplicates, via=via, clock=clock)
        self._loop = Loop(clock)
        self._board = Board(self._loop, self.book, self.sender, switches, Transcript(lambda: self._loop.time))
        self.texts: list[MessageRecord] = []  # messages that the line sent, in order
        self.rest = RestServer(self.book, self._on_new_call, self._on_call_update, self._on_new_message)
        self._caller = ""

    # --- set-up

    def start(self) -> None:
        """Open the REST API; its address is in `url`."""
        self.rest.start()

    def close(self) -> None:
        """Close the REST API. May be called twice."""
        self.rest.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address of the REST API: what a line is aimed at."""
        return self.rest.url

    def add_number(
        self, number: str, voice_url: str, fallback_url: str = "", status_callback: str = ""
    ) -> NumberRecord:
        """Give the account a number (E.164), with its webhooks (absolute URLs)."""
        return self.book.add_number(number, voice_url, fallback_url, status_callback)

    def phone(self, number: str, *people: Person) -> None:
        """Say who is at a phone; several: at its first ring, its second …, the last one from then on."""
        self._board.phones[number] = people[0] if len(people) == 1 else InTurn(*people)

    def others(self, person: Person | None) -> None:
        """Say who is at every other phone; None: ringing one is unexpected."""
        self._board.others = person

    @property
    def names(self) -> dict[str, str]:
        """What the transcript calls a number."""
        return self._board.transcript.names

    @property
    def before_webhook(self) -> list[Callable[[Request], None]]:
        """What is called with each request just before it is sent."""
        return self.sender.before

    @property
    def switches(self) -> Switches:
        """How this exchange decides what Twilio leaves open."""
        return self._board.switches

    # --- what happens

    def dial(self, from_: str, to: str, caller: Person) -> CallRecord:
        """Let somebody ring one of the account's numbers. `from_` may be anything that a network sends.

        The call begins with the next run(). Errors: ValueError when `to` isn't a number of this account.
        """
        number = self.book.number(to)
        if number is None:
            raise ValueError(f"{to} isn't a number of this exchange: add_number() it first")
        record = self.book.add_call(from_, to, "inbound")
        leg = Leg(self._board, record, caller)
        self._caller = from_
        self._board.transcript.begin()
        leg.start(incoming(self._board, leg, number), LONGEST)
        return record

    def note(self, text: str, call: CallRecord) -> None:
        """Put a line of the caller's in the transcript, now."""
        self._board.transcript.add(CALLER, text, call.sid)

    def post(self, act: Callable[[], None]) -> None:
        """Have the thread that runs the exchange do `act`: the only door for other threads."""
        self._loop.post(act)

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` each so many seconds, as long as something runs: a line's own jobs."""
        self._loop.every(seconds, act)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` once, in so many seconds, if something runs by then."""
        self._loop.after(seconds, act, background=True)

    def run(self, seconds: float | None = None) -> None:
        """Let time go on until nothing is due any more, or by so many seconds."""
        self._loop.run(seconds)

    # --- what came of it

    @property
    def transcript(self) -> list[Line]:
        """What was heard and done, in order; seconds count from when the latest caller began to ring."""
        return self._board.transcript.lines

    def on_line(self, act: Callable[[Line], None] | None) -> None:
        """Have each line of the transcript as it comes."""
        self._board.transcript.on_line = act

    @property
    def unexpected(self) -> list[str]:
        """What should not have happened: unknown phones rung, bad documents, webhooks that failed."""
        return self._board.unexpected

    @property
    def requests(self) -> list[Request]:
        """Every HTTP request that was made of the line."""
        return self.sender.requests

    # --- from the REST server's threads, with the book's lock held

    def _on_new_call(self, record: CallRecord) -> None:
        def begin() -> None:
            leg = Leg(self._board, record, self._board.person(record.to))
            leg.start(outgoing(self._board, leg), record.orders.time_limit)

        self._loop.post(begin)

    def _on_call_update(self, record: CallRecord, orders: Orders) -> None:
        def update() -> None:
            tell = self._board.tell.get(record.sid)
            if tell is not None and (orders.status or orders.url or orders.twiml):
                tell(orders)

        self._loop.post(update)

    def _on_new_message(self, message: MessageRecord) -> None:
        def send() -> None:
            self.texts.append(message)
            to = CALLER if message.to == self._caller else self._board.transcript.name(message.to)
            self._board.transcript.add(TEXT, f"to {to}: {message.body}")
            send_text(self._board, message)

        self._loop.post(send)
