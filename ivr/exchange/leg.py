"""One telephone in a call: what its person hears, does and is asked for, and how the call on it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.exchange import speech
from ivr.exchange.acts import Act, Answer, HangUp, Moment, Person, Press, Refuse, Speak, Stop, Talk
from ivr.exchange.board import Board
from ivr.exchange.caller import ByHand
from ivr.exchange.loop import Steps, Task, Timer
from ivr.exchange.records import ENDED, CallRecord, Orders
from ivr.exchange.transcript import CALLER, LINE
from ivr.exchange.verbs import Pause, Play, Prompt, Say

PLAY_SECONDS = 5.0  # how long a sound is taken to be
UNHEARD = "goes unheard"
KEY_SECONDS = 0.5  # how long a key that the line itself sends sounds


class Gone(Exception):
    """The person has hung up."""


class Ended(Exception):
    """The line has hung up; `status` is what the call ended in."""

    def __init__(self, status: str = "completed") -> None:
        super().__init__(status)
        self.status = status


class Redirected(Exception):
    """The call goes on somewhere else, as asked for over REST."""

    def __init__(self, orders: Orders) -> None:
        super().__init__("redirected")
        self.orders = orders


@dataclass(frozen=True)
class Key:
    """One key was pressed."""

    key: str


class Leg:
    """A call's record with the person at its end."""

    def __init__(self, board: Board, record: CallRecord, person: Person) -> None:
        self.board = board
        self.record = record
        self.person = person
        self.inbound = record.direction == "inbound"
        self.who = CALLER if self.inbound else board.transcript.name(record.to)
        self.task: Task | None = None
        self.joined = False  # what this person says and presses reaches the other phone
        self._limit: Timer | None = None
        self._due: list[tuple[Timer, bool]] = []  # what the person is about to do; is it hanging up?
        if isinstance(person, ByHand):
            person.begins(record, self.post)

    def start(self, steps: Steps[None], limit: float | None = None) -> None:
        """Let the call run its steps, and end after `limit` seconds at the latest."""
        self.task = Task(self.board.loop, steps)
        self.board.tell[self.sid] = self.task.tell
        if limit is not None:
            over = Orders(status="completed")
            self._limit = self.board.loop.after(limit, lambda: self.board.tell[self.sid](over))

    @property
    def sid(self) -> str:
        """The call's sid."""
        return self.record.sid

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.record.status in ENDED

    def note(self, text: str) -> None:
        """Put what the person does in the transcript."""
        self.board.transcript.add(self.who, text, self.sid)

    def hears(self, text: str) -> None:
        """Put what the line says to this person in the transcript."""
        if self.inbound:
            self.board.transcript.add(LINE, text, self.sid, spoken=True)
        else:
            self.board.transcript.add(self.who, f"hears: {text}", self.sid, spoken=True)

    def is_now(self, status: str) -> None:
        """Move the call on to `status`; once it has ended, nothing more happens on it."""
        self.board.book.call_is(self.sid, status)
        if self.over:
            self.leave(hangs_up_too=True)
            if self._limit is not None:
                self._limit.cancelled = True
            if isinstance(self.person, ByHand):
                self.person.ends(self.record)

    def answered(self) -> None:
        """Have the line answer the call, if it has not yet."""
        if self.record.status in ("queued", "ringing"):
            self.is_now("in-progress")

    # --- the person

    def meets(self, moment: Moment) -> None:
        """Ask the person what to do from here on."""
        self.leave()
        for seconds, act in self.person.does(moment):
            timer = self.board.loop.after(seconds, lambda act=act: self.act(act))  # type: ignore[misc]
            self._due.append((timer, isinstance(act, HangUp)))

    def leave(self, hangs_up_too: bool = False) -> None:
        """Forget what the person was about to do: the moment for it has passed."""
        for timer, hangs_up in self._due:
            timer.cancelled = timer.cancelled or not hangs_up or hangs_up_too
        self._due = [(timer, hangs_up) for timer, hangs_up in self._due if not timer.cancelled]
        if isinstance(self.person, ByHand):
            self.person.passed(self.record)

    def post(self, act: Act) -> None:
        """Let the person do something as soon as can be; any thread may ask for it."""
        self.board.loop.post(lambda: self.act(act))

    def act(self, act: Act) -> None:
        """Let the person do something now."""
        if self.over or self.task is None:
            return
        self.note(_in_words(act))
        for event in [Key(key) for key in act.keys] if isinstance(act, Press) else [act]:
            self.task.tell(event)

    # --- waiting

    def hear(self, seconds: float | None, *kinds: type) -> Steps[object]:
        """Wait for an event of these kinds and return it; None when time is up (`seconds` None: never).

        What comes and isn't asked for is lost, as keys are that nobody listens for: the transcript says so.
        Errors: Gone, Ended and Redirected, at any wait.
        """
        until = None if seconds is None else self.board.loop.time + seconds
        while True:
            event = yield None if until is None else max(0.0, until - self.board.loop.time)
            if event is None:
                return None
            if isinstance(event, HangUp):
                raise Gone
            if isinstance(event, Orders):
                raise Ended if event.status else Redirected(event)
            if isinstance(event, kinds):
                return event
            if isinstance(event, Key) and not self.joined:
                self.note(f"key {event.key} {UNHEARD}")
            elif isinstance(event, Speak) and self.inbound and not self.joined:
                self.note(f"that {UNHEARD}")  # not a voicemail's greeting: nobody expects it to be heard

    def play(self, prompts: Sequence[Prompt], *kinds: type) -> Steps[object]:
        """Say and play all that, until an event of these kinds comes; return that event, or None."""
        for prompt in prompts:
            if not isinstance(prompt, Pause):
                self.hears(heard(prompt))
            event = yield from self.hear(length([prompt]), *kinds)
            if event is not None:
                return event
        return None


def heard(prompt: Say | Play) -> str:
    """Return what a prompt is in a transcript."""
    if isinstance(prompt, Say):
        return prompt.text if prompt.loop == 1 else f"{prompt.text} [{prompt.loop} times]"
    if prompt.digits:
        return f"[keys {prompt.digits}]"
    return f"[plays {(prompt.url or 'a sound').rsplit('/', 1)[-1]}]"


def length(prompts: Sequence[Prompt]) -> float:
    """Return the seconds that prompts take."""
    return sum(_one_length(prompt) for prompt in prompts)


def _one_length(prompt: Prompt) -> float:
    if isinstance(prompt, Pause):
        return float(prompt.length)
    if isinstance(prompt, Say):
        return prompt.loop * (speech.seconds(prompt.text) + prompt.breaks)
    if prompt.digits:
        return sum({"w": 0.5, "W": 1.0}.get(key, KEY_SECONDS) for key in prompt.digits)
    return prompt.loop * PLAY_SECONDS


def _in_words(act: Act) -> str:
    if isinstance(act, Answer):
        return f"{act.by} answers".strip()
    if isinstance(act, Refuse):
        return {"busy": "is busy", "rejected": "rejects the call", "unreachable": "can't be reached"}[act.how]
    if isinstance(act, Press):
        return f"presses {act.keys}"
    if isinstance(act, Speak):
        return f"says: {act.text}"
    if isinstance(act, Talk):
        return "begins to talk" if act.seconds == math.inf else f"talks for {act.seconds:g} s"
    if isinstance(act, Stop):
        return "stops talking"
    return "hangs up"
