"""Every document of a Script, read by the stand-in exchange: strict, and with Twilio's own defaults."""

from __future__ import annotations

from hypothesis import given

from ivr.exchange.twiml import parse
from ivr.flow.turn import Listen, Ring, TakeMessage, Turn
from tests.telephony.links import Plain
from tests.telephony.turns import SCRIPT, turns, words


@given(turns)
def test_a_turn_is_one_that_twilio_carries_out(turn: Turn) -> None:
    document = parse(SCRIPT.turn(turn, Plain()), "text/xml")
    last = type(document.verbs[-1]).__name__
    if isinstance(turn.wait, Listen | TakeMessage):
        assert last == "Redirect"
    else:
        assert last == ("Dial" if isinstance(turn.wait, Ring) else "Hangup")


@given(words)
def test_a_whisper_is_one_that_twilio_carries_out_on_a_rung_phone(text: str) -> None:
    document = parse(SCRIPT.whisper(text, "https://line.example/accept"), "text/xml", whisper=True)
    assert [type(verb).__name__ for verb in document.verbs] == ["Gather", "Hangup"]


def test_so_are_the_short_answers() -> None:
    assert parse(SCRIPT.bridge(), "text/xml", whisper=True).verbs == ()
    assert len(parse(SCRIPT.decline(), "text/xml", whisper=True).verbs) == 1
