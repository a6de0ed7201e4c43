"""What the exchange reads from a TwiML document: verbs, their defaults, and what they may hold."""

from __future__ import annotations

import inspect

import pytest
from twilio.twiml import voice_response

from ivr.exchange.attributes import ATTRIBUTES, field_of
from ivr.exchange.twiml import parse
from ivr.exchange.verbs import (
    EVER,
    Dial,
    Document,
    Gather,
    Hangup,
    Number,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

A, B = "+447700900101", "+447700900102"


def read(inner: str, *, whisper: bool = False, inline: bool = False) -> tuple[Verb, ...]:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'.encode()
    return parse(body, "text/xml; charset=utf-8", whisper=whisper, inline=inline).verbs


@pytest.mark.parametrize(
    ("inner", "verb"),
    [
        ("<Say>Hello</Say>", Say("Hello", voice="man", language=None, loop=1)),
        ("<Play>/a.wav</Play>", Play("/a.wav", loop=1)),
        ('<Play digits="ww12"/>', Play(None, digits="ww12")),
        ("<Pause/>", Pause(length=1)),
        ("<Redirect>/next</Redirect>", Redirect("/next", method="POST")),
        ("<Redirect/>", Redirect(None)),
        ("<Hangup/>", Hangup()),
        ("<Reject/>", Reject("rejected")),
        ('<Reject reason="busy"/>', Reject("busy")),
    ],
)
def test_plain_verbs_and_their_defaults(inner: str, verb: Verb) -> None:
    assert read(inner) == (verb,)


def test_gather_defaults() -> None:
    (gather,) = read("<Gather/>")
    assert isinstance(gather, Gather)
    assert (gather.action, gather.method, gather.input, gather.timeout) == (None, "POST", ("dtmf",), 5)
    assert (gather.finish_on_key, gather.num_digits, gather.speech_timeout) == ("#", None, None)
    assert (gather.language, gather.action_on_empty_result, gather.profanity_filter) == ("en-US", False, True)


def test_dial_defaults() -> None:
    (dial,) = read(f"<Dial>{A}</Dial>")
    assert isinstance(dial, Dial)
    assert dial.numbers == (Number(A),)
    assert (dial.action, dial.method, dial.timeout, dial.time_limit) == (None, "POST", 30, 14400)
    assert (dial.caller_id, dial.answer_on_bridge, dial.hangup_on_star) == (None, False, False)
    assert (dial.record, dial.trim, dial.sequential) == ("do-not-record", "do-not-trim", False)
    assert dial.recording_status_callback_event == ("completed",)


def test_number_defaults() -> None:
    number = Number(A)
    assert (number.url, number.method, number.status_callback_event) == (None, "POST", ("completed",))
    assert (number.machine_detection, number.machine_detection_timeout) == (None, 30)


def test_record_defaults() -> None:
    (record,) = read("<Record/>")
    assert isinstance(record, Record)
    assert (record.action, record.method, record.timeout, record.max_length) == (None, "POST", 5, 3600)
    assert (record.finish_on_key, record.play_beep, record.trim) == ("1234567890*#", True, "trim-silence")
    assert record.transcribe is False


def test_a_gather_with_everything() -> None:
    inner = """
      <Gather action="/turn?p=1" method="GET" input="dtmf speech" timeout="8" finishOnKey="" numDigits="1"
              speechTimeout="2" speechModel="phone_call" language="en-GB" hints="yes, no,not sure"
              actionOnEmptyResult="true" profanityFilter="false" enhanced="true" bargeIn="false">
        <Say voice="Polly.Amy-Neural" language="en-GB">Press 1.</Say><Pause length="2"/><Play>/beep.wav</Play>
      </Gather>"""
    assert read(inner) == (
        Gather(
            (Say("Press 1.", voice="Polly.Amy-Neural", language="en-GB"), Pause(2), Play("/beep.wav")),
            action="/turn?p=1",
            method="GET",
            input=("dtmf", "speech"),
            timeout=8,
            finish_on_key="",
            num_digits=1,
            speech_timeout=2,
            speech_model="phone_call",
            language="en-GB",
            hints=("yes", "no", "not sure"),
            action_on_empty_result=True,
            profanity_filter=False,
            enhanced=True,
            barge_in=False,
        ),
    )


def test_a_dial_with_several_numbers() -> None:
    events = "initiated ringing answered completed"
    inner = f"""
      <Dial action="/dialled" timeout="15" callerId="+441632960000" ringTone="uk" answerOnBridge="true">
        <Number url="/whisper" statusCallback="https://line.example/leg"
                statusCallbackEvent="{events}">{A}</Number>
        <Number sendDigits="w1">{B}</Number>
      </Dial>"""
    first = Number(
        A,
        url="/whisper",
        status_callback="https://line.example/leg",
        status_callback_event=("initiated", "ringing", "answered", "completed"),
    )
    assert read(inner) == (
        Dial(
            (first, Number(B, send_digits="w1")),
            action="/dialled",
            timeout=15,
            caller_id="+441632960000",
            ring_tone="uk",
            answer_on_bridge=True,
        ),
    )


def test_loop_0_goes_on_until_the_call_ends() -> None:
    assert read('<Say loop="0">Wait</Say>') == (Say("Wait", loop=EVER),)


def test_say_keeps_single_spaces_and_knows_tags() -> None:
    assert read("<Say>\n  One  &amp;\n two </Say>") == (Say("One & two"),)
    tagged = 'A<break time="500ms"/>b <emphasis>c</emphasis> <sub alias="GP">g</sub>'
    inner = f'<Say voice="Polly.Amy-Neural">{tagged}</Say>'
    (say,) = read(inner)
    assert isinstance(say, Say) and say.text == "A b c GP" and say.breaks == 0.5


@pytest.mark.parametrize(("tag", "seconds"), [("<break/>", 0.5), ('<break strength="strong"/>', 1.0)])
def test_breaks_have_a_length(tag: str, seconds: float) -> None:
    assert read(f'<Say voice="Google.en-GB-Neural2-A">{tag}</Say>') == (
        Say("", voice="Google.en-GB-Neural2-A", breaks=seconds),
    )


def test_verbs_keep_their_order_and_comments_are_ignored() -> None:
    assert read("<!-- first --><Say>A</Say> <!-- then --> <Hangup/>") == (Say("A"), Hangup())


def test_an_empty_response() -> None:
    assert parse(b"<Response/>", "application/xml") == Document(())


def test_verbs_after_the_last_that_runs_are_no_error() -> None:
    assert read("<Record/><Redirect>/again</Redirect>")[1] == Redirect("/again")


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "TEXT/HTML; charset=utf-8"])
def test_types_that_are_read_as_twiml(kind: str) -> None:
    assert parse(b"<Response><Hangup/></Response>", kind) == Document((Hangup(),))


