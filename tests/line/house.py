"""A line of its own for each test: the shipped config and flows, a real store, a clock moved by hand."""

from __future__ import annotations

import base64
import hmac
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ivr import app
from ivr.clock import ManualClock
from ivr.config import Config, load
from ivr.line.answer import Line
from ivr.storage import Store
from ivr.telephony.webhooks import Webhooks

ROOT = Path(__file__).parents[2]
ACCOUNT = "AC" + "7" * 32
TOKEN = "a-token-of-an-account-made-up-for-tests"
PUBLIC = "https://line.example"
NIGHT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)  # ben, chloe and ana are on call
CALLER = "+447700900123"
CALL = "CA" + "1" * 32
LEG = "CA" + "2" * 32
OTHER_LEG = "CA" + "3" * 32


def config(data: Path, api_url: str = "http://127.0.0.1:9") -> Config:
    """The shipped configuration, for serving."""
    env = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_SECRET_KEY": "vQ8nX2mB5kZ1rL7tW4yH0pD3sG6jF9aCxUeI",
        "IVR_PUBLIC_URL": PUBLIC,
        "IVR_DATA": str(data),
        "TWILIO_API_URL": api_url,
    }
    return load(ROOT / "config.yaml", env, serving=True)


class House:
    """A line and its webhooks. `post` is Twilio; it remembers where the call goes on."""

    def __init__(self, line: Line, clock: ManualClock) -> None:
        self.line = line
        self.clock = clock
        self.webhooks = Webhooks(line)
        self.next = "/voice"

    def post(self, url: str, sign: str = TOKEN, **form: str) -> tuple[int, str]:
        """Send a signed request to a URL or path of the line; return status and document."""
        target = url.removeprefix(PUBLIC)
        form = {"AccountSid": ACCOUNT, "CallSid": CALL, "From": CALLER, "CallStatus": "in-progress"} | form
        text = PUBLIC + target + "".join(name + form[name] for name in sorted(form))
        given = base64.b64encode(hmac.digest(sign.encode(), text.encode(), "sha1")).decode()
        body = "&".join(f"{name}={_escaped(value)}" for name, value in form.items()).encode()
        path, _, query = target.partition("?")
        answer = self.webhooks.answer(path, query, body, given)
        return answer.status, answer.body.decode()

    def goes_on(self, **form: str) -> str:
        """Send the next request of the caller's call, and return the document."""
        status, document = self.post(self.next, **form)
        assert status == 200
        if action := re.search(r'action="([^"]+)"', document):
            self.next = html.unescape(action[1])
        return document

    def rings_a_clinician(self) -> str:
        """Take the call to where the first clinician's phone rings; return that document."""
        self.goes_on(CallStatus="ringing")
        self.goes_on(Digits="1")
        self.goes_on(Digits="2")
        return self.goes_on(Digits="1")

    def rows(self, sql: str) -> list[dict[str, object]]:
        """What the record holds."""
        with self.line.store.read() as conn:
            return [dict(row) for row in conn.execute(sql)]


@contextmanager
def house(data: Path, at: datetime = NIGHT, api_url: str = "http://127.0.0.1:9") -> Iterator[House]:
    """A house whose store is closed in the end."""
    told, clock = config(data, api_url), ManualClock(at)
    with Store(data) as store:
        yield House(Line(told, app.flows(told), store, clock), clock)


def url_in(document: str, attribute: str) -> str:
    """The first URL that stands under an attribute of a document."""
    found = re.search(rf'{attribute}="([^"]+)"', document)
    assert found is not None, document
    return html.unescape(found[1])


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() else "".join(f"%{b:02X}" for b in c.encode()) for c in text)
