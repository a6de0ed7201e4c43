"""Status callbacks: of a leg's progress, of a call's end, of recordings and of texts."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.exchange import parameters
from ivr.exchange.board import Board
from ivr.exchange.records import ENDED, CallRecord, MessageRecord, NumberRecord, RecordingRecord

LATE = 1.0  # seconds after a leg's end at which its callbacks come, if they come in reversed order
RECORDING_SECONDS = 2.0  # from a recording's end until it can be fetched
TEXT_SECONDS = 1.0  # from accepted to sent, and from sent to delivered
_STATUS_OF = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


class Progress:
    """Tells one leg's progress to its status callback, numbered from 0; only the events asked for."""

    def __init__(
        self, board: Board, call: CallRecord, url: str | None, method: str, events: tuple[str, ...]
    ) -> None:
        self._board, self._call, self._url, self._method, self._events = board, call, url, method, events
        self._sequence = 0
        self._held: list[dict[str, str]] = []

    def tell(self, event: str) -> None:
        """Note an event: initiated, ringing, answered, or completed (however the call ended)."""
        sequence, self._sequence = self._sequence, self._sequence + 1
        if self._url is None:
            return
        switches, board = self._board.switches, self._board
        if event in self._events:
            params = parameters.call_status(
                self._call,
                status=_STATUS_OF.get(event, self._call.status),
                sequence=sequence,
                at=board.loop.clock.now(),
                places=switches.places_sent,
            )
            if not switches.parent_call_sid_sent:
                params.pop("ParentCallSid", None)
            self._held.append(params)
        if switches.status_order == "in order":
            self._deliver()
        elif self._call.status in ENDED:
            self._held.reverse()
            board.loop.after(LATE, self._deliver)

    def _deliver(self) -> None:
        held, self._held = self._held, []
        for params in held:
            self._board.notify(self._url or "", params, method=self._method, call=self._call.sid)


def call_ended(board: Board, call: CallRecord, number: NumberRecord) -> None:
    """Tell the number's own status callback that an inbound call is over."""
    if number.status_callback:
        params = parameters.number_status(call, at=board.loop.clock.now(), places=board.switches.places_sent)
        board.notify(number.status_callback, params, method=number.status_callback_method, call=call.sid)


@dataclass(frozen=True)
class RecordingHook:
    """Who is told of a recording, and of which events: in-progress, completed, absent. `url` is absolute."""

    url: str | None
    method: str
    events: tuple[str, ...]


def recording_is(board: Board, recording: RecordingRecord, status: str, hook: RecordingHook) -> None:
    """Move a recording on ("completed": it can be fetched now) and tell; not if it was deleted meanwhile."""
    if board.book.recording_is(recording.sid, status) is not None and hook.url and status in hook.events:
        params = parameters.recording_status(recording)
        board.notify(hook.url, params, method=hook.method, call=recording.call_sid)


def send_text(board: Board, message: MessageRecord) -> None:
    """Let a text go its way: sent, then delivered, or undelivered if its number is set up so."""
    code = board.book.undelivered.get(message.to)
    steps: list[tuple[str, int | None]] = [("sent", None), ("undelivered" if code else "delivered", code)]
    if board.switches.status_order == "reversed":
        steps.reverse()

    def step(status: str, error: int | None) -> None:
        # What is final stays; an older status that comes later is told all the same.
        known = board.book.messages.get(message.sid)
        if known is None:
            return
        if known.status not in ("delivered", "undelivered"):
            board.book.message_is(message.sid, status, error)
        if message.status_callback:
            params = parameters.message_status(message, status=status, at=board.loop.clock.now())
            board.notify(message.status_callback, params, messaging=True)

    for place, (status, error) in enumerate(steps, 1):
        board.loop.after(place * TEXT_SECONDS, lambda status=status, error=error: step(status, error))  # type: ignore[misc]
