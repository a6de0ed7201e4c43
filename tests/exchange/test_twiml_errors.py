"""Every fault of a TwiML document, with the number that Twilio's dictionary of errors gives it."""

from __future__ import annotations

import pytest

from ivr.exchange.twiml import TwimlError, parse

A = "+447700900101"


def refused(body: str | bytes, kind: str = "text/xml") -> TwimlError:
    with pytest.raises(TwimlError) as caught:
        parse(body.encode() if isinstance(body, str) else body, kind)
    return caught.value


def code(inner: str) -> int:
    return refused(f"<Response>{inner}</Response>").code


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        (b"", "text/xml", 11770),
        (b"<Response><Say>" + b"a" * 65536 + b"</Say></Response>", "text/xml", 11750),
        (b"<Response>", "text/xml", 12100),
        (b"<Response><Say>You & me</Say></Response>", "text/xml", 12100),
        (b" <?xml version='1.0'?><Response/>", "text/xml", 12100),
        (b"\xef\xbb\xbf<Response/>", "text/xml", 12100),
        (b"<!DOCTYPE html><Response/>", "text/html", 12100),
        (b"<?xml version='1.0' encoding='nonsense'?><Response/>", "text/xml", 12100),
        (b"<html><body>Oops</body></html>", "text/html", 12102),
        (b"<response/>", "text/xml", 12102),
        (b"<Response/>", "application/json", 12300),
        (b"<Response/>", "", 12300),
    ],
)
def test_documents(body: bytes, kind: str, wanted: int) -> None:
    assert refused(body, kind).code == wanted


@pytest.mark.parametrize(
    "inner",
    [
        "<say>Hello</say>",
        "<Sey>Hello</Sey>",
        "<Enqueue>q</Enqueue>",
        "Hello",
        "<Hangup/>Hello",
        "<Hangup>now</Hangup>",
        '<Hangup after="1"/>',
        "<Pause><Say>a</Say></Pause>",
        "<Play><Say>a</Say></Play>",
        "<Redirect><Say>a</Say></Redirect>",
        "<Record><Say>a</Say></Record>",
        "<Gather>Press 1</Gather>",
        '<Gather numdigits="1"/>',
        '<Gather num_digits="1"/>',
        '<Dial statusCallback="/s">+447700900101</Dial>',
        '<Dial recordingStatusCallback="/r">+447700900101</Dial>',
        f'<Dial><Number statusCallbackEvent="ringing,answered">{A}</Number></Dial>',
    ],
)
def test_unknown_verbs_attributes_and_stray_content(inner: str) -> None:
    assert code(inner) == 12200


def test_a_wrong_case_is_told_the_right_one() -> None:
    assert "spelt Say" in refused("<Response><say>a</say></Response>").message
    assert "spelt numDigits" in refused('<Response><Gather numdigits="1"/></Response>').message


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        ('<Say loop="-1">a</Say>', 13510),
        ('<Say voice="Polly.Nobody">a</Say>', 13511),
        ('<Say voice="Amy">a</Say>', 13511),
        ('<Say language="british">a</Say>', 13512),
        ('<Say voice="Polly.Amy-Neural" language="en-US">a</Say>', 13512),
        ("<Say/>", 13520),
        ("<Say>a<break/></Say>", 13520),
        ('<Say voice="Polly.Amy"><bold>a</bold></Say>', 13520),
        ('<Say voice="Polly.Amy"><break time="1 s"/></Say>', 13520),
        ('<Say voice="Polly.Amy"><break time="11s"/></Say>', 13520),
        ('<Say voice="Polly.Amy"><break strength="long"/></Say>', 13520),
        ('<Say voice="Polly.Amy"><p level="strong">a</p></Say>', 13520),
        ('<Play loop="x">/a.wav</Play>', 13410),
        ('<Play digits="1,2"/>', 13430),
        ("<Play/>", 11100),
        ('<Pause length="0"/>', 13910),
        ('<Pause length="1.5"/>', 13910),
        ('<Redirect method="post">/a</Redirect>', 13710),
        ("<Redirect>ftp://line.example/a</Redirect>", 11100),
        ("<Redirect>https://my_line.example/a</Redirect>", 11100),
        ('<Reject reason="closed"/>', 13810),
    ],
)
def test_plain_verbs(inner: str, wanted: int) -> None:
    assert code(inner) == wanted


