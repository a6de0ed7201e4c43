"""Server (b): the plain Flask phone menu that people write first.

It asks what the line asks, with twilio's own builder, but it checks no signature, stores nothing and
keeps no position: who takes the call, or whether anybody did, nobody knows.
"""

from __future__ import annotations

from flask import Flask, Response, request
from twilio.twiml.voice_response import Gather, VoiceResponse

app = Flask(__name__)


def answer(twiml: VoiceResponse) -> Response:
    return Response(str(twiml), mimetype="text/xml")


def question(text: str, action: str) -> VoiceResponse:
    """One key, asked for; silence comes back to the same question."""
    twiml = VoiceResponse()
    gather = Gather(input="dtmf speech", num_digits=1, timeout=5, action=action, method="POST")
    gather.say(text, voice="Polly.Amy-Neural", language="en-GB")
    twiml.append(gather)
    twiml.redirect(action, method="POST")
    return twiml


@app.post("/voice")
def voice() -> Response:
    caller = request.form.get("From", "")
    app.logger.debug("call from %s", caller[-3:])
    return answer(question("To say that something is wrong, press 1. To book, press 2.", "/menu"))


@app.post("/menu")
def menu() -> Response:
    if request.form.get("Digits") == "2":
        twiml = VoiceResponse()
        twiml.say("Please ring again when the desk is open.", voice="Polly.Amy-Neural", language="en-GB")
        twiml.hangup()
        return answer(twiml)
    return answer(question("Press 1 if it's hard to breathe. If not, press 2.", "/breathing"))


@app.post("/breathing")
def breathing() -> Response:
    if request.form.get("Digits") == "1":
        twiml = VoiceResponse()
        twiml.say("Hang up now and call 999.", voice="Polly.Amy-Neural", language="en-GB")
        return answer(twiml)
    return answer(question("Press 1 if your skin has changed colour. If not, press 2.", "/skin"))


@app.post("/skin")
def skin() -> Response:
    twiml = VoiceResponse()
    if request.form.get("Digits") == "1":
        twiml.say("I am calling your clinician now.", voice="Polly.Amy-Neural", language="en-GB")
        twiml.dial("+447700900001", timeout=20, caller_id=request.form.get("To", ""))
    else:
        twiml.say("We will ring you back.", voice="Polly.Amy-Neural", language="en-GB")
    return answer(twiml)
