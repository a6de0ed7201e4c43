"""Dial: phones are rung, one is joined with the caller, and the Dial's action learns what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.exchange import parameters
from ivr.exchange.acts import Moment
from ivr.exchange.callbacks import RECORDING_SECONDS, RecordingHook, recording_is
from ivr.exchange.called import Answered, Called, Follow, Over, Ready
from ivr.exchange.leg import Ended, Gone, Key, Redirected
from ivr.exchange.loop import Steps
from ivr.exchange.records import RecordingRecord, looks_e164
from ivr.exchange.run import Next, Run
from ivr.exchange.transcript import LINE
from ivr.exchange.verbs import Dial


@dataclass
class Result:
    """What came of a Dial so far. `leg`: the phone that was joined, else the last that answered."""

    status: str = "failed"
    leg: Called | None = None
    joined: bool = False
    recording: RecordingRecord | None = None


def dial(run: Run, verb: Dial, url: str, follow: Follow) -> Steps[Next | None]:
    """Ring, join, wait for the end; return the action's request, None when there is no action.

    Errors: Gone, Ended and Redirected, once every phone has been let go.
    """
    leg, board = run.leg, run.board
    if not verb.answer_on_bridge:
        leg.answered()
    caller_id = verb.caller_id or leg.record.from_
    called: list[Called] = []
    result = Result()
    try:
        if _may_show(run, caller_id):
            groups = [[number] for number in verb.numbers] if verb.sequential else [list(verb.numbers)]
            for group in groups:
                ring_now = [Called(run, verb, number, caller_id, url, follow) for number in group]
                called += ring_now
                yield from _ring(run, verb, ring_now, result)
                if result.joined:
                    break
        else:
            board.fault(13214, f"callerId can't be shown in <Dial>: {caller_id or 'empty'}", leg.sid)
    except Gone:
        _over(run, verb, url, result, called)
        leg.is_now("completed" if leg.record.status == "in-progress" else board.switches.abandoned_status)
        if verb.action is not None and board.switches.dial_action_after_hangup:
            run.send(_action(run, verb, url, result, called))
        raise
    except (Ended, Redirected):
        _over(run, verb, url, result, called)
        raise
    _over(run, verb, url, result, called)
    leg.leave()
    return None if verb.action is None else _action(run, verb, url, result, called)


def _may_show(run: Run, caller_id: str) -> bool:
    call, book = run.leg.record, run.board.book
    return looks_e164(caller_id) and (caller_id in (call.from_, call.to) or book.may_show(caller_id))


def _over(run: Run, verb: Dial, url: str, result: Result, called: list[Called]) -> None:
    _let_go(called)
    if result.joined and verb.record != "do-not-record":
        _keep(run, verb, url, result)


def _let_go(called: Iterable[Called]) -> None:
    for phone in called:
        phone.drop()


def _ring(run: Run, verb: Dial, called: list[Called], result: Result) -> Steps[None]:
    """Wait until one of these phones is joined and that is over, or all of them are."""
    leg, switches = run.leg, run.board.switches
    leg.meets(Moment("dial"))
    left = list(called)
    while left:
        event = yield from leg.hear(None, Answered, Ready, Over)
        if not isinstance(event, Answered | Ready | Over) or event.phone not in left:
            continue  # it answered at the very moment at which it was let go
        if isinstance(event, Answered):
            result.leg = event.phone
            if switches.number_ends_at == "answer":
                _let_go(phone for phone in called if phone is not event.phone)
                left = [event.phone]
        elif isinstance(event, Ready):
            _let_go(phone for phone in called if phone is not event.phone)
            result.leg, result.joined, result.status = event.phone, True, "completed"
            yield from _join(run, verb, event.phone)
            return
        else:
            left.remove(event.phone)
    if result.leg is not None:
        result.status = switches.screened_out_status
    else:
        ends = {phone.leg.record.status for phone in called}
        result.status = next((end for end in ("no-answer", "busy", "canceled") if end in ends), "failed")


def _join(run: Run, verb: Dial, phone: Called) -> Steps[None]:
    leg = run.leg
    leg.answered()
    run.board.transcript.add(LINE, f"joins {leg.who} and {phone.leg.who}", leg.sid)
    phone.leg.meets(Moment("joined"))
    leg.meets(Moment("joined"))
    leg.joined = phone.leg.joined = True
    end = run.board.loop.time + verb.time_limit
    try:
        while True:
            wait = end - run.board.loop.time
            event = yield from leg.hear(wait, Over, *((Key,) if verb.hangup_on_star else ()))
            if isinstance(event, Key) and event.key != "*":
                continue
            if isinstance(event, Over) and event.phone is not phone:
                continue
            phone.drop()
            return
    finally:
        leg.joined = False


def _keep(run: Run, verb: Dial, url: str, result: Result) -> None:
    """Make the recording of what was said while joined."""
    board, record = run.board, result.leg.leg.record if result.leg else run.leg.record
    recording = board.book.add_recording(run.leg.sid, record.duration or 0, source="DialVerb")
    hook = RecordingHook(
        run.absolute(url, verb.recording_status_callback),
        verb.recording_status_callback_method,
        verb.recording_status_callback_event,
    )
    recording_is(board, recording, "in-progress", hook)
    board.loop.after(RECORDING_SECONDS, lambda: recording_is(board, recording, "completed", hook))
    result.recording = recording


def _action(run: Run, verb: Dial, url: str, result: Result, called: list[Called]) -> Next:
    counts = result.leg or (called[-1] if called else None)
    params = parameters.dial(
        run.params(),
        status=result.status,
        sid=counts.leg.sid if counts else None,
        seconds=(counts.leg.record.duration or 0) if counts else None,
        bridged=result.joined if run.board.switches.dial_bridged_sent else None,
        recording_url=result.recording.media_url if result.recording else None,
    )
    return run.next(url, verb.action, verb.method, params)
