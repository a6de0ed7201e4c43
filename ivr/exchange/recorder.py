"""Record: the caller's message, until silence, a key, the longest time, or the caller has hung up."""

from __future__ import annotations

from ivr.exchange import parameters, speech, wav
from ivr.exchange.acts import Moment, Speak, Stop, Talk
from ivr.exchange.callbacks import RECORDING_SECONDS, RecordingHook, recording_is
from ivr.exchange.leg import Gone, Key, Leg
from ivr.exchange.loop import Steps
from ivr.exchange.run import Next, Run
from ivr.exchange.verbs import Record


def record(run: Run, verb: Record, url: str) -> Steps[Next | None]:
    """Record; return the action's request, None if the recording is empty and the switch says so.

    Errors: Gone once the action of a caller who has hung up has been requested; what it answers isn't heard.
    """
    leg, board = run.leg, run.board
    leg.answered()
    if verb.transcribe:
        board.unexpected.append("transcribe: this exchange writes nothing down")
    leg.hears("[records]")
    leg.meets(Moment("record"))
    began = board.loop.time
    recording = board.book.add_recording(leg.sid, 0)
    hook = RecordingHook(
        run.absolute(url, verb.recording_status_callback),
        verb.recording_status_callback_method,
        verb.recording_status_callback_event,
    )
    recording_is(board, recording, "in-progress", hook)
    heard = Heard(began)
    gone: Gone | None = None
    try:
        key = yield from _listen(leg, verb, heard, began)
    except Gone as caught:
        key, gone = "hangup", caught
        leg.is_now("completed")
    leg.leave()
    ended = min(board.loop.time, heard.until) if verb.trim == "trim-silence" else board.loop.time
    recording.duration = round(ended - began if recording.audio is None else wav.seconds(recording.audio))
    empty = not heard.anything and board.switches.record_empty_falls_through
    if empty:
        recording_is(board, recording, "absent", hook)
    elif board.switches.recording_callback_before_action:
        recording_is(board, recording, "completed", hook)
    else:
        board.book.recording_is(recording.sid, "processing")
        board.loop.after(RECORDING_SECONDS, lambda: recording_is(board, recording, "completed", hook))
    sid = board.switches.recording_sid_in_action
    params = parameters.record(run.params(), recording, digits=key, sid=sid)
    action = None if empty else run.next(url, verb.action, verb.method, params)
    if gone is None:
        return action
    if action is not None:
        run.send(action)
    raise gone


class Heard:
    """What has been recorded so far: until when somebody was talking (in the loop's time)."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.anything = False

    def hear(self, event: object, now: float) -> None:
        """Take in one event."""
        if isinstance(event, Stop):
            self.until = min(self.until, now)
            return
        seconds = event.seconds if isinstance(event, Talk) else 0.0
        if isinstance(event, Speak):
            seconds = speech.seconds(event.text)
        self.until = max(self.until, now + seconds)
        self.anything = self.anything or seconds > 0


def _listen(leg: Leg, verb: Record, heard: Heard, began: float) -> Steps[str]:
    """Wait until the recording is over; return the key that ended it, else ""."""
    loop = leg.board.loop
    while True:
        end = began + verb.max_length
        if verb.timeout:
            end = min(end, heard.until + verb.timeout)
        event = yield from leg.hear(end - loop.time, Key, Talk, Stop, Speak)
        if event is None:
            return ""
        if isinstance(event, Key) and event.key in verb.finish_on_key:
            return event.key
        heard.hear(event, loop.time)