def test_plain_text_is_run_if_it_is_twiml_and_else_read_aloud() -> None:
    assert parse(b"<Response><Pause/></Response>", "text/plain") == Document((Pause(),))
    assert parse(b"Internal\nServer Error", "text/plain") == Document(
        (Say("Internal Server Error"), Hangup())
    )


def test_a_sound_is_played() -> None:
    assert parse(b"RIFF", "audio/wav") == Document((Play(""), Hangup()))


def test_a_whisper_may_say_play_gather_and_hang_up() -> None:
    inner = "<Gather><Say>Press 1.</Say></Gather><Say>Bye</Say><Play>/a.wav</Play><Hangup/>"
    assert len(read(inner, whisper=True)) == 4


def test_a_twiml_parameter_with_absolute_urls() -> None:
    inner = '<Gather action="https://line.example/a"/><Redirect>https://line.example/b</Redirect>'
    assert len(read(inner, inline=True)) == 2


@pytest.mark.parametrize("verb", sorted(ATTRIBUTES))
def test_every_attribute_is_one_that_the_provider_publishes(verb: str) -> None:
    if verb == "Number":
        published = inspect.signature(voice_response.Dial.number).parameters
    else:
        published = inspect.signature(getattr(voice_response.VoiceResponse, verb.lower())).parameters
    later = {"call_reason"}  # documented, and not yet in the client's builder
    assert {field_of(name) for name in ATTRIBUTES[verb]} <= set(published) | later
