"""Turns as TwiML: whatever the words are, the document is whole, and as twilio's builder makes it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import VoiceResponse

from ivr.flow.turn import HangUp, Listen, Position, TakeMessage, Turn
from ivr.telephony.compose import Composer, seconds_of, speakable, written
from ivr.telephony.twiml import KEPT, Script, names_in, values_of
from tests.telephony.links import NUMBERS, POSITION, Plain, names, read, spoken
from tests.telephony.turns import (
    LINKS,
    LISTEN,
    MESSAGE,
    RING,
    SCRIPT,
    TURN_URL,
    VOICE,
    a_turn,
    turns,
    words,
)


@given(turns)
def test_no_text_whatever_breaks_the_document(turn: Turn) -> None:
    document = SCRIPT.turn(turn, LINKS)
    ET.fromstring(document)
    expected = [*turn.says, *(turn.wait.prompts if isinstance(turn.wait, Listen | TakeMessage) else ())]
    assert spoken(document) == [speakable(text) for text in expected if speakable(text)]


@given(words)
def test_no_text_whatever_breaks_a_whisper(text: str) -> None:
    document = SCRIPT.whisper(text, "https://line.example/accept")
    assert names(document) == ["Gather", "Hangup"]
    assert set(spoken(document)) <= {speakable(text)}


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("fish & chips <b>", "fish & chips <b>"),
        ("]]>", "]]>"),
        ("a\x00b\x1bc\x7f\x85d\ufffee\uffff", "abcde"),
        ("one\ntwo\r\nthree\tfour", "one two  three four"),
        ("caf\u00e9 \U0001f339", "café 🌹"),
        ("half a \ud83c pair", "half a  pair"),
    ],
)
def test_what_cannot_be_spoken_is_dropped(text: str, heard: str) -> None:
    assert spoken(SCRIPT.turn(a_turn(HangUp(), text), LINKS)) == [heard]


def test_nothing_to_say_is_no_verb() -> None:
    assert names(SCRIPT.turn(a_turn(HangUp(), "", "\x00", "  "), LINKS)) == ["Hangup"]


@given(turns)
def test_the_quick_way_gives_the_same_bytes_as_twilios_builder(turn: Turn) -> None:
    slow = Composer(**VOICE).turn(turn.says, turn.wait, values_of(turn, LINKS))
    assert Script(**VOICE).turn(turn, LINKS) == slow
    assert SCRIPT.turn(turn, LINKS) == SCRIPT.turn(turn, LINKS) == slow


@given(words)
def test_so_does_a_whisper(text: str) -> None:
    url = "https://line.example/accept?a=1&b=<2>"
    assert SCRIPT.whisper(text, url) == Composer(**VOICE).whisper(text, url)


def test_the_same_as_written_out_by_hand() -> None:
    response = VoiceResponse()
    response.say("Hello & welcome", **VOICE)
    gather = response.gather(
        action=TURN_URL,
        method="POST",
        input="dtmf speech",
        timeout=5,
        speech_timeout=2,
        num_digits=1,
        finish_on_key="",
        language="en-GB",
        hints="yes, no, not sure",
        speech_model="phone_call",
        action_on_empty_result=True,
    )
    gather.say("Press 1 for yes, or 2 for no.", **VOICE)
    response.redirect(TURN_URL, method="POST")
    assert SCRIPT.turn(a_turn(LISTEN, "Hello & welcome"), LINKS) == str(response).encode()


def test_one_call_never_gets_anothers_values() -> None:
    class Other(Plain):
        def turn_url(self, position: Position) -> str:
            return f"https://line.example/turn?p={position.turn}&s=other"

        def number(self, leg: str) -> str:
            return "+447700900150"

    turn = a_turn(RING)
    later = replace(turn, position=replace(POSITION, turn=15))
    documents = [SCRIPT.turn(turn, LINKS), SCRIPT.turn(later, LINKS), SCRIPT.turn(turn, Other())]
    dials = [read(document)[0] for document in documents]
    assert [dial[1]["action"][-7:] for dial in dials] == ["=14&s=x", "=15&s=x", "s=other"]
    assert [dial[3][0][2] for dial in dials] == [*[NUMBERS["ana"]] * 2, "+447700900150"]


def test_the_names_asked_for_are_the_values_given() -> None:
    for wait in (LISTEN, RING, MESSAGE, HangUp()):
        assert set(names_in(wait)) == set(values_of(a_turn(wait), LINKS))


def test_the_cache_is_bounded() -> None:
    script = Script(**VOICE)
    for n in range(KEPT + 50):
        script.turn(a_turn(HangUp(), str(n)), LINKS)
        script.whisper(str(n), "/x")
    assert script.kept() == {"turns": KEPT, "whispers": KEPT}


def test_what_twilio_has_not_published_is_never_sent() -> None:
    misspelt, nested, unknown, texted = (VoiceResponse() for _ in range(4))
    misspelt.dial("+447700900101", calllerId="+441632960000")
    nested.gather().append(VoiceResponse().dial())
    unknown.enqueue("queue")
    texted.append("words outside a verb")
    with pytest.raises(ValueError, match="<Dial> has no attribute calllerId"):
        written(misspelt)
    with pytest.raises(ValueError, match="<Dial> can't stand inside <Gather>"):
        written(nested)
    with pytest.raises(ValueError, match="<Enqueue> can't stand inside <Response>"):
        written(unknown)
    with pytest.raises(ValueError, match="<Enqueue> is no verb of the table"):
        written(unknown.enqueue("queue"))
    with pytest.raises(ValueError, match="<text> can't stand inside <Response>"):
        written(texted)


@given(st.text(st.sampled_from("abcdef ,.!?&<é"), min_size=1, max_size=400))
def test_a_whisper_is_over_within_25_seconds_or_said_once(text: str) -> None:
    [gather, hangup] = read(SCRIPT.whisper(text, "https://line.example/accept"))
    said = [verb for verb in gather[3] if verb[0] == "Say"]
    total = len(said) * seconds_of(speakable(text)) + int(gather[1]["timeout"]) + (len(said) > 1)
    assert total < 25 or len(said) <= 1
    assert hangup[0] == "Hangup" and gather[1]["action"] == "https://line.example/accept"
