"""One phone that a Dial rings: it rings, its whisper runs, it is joined, it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.exchange.callbacks import Progress
from ivr.exchange.leg import Ended, Gone, Leg, Redirected, length
from ivr.exchange.loop import Steps
from ivr.exchange.records import Orders
from ivr.exchange.ringing import ring
from ivr.exchange.run import Next, Run
from ivr.exchange.transcript import LINE
from ivr.exchange.verbs import Dial, Number, Play

Follow = Callable[[Run, Next | Orders], Steps[None]]


@dataclass(frozen=True)
class Answered:
    """The phone was picked up; its whisper, if it has one, begins."""

    phone: Called


@dataclass(frozen=True)
class Ready:
    """The phone may be joined."""

    phone: Called


@dataclass(frozen=True)
class Over:
    """The call on that phone has ended by itself."""

    phone: Called


class Called:
    """Rings at once. Tells the Dial's leg Answered, Ready and Over, unless it is dropped before."""

    def __init__(
        self, parent: Run, verb: Dial, number: Number, caller_id: str, url: str, follow: Follow
    ) -> None:
        board = parent.board
        record = board.book.add_call(caller_id, number.number, "outbound-dial", parent=parent.leg.sid)
        callback = parent.absolute(url, number.status_callback)
        self.leg = Leg(board, record, board.person(number.number))
        self._progress = Progress(
            board, record, callback, number.status_callback_method, number.status_callback_event
        )
        self._parent, self._number, self._url, self._follow = parent, number, url, follow
        self._answered = False
        self.leg.start(self._steps(verb.timeout + board.switches.dial_timeout_extra))

    def drop(self) -> None:
        """Let go of the phone, whatever it is doing; nothing if its call is over."""
        if self.leg.over or self.leg.task is None:
            return
        self.leg.task.stop()
        if not self._answered:
            self.leg.note("stops ringing")
        self._end("completed" if self._answered else self.leg.board.switches.stopped_leg_status)

    def _steps(self, seconds: float) -> Steps[None]:
        leg, number = self.leg, self._number
        if number.machine_detection:
            leg.board.unexpected.append("machineDetection: this exchange detects none")
        status = yield from ring(leg, self._progress, seconds)
        if not status:
            self._answered = True
            self._tell(Answered(self))
            status = "completed"
            try:
                yield from self._after_answer()
            except Gone:
                pass
            except Ended:
                leg.board.transcript.add(LINE, f"ends the call to {leg.who}", leg.sid)
            except Redirected:
                leg.board.unexpected.append("redirecting a phone that was rung: this exchange can't")
        self._end(status)
        self._tell(Over(self))

    def _after_answer(self) -> Steps[None]:
        number = self._number
        if number.send_digits:
            yield from self.leg.hear(length([Play(digits=number.send_digits)]))
        if number.url is not None:
            whisper = Run(self.leg.board, self.leg, whisper=True)
            yield from self._follow(whisper, whisper.next(self._url, number.url, number.method))
        self._tell(Ready(self))
        yield from self.leg.hear(None)

    def _tell(self, event: object) -> None:
        self.leg.board.tell[self._parent.leg.sid](event)

    def _end(self, status: str) -> None:
        self.leg.is_now(status)
        self._progress.tell("completed")
        self.leg.board.sender.forget(self.leg.sid)
