"""A phone rings: what comes of it."""

from __future__ import annotations

from ivr.exchange.acts import Answer, Moment, Refuse
from ivr.exchange.callbacks import Progress
from ivr.exchange.leg import Ended, Gone, Leg, Redirected
from ivr.exchange.loop import Steps

_STATUS = {"busy": "busy", "unreachable": "failed"}


def ring(leg: Leg, progress: Progress, seconds: float) -> Steps[str]:
    """Ring for so many seconds at most. Return "" once answered, else the status that the call ends in."""
    leg.is_now("ringing")
    progress.tell("initiated")
    if leg.record.to in leg.board.book.refused:
        leg.note("can't be reached")
        return "failed"
    progress.tell("ringing")
    leg.note("rings")
    leg.meets(Moment("ringing"))
    try:
        event = yield from leg.hear(seconds, Answer, Refuse)
    except (Ended, Redirected):
        leg.note("stops ringing")
        return "canceled"
    except Gone:  # hung up before it was picked up: declined
        event = Refuse("rejected")
    if event is None:
        leg.note("doesn't answer")
        return "no-answer"
    if isinstance(event, Refuse):
        return _STATUS.get(event.how, leg.board.switches.rejected_status)
    leg.is_now("in-progress")
    progress.tell("answered")
    return ""
