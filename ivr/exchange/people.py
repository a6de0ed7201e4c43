"""The people, and machines, at the phones that a line rings. Times are in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.exchange.acts import THINKS, Answer, HangUp, Moment, Person, Plan, Press, Refuse, Speak
from ivr.exchange.caller import Caller, Item

__all__ = [
    "Answers",
    "Busy",
    "Does",
    "HangsUp",
    "InTurn",
    "NoAnswer",
    "Person",
    "Rejects",
    "Screening",
    "SwitchedOff",
    "Unreachable",
    "Voicemail",
]


TALKS_AT = 0.5  # seconds into a question at which a machine begins to talk


@dataclass(frozen=True)
class Answers:
    """Answers after some seconds, presses keys at each question, and once joined talks for a while.

    `press` "" is nobody pressing anything; `at`: seconds after the question began (None: 2 s after its end).
    `talk` None: stays until the other side hangs up.
    """

    after: float = 5.0
    press: str = "1"
    talk: float | None = 60.0
    at: float | None = None

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind == "ringing":
            return [(self.after, Answer())]
        if moment.kind == "gather" and self.press:
            return [(moment.prompts + THINKS if self.at is None else self.at, Press(self.press))]
        if moment.kind == "joined" and self.talk is not None:
            return [(self.talk, HangUp())]
        return []


class Does:
    """Answers after some seconds, then does one thing at each wait, as a caller does; at every ring anew."""

    def __init__(self, after: float, *items: Item) -> None:
        self._after, self._items = after, items
        self._now = Caller()

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind != "ringing":
            return self._now.does(moment)
        self._now = Caller(*self._items)
        return [(self._after, Answer())]


@dataclass(frozen=True)
class HangsUp:
    """Answers after some seconds, presses nothing, and hangs up `into` seconds later."""

    after: float = 5.0
    into: float = 3.0

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind != "ringing":
            return []
        return [(self.after, Answer()), (self.after + self.into, HangUp())]


@dataclass(frozen=True)
class Voicemail:
    """Rings for a while; then a machine answers, talks, records what it hears, and hangs up."""

    after: float = 20.0
    talks: float = 20.0
    says: str = "Sorry, I can't take your call. Please leave a message after the tone."

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind == "gather":
            return [(TALKS_AT, Speak(self.says))]
        if moment.kind != "ringing":
            return []
        return [(self.after, Answer("voicemail")), (self.after + self.talks, HangUp())]


@dataclass(frozen=True)
class SwitchedOff:
    """A phone in flight mode: its voicemail answers almost at once."""

    talks: float = 20.0

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return Voicemail(1.0, self.talks).does(moment)


@dataclass
class Screening:
    """A call-screening robot answers, asks who is calling, presses nothing, and gives up.

    `press`: the person reads what was said to it, takes the call over and presses that. "": nobody does.
    """

    after: float = 4.0
    talks: float = 30.0
    press: str = ""
    says: str = "Hello. Please say your name, and why you are calling."
    _asked: bool = field(default=False, init=False, repr=False, compare=False)

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind == "ringing":
            self._asked = False
            gives_up = [] if self.press else [(self.after + self.talks, HangUp())]
            return [(self.after, Answer("call screening")), *gives_up]
        if moment.kind != "gather":
            return []
        if not self._asked:
            self._asked = True
            return [(TALKS_AT, Speak(self.says))]
        return [(moment.prompts + THINKS, Press(self.press))] if self.press else []


@dataclass(frozen=True)
class Rejects:
    """Declines the call on the handset."""

    after: float = 3.0

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(self.after, Refuse("rejected"))] if moment.kind == "ringing" else []


@dataclass(frozen=True)
class Busy:
    """Is on another call."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(1.0, Refuse("busy"))] if moment.kind == "ringing" else []


@dataclass(frozen=True)
class Unreachable:
    """A number that the network can't ring."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return [(1.0, Refuse("unreachable"))] if moment.kind == "ringing" else []


@dataclass(frozen=True)
class NoAnswer:
    """Lets it ring."""

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        return []


class InTurn:
    """One phone that behaves differently at the first ring, the second …; the last behaviour stays.

    Errors: ValueError for none at all.
    """

    def __init__(self, *people: Person) -> None:
        if not people:
            raise ValueError("say what the phone does at its first ring")
        self._people = list(people)
        self._ring = -1

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind == "ringing":
            self._ring += 1
        return self._people[max(0, min(self._ring, len(self._people) - 1))].does(moment)