@pytest.mark.parametrize(
    ("attribute", "wanted"),
    [
        ('finishOnKey="##"', 13310),
        ('method="PUT"', 13312),
        ('timeout="0"', 13313),
        ('timeout="auto"', 13313),
        ('numDigits="0"', 13314),
        ('input="speech dtmf"', 13326),
        ('input="DTMF"', 13326),
        ('speechTimeout="soon"', 13327),
        ('partialResultCallbackMethod="x"', 13329),
        ('hints="yes,,no"', 13330),
        (f'hints="{"a" * 101}"', 13330),
        ('language="en_GB"', 13331),
        ('bargeIn="yes"', 13332),
        ('profanityFilter="False"', 13333),
        ('speechModel="telephone"', 13334),
        ('speechTimeout="auto" speechModel="phone_call"', 13335),
        ('actionOnEmptyResult="1"', 13338),
        ('action=""', 11100),
        ('action="/a b"', 11100),
    ],
)
def test_gather(attribute: str, wanted: int) -> None:
    assert code(f"<Gather {attribute}/>") == wanted


@pytest.mark.parametrize(
    ("nested", "wanted"),
    [
        ("<Hangup/>", 13320),
        ("<Redirect>/a</Redirect>", 13320),
        ("<Gather/>", 13320),
        ('<Say voice="Nobody">a</Say>', 13321),
        ('<Say loop="x">a</Say>', 13322),
    ],
)
def test_what_a_gather_holds(nested: str, wanted: int) -> None:
    assert code(f"<Gather>{nested}</Gather>") == wanted


@pytest.mark.parametrize(
    ("attribute", "wanted"),
    [
        ('method="get"', 13210),
        ('timeout="4"', 13212),
        ('timeout="601"', 13212),
        ('hangupOnStar="on"', 13213),
        ('callerId="anonymous"', 13214),
        ('callerId="01632960000"', 13214),
        ('timeLimit="0"', 13216),
        ('record="yes"', 13217),
        ('sequential="1"', 13218),
        ('answerOnBridge="True"', 13219),
        ('ringTone="GB"', 13220),
        ('recordingTrack="all"', 13622),
        ('record="true" recordingStatusCallback="//"', 13256),
        ('record="true" recordingStatusCallbackEvent="started"', 13621),
        (f'callReason="{"a" * 51}"', 12200),
    ],
)
def test_dial(attribute: str, wanted: int) -> None:
    assert code(f"<Dial {attribute}>{A}</Dial>") == wanted


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        ("01632 960000", 13223),
        ("447700900101", 13223),
        ("+07700900101", 13224),
        ("", 13223),
        ("<Sip>sip:a@line.example</Sip>", 13215),
        ("<number>+447700900101</number>", 13215),
        (f'<Number method="x">{A}</Number>', 13221),
        (f'<Number sendDigits="1 2">{A}</Number>', 13222),
        (f'<Number machineDetectionTimeout="2">{A}</Number>', 12200),
        (f"<Number>{A}</Number>" * 11, 13250),
        (f"<Number>{A}</Number>{A}", 12200),
    ],
)
def test_what_a_dial_holds(inner: str, wanted: int) -> None:
    assert code(f"<Dial>{inner}</Dial>") == wanted


@pytest.mark.parametrize(
    ("attribute", "wanted"),
    [
        ('method="x"', 13610),
        ('timeout="-1"', 13611),
        ('maxLength="1"', 13612),
        ('finishOnKey="a"', 13613),
        ('transcribe="yes"', 13614),
        ('transcribe="true"', 13615),
        ('playBeep="no"', 13616),
        ('trim="yes"', 13699),
        ('recordingStatusCallback="ftp://a"', 13256),
        ('transcribeCallback=""', 13257),
    ],
)
def test_record(attribute: str, wanted: int) -> None:
    assert code(f"<Record {attribute}/>") == wanted


@pytest.mark.parametrize(
    ("voice", "fits", "too_long"),
    [
        ("man", "a" * 4096, "a" * 4097),
        ("Polly.Amy-Neural", "<s>" + "a" * 3000 + "</s>", "a" * 3001),  # tags aren't counted
        ("Google.en-GB-Neural2-A", "a" * 4400, "a" * 4990 + "<s>b</s>"),
        ("woman", "é" * 750, "é" * 751),  # six characters each, once URL-encoded
    ],
)
def test_how_much_one_say_takes(voice: str, fits: str, too_long: str) -> None:
    parse(f'<Response><Say voice="{voice}">{fits}</Say></Response>'.encode(), "text/xml")
    assert code(f'<Say voice="{voice}">{too_long}</Say>') == 13521


def test_the_message_names_the_place_and_the_cure() -> None:
    error = refused('<Response><Gather numDigits="one"/></Response>')
    assert str(error) == '13314: <Gather numDigits="one">: must be a whole number from 1'
