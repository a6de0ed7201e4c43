"""The person who rings the line: by a script, one item for each wait of the call, or by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.exchange.acts import THINKS, Act, Answer, HangUp, Moment, Plan, Press, Refuse, Speak, Talk
from ivr.exchange.records import CallRecord


@dataclass(frozen=True)
class Presses:
    """Presses keys: 2 s after the prompts have ended, or `at` seconds after they began."""

    keys: str
    at: float | None = None


@dataclass(frozen=True)
class Says:
    """Says something: 2 s after the prompts have ended, or `at` seconds after they began."""

    text: str
    at: float | None = None


@dataclass(frozen=True)
class Silent:
    """Does nothing at this wait."""


@dataclass(frozen=True)
class Talks:
    """Talks into a recording; then presses a key, or hangs up, or is silent."""

    seconds: float
    press: str = ""
    hang_up: bool = False


@dataclass(frozen=True)
class Leaves:
    """Hangs up, `after` seconds from the beginning of this wait, even if that has ended by then."""

    after: float = 0.0


@dataclass(frozen=True)
class Waits:
    """Stays on the line while a phone rings."""


Item = Presses | Says | Silent | Talks | Leaves | Waits


class Caller:
    """Does one item at each Gather and Record, in order; then stays silent.

    A Dial takes only Waits and Leaves, a Gather no Talks. `left` lists the items not done yet; `problems`
    those that came at a wait they don't fit. `leaves_at`: hangs up so many seconds after it began to ring.
    """

    def __init__(self, *items: Item, leaves_at: float | None = None) -> None:
        self.leaves_at = leaves_at
        self.left: list[Item] = list(items)
        self.problems: list[str] = []

    def does(self, moment: Moment) -> Plan:
        """Return what happens from this moment on."""
        if moment.kind == "ringing":
            return [] if self.leaves_at is None else [(self.leaves_at, HangUp())]
        if moment.kind == "joined" or not self.left:
            return []
        if moment.kind == "dial" and not isinstance(self.left[0], Waits | Leaves):
            return []
        if moment.kind == "gather" and isinstance(self.left[0], Talks):
            return []  # whoever is about to leave a message waits for the tone
        item = self.left.pop(0)
        if isinstance(item, Leaves):
            return [(item.after, HangUp())]
        if isinstance(item, Presses | Says):
            thinks = moment.prompts + THINKS if moment.kind == "gather" else THINKS
            act = Press(item.keys) if isinstance(item, Presses) else Speak(item.text)
            return [(thinks if item.at is None else item.at, act)]
        if isinstance(item, Waits) and moment.kind == "dial":
            return []
        if isinstance(item, Talks) and moment.kind == "record":
            plan: list[tuple[float, Act]] = [(0.0, Talk(item.seconds))]
            if item.press:
                plan.append((item.seconds, Press(item.press)))
            if item.hang_up:
                plan.append((item.seconds, HangUp()))
            return plan
        if not isinstance(item, Silent):
            self.problems.append(f"the caller's {item} came at a wait for {_WAITS[moment.kind]}")
        return []


_WAITS = {"gather": "keys or speech", "record": "a recording", "dial": "a phone that rings"}


class ByHand:
    """Somebody who acts when told to, from any thread: a caller at a terminal, or a phone of a test.

    Errors: RuntimeError from all of it while no call is on this phone.
    """

    def __init__(self) -> None:
        self.phone: Callable[[Act], None] | None = None  # set by the exchange while a call is on
        self._sid = ""

    def begins(self, call: CallRecord, phone: Callable[[Act], None]) -> None:
        """A call comes to this phone, or goes out from it; `phone` is how to act in it."""
        self.phone, self._sid = phone, call.sid

    def ends(self, call: CallRecord) -> None:
        """A call is over; the phone is free again unless another call has taken its place."""
        if call.sid == self._sid:
            self.phone, self._sid = None, ""

    def does(self, moment: Moment) -> Plan:
        """Return nothing: it isn't known before."""
        return []

    def passed(self, call: CallRecord) -> None:
        """A moment of this call is over: what it waited for counts no more. Nothing follows from it here."""

    def answer(self) -> None:
        """Pick up."""
        self._act(Answer())

    def reject(self) -> None:
        """Decline a call that rings."""
        self._act(Refuse("rejected"))

    def press(self, keys: str) -> None:
        """Press keys."""
        self._act(Press(keys))

    def say(self, text: str) -> None:
        """Say something that can be made out."""
        self._act(Speak(text))

    def talk(self, seconds: float) -> None:
        """Talk for some seconds."""
        self._act(Talk(seconds))

    def hang_up(self) -> None:
        """Put the telephone down."""
        self._act(HangUp())

    def _act(self, act: Act) -> None:
        if self.phone is None:
            raise RuntimeError("no call is on this phone")
        self.phone(act)
