"""Whole calls: somebody rings the line, or the line rings somebody."""

from __future__ import annotations

from ivr.exchange.acts import Moment
from ivr.exchange.board import Board
from ivr.exchange.callbacks import Progress, call_ended
from ivr.exchange.follow import follow
from ivr.exchange.leg import Ended, Gone, Leg
from ivr.exchange.loop import Steps
from ivr.exchange.records import NumberRecord, Orders
from ivr.exchange.ringing import ring
from ivr.exchange.run import Next, Run
from ivr.exchange.transcript import LINE

LONGEST = 14400.0  # seconds that any call lasts


def incoming(board: Board, leg: Leg, number: NumberRecord) -> Steps[None]:
    """A call to one of the account's numbers, from the first ring to the number's status callback."""
    fallback = number.voice_fallback_url
    run = Run(board, leg, (fallback, number.voice_fallback_method) if fallback else None)
    leg.is_now("ringing")
    leg.meets(Moment("ringing"))
    status = yield from _through(run, Next(number.voice_url, number.voice_method, run.params()))
    if not leg.over:
        leg.is_now(status)
    call_ended(board, leg.record, number)
    board.sender.forget(leg.sid)


def outgoing(board: Board, leg: Leg) -> Steps[None]:
    """A call made over REST: the phone rings; once it is answered, its document runs."""
    orders = leg.record.orders
    progress = Progress(
        board, leg.record, orders.status_callback, orders.status_callback_method, orders.events
    )
    fallback = (orders.fallback_url, orders.fallback_method) if orders.fallback_url else None
    status = yield from ring(leg, progress, orders.timeout)
    if not status:
        status = yield from _through(Run(board, leg, fallback), orders)
    if not leg.over:
        leg.is_now(status)
    progress.tell("completed")
    board.sender.forget(leg.sid)


def _through(run: Run, start: Next | Orders) -> Steps[str]:
    """Run the call's documents; return the status it ends in."""
    leg, status = run.leg, "completed"
    try:
        yield from follow(run, start)
    except Gone:
        return "completed" if leg.record.status == "in-progress" else run.board.switches.abandoned_status
    except Ended as ended:
        status = ended.status
    if status == "completed":
        text = "hangs up" if leg.inbound else f"ends the call to {leg.who}"
    else:
        text = "refuses the call"
    run.board.transcript.add(LINE, text, leg.sid)
    return status
