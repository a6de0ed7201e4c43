"""Carries out documents: one verb after the other, and on to where they lead."""

from __future__ import annotations

from ivr.exchange import verbs
from ivr.exchange.dialling import dial
from ivr.exchange.gather import gather
from ivr.exchange.leg import Ended, Redirected
from ivr.exchange.loop import Steps
from ivr.exchange.recorder import record
from ivr.exchange.records import Orders
from ivr.exchange.run import Next, Run


def follow(run: Run, start: Next | Orders) -> Steps[None]:
    """Carry out what is at `start` and all that follows from it, until a document ends.

    Errors: Gone when the person hangs up; Ended when the line does.
    """
    step: Next | Orders | None = start
    while step is not None:
        try:
            document, url = yield from run.document(step)
            step = yield from _document(run, document, url)
        except Redirected as redirected:
            step = redirected.orders


def _document(run: Run, document: verbs.Document, url: str) -> Steps[Next | None]:
    for verb in document.verbs:
        step = yield from _verb(run, verb, url)
        if step is not None:
            return step
    return None


def _verb(run: Run, verb: verbs.Verb, url: str) -> Steps[Next | None]:
    """Do `verb` of the document at `url`; return where the call goes on, None: with the next verb."""
    leg = run.leg
    match verb:
        case verbs.Pause():
            yield from leg.play([verb])  # a Pause alone doesn't answer a call
        case verbs.Say() | verbs.Play():
            leg.answered()
            yield from leg.play([verb])
        case verbs.Gather():
            return (yield from gather(run, verb, url))
        case verbs.Record():
            return (yield from record(run, verb, url))
        case verbs.Dial():
            return (yield from dial(run, verb, url, follow))
        case verbs.Redirect():
            return run.next(url, verb.url, verb.method)
        case verbs.Hangup():
            leg.answered()
            raise Ended
        case verbs.Reject():
            refused = leg.record.status in ("queued", "ringing")
            raise Ended(("busy" if verb.reason == "busy" else "no-answer") if refused else "completed")
    return None
