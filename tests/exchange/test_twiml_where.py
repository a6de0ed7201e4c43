"""Where a document runs says what it may hold: on a phone that was rung, or given as a Twiml parameter."""

from __future__ import annotations

import pytest

from ivr.exchange.twiml import TwimlError, parse

A = "+447700900101"


def code(inner: str, *, whisper: bool = False, inline: bool = False) -> int:
    with pytest.raises(TwimlError) as caught:
        parse(f"<Response>{inner}</Response>".encode(), "text/xml", whisper=whisper, inline=inline)
    return caught.value.code


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        (f"<Dial>{A}</Dial>", 13201),
        ("<Redirect>/a</Redirect>", 12200),
        ("<Record/>", 12200),
        ("<Pause/>", 12200),
        ("<Gather><Hangup/></Gather>", 13320),
    ],
)
def test_a_whisper(inner: str, wanted: int) -> None:
    assert code(inner, whisper=True) == wanted


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        ('<Gather action="/a"/>', 15004),
        ('<Record action="a"/>', 15004),
        ("<Record/>", 11100),  # it would ask for this document again
        ("<Redirect/>", 11100),
        ("<Redirect>/a</Redirect>", 11100),
        (f'<Dial><Number url="/w">{A}</Number></Dial>', 11100),
        ('<Gather action="https://line.example/a"><Play>/a.wav</Play></Gather>', 11100),
        ("<Say>" + "a" * 4000 + "</Say>", 32018),
    ],
)
def test_a_twiml_parameter_has_no_url_of_its_own(inner: str, wanted: int) -> None:
    assert code(inner, inline=True) == wanted
