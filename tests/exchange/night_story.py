"""A story, and a line of canned answers that it is about."""

from __future__ import annotations

from ivr.exchange.clock import HandClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.story import Story, check, play
from tests.exchange.line_desk import ANA, BEN, CLINIC, SID, TOKEN, Form, Page, open_line

STORY = """\
story: A red flag at night; the first clinician's voicemail answers, the second takes it
at: "2026-11-24T02:10:00Z"
from: "+447700900123"
names: {"+447700900101": Ana, "+447700900102": Ben}
phones:
  "+447700900101": {voicemail: 18}
  "+447700900102": {answers: 6, press: "1", talk: 60}
caller:
  - press: "1"
expect: |
     0 line    Something wrong? Press 1.
     5 caller  presses 1
     5 line    I am calling your clinician now.
     8 Ana     rings
    26 Ana     voicemail answers
    26 Ana     hears: Urgent call. Press 1 to take it.
    26 Ana     says: Sorry, I can't take your call. Please leave a message after the tone.
    36 line    ends the call to Ana
    36 line    I am trying our second clinician now.
    39 Ben     rings
    45 Ben     answers
    45 Ben     hears: Urgent call. Press 1 to take it.
    51 Ben     presses 1
    51 line    joins caller and Ben
   111 Ben     hangs up
   111 line    Goodbye.
   112 line    hangs up
texts: []
errors: []
"""


def ring(number: str) -> str:
    attributes = f'action="/after" timeout="20" callerId="{CLINIC}"'
    return f'<Dial {attributes}><Number url="/whisper">{number}</Number></Dial>'


def after(form: Form) -> str:
    if form["DialBridged"] == "true":
        return "<Say>Goodbye.</Say>"
    return f"<Say>I am trying our second clinician now.</Say>{ring(BEN)}"


LINE: dict[str, Page] = {
    "/voice": '<Gather action="/key" numDigits="1"><Say>Something wrong? Press 1.</Say></Gather>',
    "/key": f"<Say>I am calling your clinician now.</Say>{ring(ANA)}",
    "/after": after,
    "/whisper": '<Gather action="/accept" numDigits="1" timeout="7">'
    "<Say>Urgent call. Press 1 to take it.</Say></Gather><Hangup/>",
    "/accept": lambda form: "" if form["Digits"] == "1" else "<Hangup/>",
}


def played(story: Story, pages: dict[str, Page] = LINE) -> tuple[str, list[str]]:
    """Return a story's transcript on this line, and what differs from its expectation."""
    with open_line(pages) as desk:
        with Exchange(SID, TOKEN, HandClock(story.at), story.switches, seed=1) as exchange:
            exchange.add_number(CLINIC, desk.base + "/voice")
            return play(story, exchange), check(story, exchange)
