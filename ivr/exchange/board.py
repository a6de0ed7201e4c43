"""What all calls at the exchange share: time, book, webhooks, switches, phones, transcript."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from ivr.exchange.acts import Person
from ivr.exchange.loop import Loop
from ivr.exchange.parameters import Params
from ivr.exchange.people import NoAnswer
from ivr.exchange.records import Book
from ivr.exchange.switches import Switches
from ivr.exchange.transcript import EXCHANGE, Transcript
from ivr.exchange.verbs import Method
from ivr.exchange.webhooks import Answer, Sender


@dataclass
class Board:
    """One exchange's parts. `unexpected` lists, in words, what shouldn't happen unless a test is about it."""

    loop: Loop
    book: Book
    sender: Sender
    switches: Switches
    transcript: Transcript
    phones: dict[str, Person] = field(default_factory=dict)
    others: Person | None = None  # at every phone that isn't listed
    tell: dict[str, Callable[[object], None]] = field(default_factory=dict)  # by sid of a call: its events
    unexpected: list[str] = field(default_factory=list)

    def person(self, number: str) -> Person:
        """Return who is at a phone; nobody is, and that is unexpected, unless it was set up."""
        person = self.phones.get(number, self.others)
        if person is None:
            self.unexpected.append(f"a phone that nobody set up was rung: {number}")
            return NoAnswer()
        return person

    def fault(self, code: int, message: str, call: str = "") -> None:
        """Note an error that Twilio would put in its debugger, by Twilio's number."""
        self.unexpected.append(f"{code}: {message}")
        self.transcript.add(EXCHANGE, f"error {code}: {message}", call)

    def notify(
        self, url: str, params: Params, *, method: str = "POST", call: str = "", messaging: bool = False
    ) -> Answer | None:
        """Send a status callback; a refusal is noted and changes nothing. None: it was lost on the way."""
        if self.switches.callbacks_lost:
            return None
        send = self.sender.notify
        answer = send(url, params, method=cast(Method, method), call=call, messaging=messaging)
        if answer.error is not None:
            self.fault(answer.error, answer.message, call)
        return answer
