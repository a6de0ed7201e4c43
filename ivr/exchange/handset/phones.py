"""The telephones on the page: each is somebody's, and may be minded by a machine while nobody sits at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ivr.exchange.acts import Act, Moment, Person, Plan, Refuse, Stop
from ivr.exchange.caller import ByHand
from ivr.exchange.handset.behaviours import BEHAVIOURS, BY_HAND
from ivr.exchange.records import CallRecord

_WAITS = {"gather": "keys", "record": "recording", "dial": "a phone", "joined": "joined"}


@dataclass(frozen=True)
class Phone:
    """A telephone to put on the page. `key` names it in addresses; `group` is the heading it stands under.

    `own`: it belongs to whoever tries the line, so that its number is shown, and may be chosen.
    """

    key: str
    name: str
    number: str
    group: str
    own: bool = False


class PagePhone(ByHand):
    """Who is at such a phone. Methods run in the exchange's thread, but for those of ByHand.

    `call` is the call on it now. `waits`: for what the line waits on it: "keys", "recording", "a phone" (that
    it rings), "joined", or "" for nothing. `changed` is called after each change.
    """

    def __init__(self, phone: Phone, changed: Callable[[PagePhone], None]) -> None:
        super().__init__()
        self.about = phone
        self.number = phone.number  # what it shows when it dials
        self.behaviour = BY_HAND
        self.call: CallRecord | None = None
        self.waits = ""
        self._changed = changed
        self._machine: Person | None = None
        self._to_ring: list[str] = []  # sids of calls that came to this phone and have not rung yet

    @property
    def state(self) -> str:
        """ "free", "calling", "ringing" or "in a call"."""
        if self.call is None:
            return "free"
        if self.call.status == "in-progress":
            return "in a call"
        return "calling" if self.call.direction == "inbound" else "ringing"

    @property
    def by_hand(self) -> bool:
        """Whether the person at the page is who acts in the call that is on now, or that comes next."""
        return self.behaviour == BY_HAND if self.call is None else self._machine is None

    def begins(self, call: CallRecord, phone: Callable[[Act], None]) -> None:
        """A call comes; one that comes while another is on will find the phone busy."""
        self._to_ring.append(call.sid)
        if self.call is None:
            super().begins(call, phone)
            self.call, self.waits = call, ""
            made = BEHAVIOURS[self.behaviour].person if call.direction != "inbound" else None
            self._machine = made() if made else None
            self._changed(self)

    def ends(self, call: CallRecord) -> None:
        """A call is over."""
        super().ends(call)
        self._to_ring = [sid for sid in self._to_ring if sid != call.sid]
        if self.call is call:
            self.call, self.waits, self._machine = None, "", None
            self._changed(self)

    def does(self, moment: Moment) -> Plan:
        """Return what the machine does, if one minds this phone; else nothing is known before."""
        if moment.kind == "ringing":
            sid = self._to_ring.pop(0) if self._to_ring else ""
            if self.call is None or sid != self.call.sid:
                return [(1.0, Refuse("busy"))]
        self.waits = _WAITS.get(moment.kind, "")
        self._changed(self)
        return self._machine.does(moment) if self._machine else []

    def passed(self, call: CallRecord) -> None:
        """What the line waited for is over."""
        if self.call is call and self.waits:
            self.waits = ""
            self._changed(self)

    def begin_to_talk(self) -> None:
        """Talk until told to stop: somebody speaks into a microphone."""
        self.talk(math.inf)

    def stop_talking(self) -> None:
        """Stop talking."""
        self._act(Stop())


