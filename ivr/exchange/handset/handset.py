"""The phones of an exchange, moved from a page: what people do there goes in, what happens comes out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from ivr.exchange import wav
from ivr.exchange.clock import RealClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.handset import shown
from ivr.exchange.handset.behaviours import BEHAVIOURS
from ivr.exchange.handset.feed import Feed
from ivr.exchange.handset.hours import instant
from ivr.exchange.handset.phones import PagePhone, Phone
from ivr.exchange.handset.refusal import Refusal
from ivr.exchange.handset.server import PageServer
from ivr.exchange.handset.telling import Strip, Telling
from ivr.exchange.records import ENDED, RecordingRecord, looks_e164

LOOKS = 0.25  # real seconds between two looks at what has happened


class Handset:
    """See the package. `line` is the number that the phones dial; `zone` is whose clocks the page shows.

    `strips` are shown beside what went over the wire, by heading. `links`: (what, address) to show too.
    `moved` is called after the clock was set, with True if it was set back: then a line's record, which knows
    what is to come, has to begin anew. Strips and `moved` are called in the thread that calls run().
    """

    def __init__(
        self,
        exchange: Exchange,
        clock: RealClock,
        phones: Sequence[Phone],
        *,
        line: str,
        zone: str = "UTC",
        title: str = "Try the line",
        strips: Mapping[str, Strip] | None = None,
        links: Sequence[tuple[str, str]] = (),
        moved: Callable[[bool], None] | None = None,
        port: int = 0,
    ) -> None:
        self.feed = Feed()
        self._telling = Telling(self.feed, exchange, strips or {})
        self.phones = {phone.key: PagePhone(phone, self._telling.changed) for phone in phones}
        self._telling.phones.extend(self.phones.values())
        self._exchange, self._clock, self._zone = exchange, clock, zone
        self._line_number, self._title, self._links = line, title, tuple(links)
        self._moved = moved
        self._over = threading.Event()
        self._server = PageServer(self, port)

    def __enter__(self) -> Self:
        for phone in self.phones.values():
            self._exchange.phone(phone.about.number, phone)
        self._exchange.on_line(self._telling.heard)
        self._exchange.every(LOOKS * self._clock.speed, self._telling.look)
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._exchange.on_line(None)
        self.feed.close()
        self._server.close()

    @property
    def url(self) -> str:
        """The page's address, with the token that opens it."""
        return self._server.url

    def run(self, over: threading.Event | None = None) -> None:
        """Let the exchange's time go on until `over` is set, or stop() is called."""
        while not (self._over.is_set() or (over is not None and over.is_set())):
            self._exchange.run(LOOKS * self._clock.speed)

    def stop(self) -> None:
        """Have run() return soon."""
        self._over.set()

    # --- what the page shows; from any thread

    def about(self) -> dict[str, Any]:
        """Return what a page has to know when it opens."""
        return {
            "title": self._title,
            "line": self._line_number,
            "zone": self._zone,
            "now": self._clock.now().isoformat(),
            "speed": self._clock.speed,
            "latest": self.feed.latest,
            "links": [{"what": what, "address": address} for what, address in self._links],
            "strips": list(self._telling.strips),
            "behaviours": [{"key": key, "words": one.words} for key, one in BEHAVIOURS.items()],
            "phones": [shown.telephone(phone) for phone in self.phones.values()],
        }

    # --- what people at the page do; from any thread. Errors: Refusal, in words for them

    def act(self, key: str, what: str, words: Mapping[str, str]) -> None:
        """Do something at a phone: dial, answer, reject, press, say, talk, speak, hush, hang_up or behave.

        `speak` talks until `hush`, or until spoken() brings the sound of it; `talk` lasts five seconds.
        """
        phone = self._phone(key)
        try:
            if what == "dial":
                self._dial(phone, words.get("to", ""), words.get("from", ""))
            elif what == "behave":
                self._behave(phone, words.get("as", ""))
            elif what == "answer":
                phone.answer()
            elif what == "reject":
                phone.reject()
            elif what == "hang_up":
                phone.hang_up()
            elif what == "press":
                phone.press(_keys(words.get("keys", "")))
            elif what == "say":
                phone.say(_said(words.get("text", "")))
            elif what == "talk":
                phone.talk(5)
            elif what == "speak":
                phone.begin_to_talk()
            elif what == "hush":
                phone.stop_talking()
            else:
                raise Refusal(f"there is no {what!r} to do at a phone")
        except RuntimeError:
            raise Refusal(f"no call is on this phone: {phone.about.name}") from None

    def spoken(self, key: str, audio: bytes) -> None:
        """Take what was spoken into the microphone, a WAV file, as the audio of the recording at a phone."""
        phone = self._phone(key)
        try:
            seconds = wav.seconds(audio)
        except ValueError as error:
            raise Refusal(str(error)) from None
        recording = self._recording(phone)
        if recording is None:
            raise Refusal("that came too late: the recording is over, and a tone stands in for it")
        with self._exchange.book.lock:
            recording.audio = audio if round(seconds) else None  # less than a second is no message
            if recording.status == "processing":
                recording.duration = round(seconds)
        if phone.call is not None:
            phone.stop_talking()

    def go_to(self, wall: str, second: bool = False) -> None:
        """Let it be a time by the clocks of the zone; `second`: the second of an hour that comes twice."""
        at = instant(wall, self._zone, second)
        if any(call.status not in ENDED for call in list(self._exchange.book.calls.values())):
            raise Refusal("a call is on: let everybody hang up first")
        self._exchange.post(lambda: self._go_to(at))

    # --- in the exchange's thread

    def _go_to(self, at: datetime) -> None:
        back = at < self._clock.now()
        self._clock.go_on_from(at)
        if self._moved is not None:
            self._moved(back)
        self.feed.add("time", now=self._clock.now().isoformat(), back=back)

    def _dial(self, phone: PagePhone, to: str, from_: str) -> None:
        if self._exchange.book.number(to) is None:
            raise Refusal(f"this exchange connects to the line alone: dial {self._line_number}")
        if phone.call is not None:
            raise Refusal("a call is on this phone: hang up first")
        shows = from_ if phone.about.own and from_ else phone.number
        if len(shows) > 40 or not shows.isprintable():
            raise Refusal("that can't be a caller's number")
        phone.number = shows
        self._exchange.post(lambda: self._place(phone, to))

    def _place(self, phone: PagePhone, to: str) -> None:
        if phone.call is not None:
            return  # pressed twice
        if looks_e164(phone.number):
            self._exchange.phone(phone.number, phone)  # where the line rings back
        self._exchange.dial(phone.number, to, phone)

    def _behave(self, phone: PagePhone, how: str) -> None:
        if how not in BEHAVIOURS:
            raise Refusal(f"no phone behaves like {how!r}")
        phone.behaviour = how
        self._exchange.post(lambda: self._telling.changed(phone))

    # --- looking things up

    def _phone(self, key: str) -> PagePhone:
        phone = self.phones.get(key)
        if phone is None:
            raise Refusal(f"there is no phone {key!r} here")
        return phone

    def _recording(self, phone: PagePhone) -> RecordingRecord | None:
        """The latest recording at this phone, while its audio may still come."""
        book, calls = self._exchange.book, self._telling.calls
        with book.lock:
            here = [one for one in book.recordings.values() if calls.get(one.call_sid) is phone]
        found = [one for one in here if one.status in ("in-progress", "processing")]
        return found[-1] if found else None


def _keys(text: str) -> str:
    if not text or len(text) > 40 or any(key not in "0123456789*#" for key in text):
        raise Refusal("keys are 0 to 9, * and #")
    return text


def _said(text: str) -> str:
    said = " ".join(text.split())
    if not said or len(said) > 500:
        raise Refusal("say something, in 500 characters at most")
    return said
