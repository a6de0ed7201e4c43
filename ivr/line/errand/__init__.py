"""Calls that the line makes itself: to a clinician about a page, at the start of a shift, for a call-back.

    plan   a row of the outbox of calls (ivr.storage.errands), written by whoever wants the call
    place  the tick that rings what is due
    kinds  the one table: what each kind of errand says, and what follows when its call is over
"""

from ivr.line.errand.errand import Errand, Kind, Said

__all__ = ["Errand", "Kind", "Said"]
