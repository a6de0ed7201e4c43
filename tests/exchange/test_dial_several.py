"""Several phones in one Dial: together, one after the other, and one that behaves differently each time."""

from __future__ import annotations

import pytest

from ivr.exchange.caller import Caller
from ivr.exchange.people import Answers, Busy, InTurn, NoAnswer, Unreachable
from tests.exchange.line_desk import ANA, BEN, open_line
from tests.exchange.ringing_line import outcome, pages, ring


def test_several_numbers_ring_together_and_the_first_to_answer_stops_the_rest() -> None:
    with open_line(pages(ring(ANA, BEN))) as desk:
        desk.exchange.phone(ANA, Answers(after=9))
        desk.exchange.phone(BEN, Answers(after=4))
        transcript = desk.call(Caller())
        assert "   4 Ana     stops ringing" in transcript and "joins caller and Ben" in transcript
        ends = {form["To"]: form["CallStatus"] for form in desk.forms("/leg")}
        assert ends == {ANA: "canceled", BEN: "completed"}


def test_two_phones_answered_at_the_same_moment() -> None:
    with open_line(pages(ring(ANA, BEN))) as desk:
        desk.exchange.phone(ANA, Answers(after=4))
        desk.exchange.phone(BEN, Answers(after=4))
        assert desk.call(Caller()).count("joins") == 1
        assert outcome(desk)[0] == "completed"


def test_several_numbers_one_after_the_other() -> None:
    with open_line(pages(ring(ANA, BEN, attributes='sequential="true" timeout="10"'))) as desk:
        desk.exchange.phone(ANA, NoAnswer())
        desk.exchange.phone(BEN, Answers(after=4))
        transcript = desk.call(Caller())
        assert "  15 Ben     rings" in transcript and "joins caller and Ben" in transcript


def test_nobody_of_several_answers() -> None:
    with open_line(pages(ring(ANA, BEN))) as desk:
        desk.exchange.phone(ANA, Busy())
        desk.exchange.phone(BEN, NoAnswer())
        desk.call(Caller())
        assert outcome(desk)[0] == "no-answer"


def test_a_phone_may_behave_differently_each_time() -> None:
    with open_line(pages(ring(ANA))) as desk:
        desk.exchange.phone(ANA, Busy(), Unreachable())
        for _ in range(3):
            desk.call(Caller())
        assert [form["DialCallStatus"] for form in desk.forms("/after")] == ["busy", "failed", "failed"]
    with pytest.raises(ValueError, match="first ring"):
        InTurn()
