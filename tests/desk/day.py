"""Calls for the pages to show: callers who really go through the flows, and clinicians who press 1."""

from __future__ import annotations

from ivr.clock import iso
from ivr.exchange.wav import tone
from ivr.flow.turn import DialEnded, HungUp, Input, Keys, Position, Recorded, Ring, Silence, Start, Turn
from ivr.line import message, page
from ivr.line.answer import InboundCall
from ivr.line.page import Leg
from ivr.numbers import caller
from ivr.storage import Entry
from ivr.storage.entry import JSON
from tests.desk.desk import Desk

NUMBER = "+447700900123"


class Patient:
    """Somebody on the phone. Each call has a sid of its own, CA000…1 and so on."""

    def __init__(self, desk: Desk, index: int = 1, number: str = NUMBER) -> None:
        self.desk = desk
        self.sid = f"CA{index:032x}"
        self.call = InboundCall(self.sid, caller(number))
        self.position = Position()
        self.turn: Turn | None = None

    def does(self, *inputs: Input, wait: float = 8, recording: str = "") -> Patient:
        """Do these one after the other, each after some seconds."""
        for received in inputs:
            self.desk.clock.move(wait)
            self.turn, entries = self.desk.line.answer(self.call, self.position, received, recording)
            self.desk.line.store.record(entries)
            self.position = self.turn.position
        return self

    def is_unwell(self) -> Patient:
        """Ring with a sign: the first clinician's phone rings now."""
        return self.does(Start(), Keys("1"), Keys("2"), Keys("1"))

    def is_taken(self) -> Patient:
        """Have the clinician who is rung press 1."""
        assert self.turn is not None and isinstance(self.turn.wait, Ring)
        leg = Leg(self.sid, self.turn.wait.legs[0], self.position.turn, True, "")
        sid = f"CA{'f' * 31}{self.position.ring}"
        line = self.desk.line
        line.store.record(page.answered(line, leg, sid))
        self.desk.clock.move(6)
        result, entries = page.pressed(line, leg, sid, "1")
        assert result == "taken"
        line.store.record(entries)
        return self

    def nobody_answers(self, times: int = 1) -> Patient:
        return self.does(*[DialEnded("no-answer")] * times, wait=20)

    def nobody_takes_it(self) -> Patient:
        """Have the whole chain rung in vain."""
        while self.turn is not None and isinstance(self.turn.wait, Ring):
            self.nobody_answers()
        return self

    def leaves_a_message(self, seconds: int = 12, recording: str = "") -> Patient:
        """Leave a message in the booking box at night, and have it fetched and sealed. Its id is the sid."""
        sid = recording or f"RE{self.sid[2:]}"
        self.does(Start(), Keys("2"), Keys("1"), Silence())
        self.does(Recorded(seconds), recording=sid)
        self.keeps(sid, seconds)
        return self.hangs_up()

    def keeps(self, recording: str, seconds: int) -> None:
        """Have a recording fetched from the provider and sealed, as the tick does it."""
        line, sound = self.desk.line, tone(seconds)
        file = message.sealed(line).keep(sound, recording)
        data: dict[str, JSON] = {"recording": recording, "file": file, "bytes": len(sound)}
        at = iso(line.clock.now(), milliseconds=True)
        line.store.record([Entry(at, self.sid, "message_kept", f"message_kept {recording}", data)])

    def hangs_up(self) -> Patient:
        """End the call."""
        self.does(HungUp(), wait=40)
        self.desk.line.store.record(self.desk.line.ended(self.sid, "completed", 95))
        return self
