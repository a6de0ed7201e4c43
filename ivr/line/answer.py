"""Answering: what came in on a call, to the turn that follows, and to what is recorded before it is heard."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ivr.clock import Clock, from_iso, iso
from ivr.config import Config
from ivr.flow.engine import advance
from ivr.flow.model import Flows
from ivr.flow.steps import Dial
from ivr.flow.turn import DialEnded, Facts, HungUp, Input, Position, Start, Turn
from ivr.line import entries
from ivr.line.contacts import Contacts
from ivr.line.edition import Edition, Editions
from ivr.line.moment import KEPT, Moments
from ivr.numbers import Caller
from ivr.rota.stints import put_last
from ivr.storage import Entry, Store, attempts, callbacks, calls, faults, pages, shifts
from ivr.storage.entry import JSON

log = logging.getLogger(__name__)

Hunts = Mapping[str, tuple[tuple[str, ...], ...]]  # by group: the rings in order, each the legs rung together

# Between the key and the end of the ring, where the provider doesn't say whether there was a bridge: nobody
# has spoken with anybody in that time, and the next phone is rung.
NO_TALK = timedelta(seconds=5)
FRESH = 2  # seconds for which what is known of switched-off phones holds: no ring is over sooner


@dataclass(frozen=True, slots=True)
class InboundCall:
    """The call that a webhook is about: its sid, and who is calling."""

    sid: str
    caller: Caller


class Line:
    """The line itself: a live configuration with its flows, its record and its clock.

    A call is answered wholly from the edition that it began with, whatever is published meanwhile: its flow
    may name groups and boxes that are gone by now, and its hunt counts phones in the order of then.
    """

    def __init__(self, config: Config, flows: Flows, store: Store, clock: Clock, number: int = 0) -> None:
        self.store = store
        self.clock = clock
        self.editions = Editions(Edition(config, flows, number), store, clock)
        self._hunts: dict[tuple[Edition, int], Hunts] = {}  # as they are in a minute (since 1970)
        self._faults: tuple[int, dict[str, str]] = (0, {})  # read when, and what

    @property
    def config(self) -> Config:
        """The live configuration. Who needs more than one thing of it takes it once: it may be swapped."""
        return self.editions.live.config

    @property
    def flows(self) -> Flows:
        """The live flows: what a new call begins with."""
        return self.editions.live.flows

    @property
    def moments(self) -> Moments:
        """The moments of the live configuration."""
        return self.editions.live.moments

    @property
    def contacts(self) -> Contacts:
        """The contacts of the live configuration."""
        return self.editions.live.contacts

    def number_of(self, leg: str) -> str | None:
        """Return the number (E.164) behind a leg id, or None when it is known no longer.

        "staff/joe" is a phone that an account has proved to be its own.
        """
        if leg.startswith("staff/"):
            with self.store.read() as conn:
                return callbacks.number_of(conn, leg)
        try:
            return self.config.number_of(leg)
        except KeyError:
            return None

    def answer(
        self, call: InboundCall, position: Position, received: Input, recording: str = ""
    ) -> tuple[Turn, list[Entry]]:
        """Return the turn that follows `received` at `position`, and what has to be recorded first.

        recording: the sid of the recording that ended, if one did and it is known.
        Errors: flow.engine.Lost; whoever asked then gives the safe answer.
        """
        live = self.editions.live
        edition = live if isinstance(received, Start) else self.editions.of(position.revision)
        at = self.clock.now()
        now = int(at.timestamp())
        if isinstance(received, DialEnded):
            received = self._judged(edition, call.sid, position, received)
        elif isinstance(received, HungUp) and received.ring is not None:
            ring = self._judged(edition, call.sid, position, received.ring)
            received = replace(received, ring=ring)
        facts = self._facts(edition, call, position, now)
        turn = advance(edition.flows, position, received, facts)
        on_call = edition.moments.at(now).on_call
        lines = list(
            entries.of_turn(edition.config, call.sid, at, position, received, turn, on_call, recording)
        )
        if isinstance(received, Start):
            lines.insert(0, self._started(edition, call, iso(at, milliseconds=True), facts.repeat))
        return turn, lines

    def ended(self, call: str, status: str, duration: int | None) -> list[Entry]:
        """Return the entry of a call that is over. duration: seconds, None if it isn't known."""
        now = self.clock.now()
        data: dict[str, JSON] = {
            "status": status,
            "duration": duration,
            # Told if the caller has left before anybody took the page.
            "readers": self.moments.at(int(now.timestamp())).on_call,
            "deadline": iso(now + timedelta(minutes=entries.PRESSING[entries.NOT_TAKEN][1])),
        }
        return [Entry(iso(now, milliseconds=True), call, "call_ended", "call ended", data)]

    def _facts(self, edition: Edition, call: InboundCall, position: Position, now: int) -> Facts:
        moment = edition.moments.at(now)
        # A hunt that is going on keeps the order that it began with, whatever the rota says by now.
        rings = isinstance(edition.flows.steps.get(position.step), Dial)
        hunting = edition.moments.at(position.hunt_at) if rings else moment
        hunts = self.hunts(edition, position.hunt_at if rings else now)
        return Facts(
            now=now,
            open=moment.open,
            caller=call.caller.kind,
            repeat=position.path != "symptom" and self._rang_before(edition, call),
            hunts=hunts,
            rounds=hunting.rounds,
            limits=hunting.limits,
            words=moment.words,
            off=self.switched_off(edition, now),
        )

    def hunts(self, edition: Edition, at: int) -> Hunts:
        """Return the hunts of `at` (seconds since 1970): whoever wasn't reached comes last.

        As things stood when the minute began: for the same minute always the same, because a hunt counts.
        """
        found = self._hunts.get((edition, at // 60))
        if found is None:
            start = datetime.fromtimestamp(at // 60 * 60, UTC)
            found = edition.moments.at(at).hunts
            try:
                with self.store.read() as conn:
                    last = shifts.unreached(conn, iso(start))
            except Exception:  # then in the order of the rota
                log.warning("the shifts can't be read", exc_info=True)
                return found
            if last:
                found = _put_last(edition.config, found, start, last)
            if len(self._hunts) >= KEPT:
                self._hunts.clear()
            self._hunts[edition, at // 60] = found
        return found

    def switched_off(self, edition: Edition, now: int) -> frozenset[str]:
        """Return the legs that are switched off: read at most every FRESH seconds, for all calls."""
        read_at, found = self._faults
        if not read_at <= now < read_at + FRESH:
            try:
                with self.store.read() as conn:
                    found = faults.off_marks(conn)
            except Exception:  # then each phone is rung, as long as nothing else is known of it
                log.warning("switched-off phones can't be read", exc_info=True)
            self._faults = (now, found)
        return edition.contacts.off_legs(found)

    def _rang_before(self, edition: Edition, call: InboundCall) -> bool:
        if call.caller.number is None:
            return False
        since = self.clock.now() - timedelta(hours=edition.config.line.repeat_hours)
        try:
            with self.store.read() as conn:
                return calls.repeat(conn, call.caller.number, iso(since), call.sid)
        except Exception:  # no record, no repeat: the checklist is asked, which is safe
            log.warning("earlier calls can't be read", exc_info=True)
            return False

    def _judged(self, edition: Edition, call: str, position: Position, ended: DialEnded) -> DialEnded:
        """Return the end of a ring with what our own record knows of the key."""
        accepted, at = self._accepted(edition, call, position)
        bridged = ended.bridged
        if bridged is None and accepted and at and self.clock.now() - from_iso(at) < NO_TALK:
            bridged = False
        return replace(ended, accepted=accepted, bridged=bridged)

    def _accepted(self, edition: Edition, call: str, position: Position) -> tuple[bool | None, str]:
        """Return whether somebody of the ring that ended pressed 1 (None: it can't be known), and for a page
        when (UTC, whole seconds)."""
        step, at = edition.flows.steps.get(position.step), ""
        if not isinstance(step, Dial) or step.whisper is None:
            return None, at
        hunt = self.hunts(edition, position.hunt_at).get(step.dial, ())
        legs = hunt[position.ring] if position.ring < len(hunt) else ()
        try:
            with self.store.read() as conn:
                if step.disposition:
                    page = pages.get(conn, call)
                    pressed = page is not None and page["state"] == "taken" and page["accepted_leg"] in legs
                    at = str(page["accepted_at"]) if page is not None and pressed else ""
                else:
                    pressed = any(
                        row["result"] == "joined" and row["leg"] in legs
                        for row in attempts.of_call(conn, call)
                    )
        except Exception:  # the provider's word for the bridge then decides: only our key leads to one
            log.warning("the page can't be read", exc_info=True)
            return None, at
        return True if pressed else None if self.store.behind() else False, at

    def _started(self, edition: Edition, call: InboundCall, at: str, repeat: bool) -> Entry:
        data: dict[str, JSON] = {
            "caller_kind": call.caller.kind,
            "revision": edition.revision,
            "repeat": repeat,
        }
        private = {"caller": call.caller.number} if call.caller.number else {}
        return Entry(at, call.sid, "call_started", "call started", data, private)


def _put_last(config: Config, hunts: Hunts, start: datetime, last: frozenset[str]) -> Hunts:
    """Return the hunts of a minute with `last`, who weren't reached, at the end of each round."""
    return {
        name: put_last(rings, config.round_length(name, start), last) if config.groups[name].rota else rings
        for name, rings in hunts.items()
    }
