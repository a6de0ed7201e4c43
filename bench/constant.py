"""Server (a): a Flask route that says the same thing to everybody. The floor that Flask itself sets."""

from __future__ import annotations

from flask import Flask, Response

app = Flask(__name__)

TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Gather input="dtmf" numDigits="1" action="/voice" method="POST">'
    "<Say>Thank you for calling. To book, press 1.</Say></Gather>"
    "<Dial>+441632960011</Dial></Response>"
)


@app.post("/voice")
def voice() -> Response:
    return Response(TWIML, mimetype="text/xml")
