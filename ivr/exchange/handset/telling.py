"""What happens at an exchange, told to the pages that watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ivr.exchange.exchange import Exchange
from ivr.exchange.handset import shown
from ivr.exchange.handset.feed import Feed
from ivr.exchange.handset.phones import PagePhone
from ivr.exchange.records import MessageRecord
from ivr.exchange.transcript import TEXT, Line

Strip = Callable[[], Iterable[str]]  # the lines that came since it was last asked


class Telling:
    """Fills a feed, in the exchange's thread. `calls`: by sid, whose call it is, or was."""

    def __init__(self, feed: Feed, exchange: Exchange, strips: Mapping[str, Strip]) -> None:
        self.phones: list[PagePhone] = []
        self.calls: dict[str, PagePhone] = {}
        self.strips = dict(strips)
        self._feed, self._exchange = feed, exchange
        self._told: dict[str, dict[str, Any]] = {}  # what pages know of each phone
        self._requests = len(exchange.requests)

    def changed(self, phone: PagePhone) -> None:
        """Take in that something has changed at a phone."""
        if phone.call is not None:
            self.calls[phone.call.sid] = phone
        self._tell(phone)

    def _tell(self, phone: PagePhone) -> None:
        now = shown.telephone(phone)
        if self._told.get(phone.about.key) != now:
            self._told[phone.about.key] = now
            self._feed.add("phone", **now)

    def heard(self, line: Line) -> None:
        """Take in a line of the transcript."""
        self.look()
        phone, at = self.calls.get(line.call), self._exchange.clock.now().isoformat()
        if line.who == TEXT:
            self._texted(self._exchange.texts[-1], at)
            return
        text = line.text.removeprefix("hears: ") if line.spoken else line.text
        key = phone.about.key if phone else ""
        who = shown.masked(line.who)  # a phone without a name is its number
        self._feed.add("line", at=at, phone=key, who=who, text=shown.masked(text), spoken=line.spoken)
        if phone is not None and phone.waits == "joined" and line.text.startswith("says: "):
            said = line.text.removeprefix("says: ")
            for other in self._joined_to(phone):
                self._feed.add("line", at=at, phone=other.about.key, who="other", text=said, spoken=True)

    def _texted(self, text: MessageRecord, at: str) -> None:
        reader = next((phone for phone in self.phones if text.to in _numbers(phone)), None)
        name = reader.about.name if reader else self._exchange.names.get(text.to, shown.masked(text.to))
        key = reader.about.key if reader else ""
        self._feed.add("text", at=at, phone=key, to=name, text=shown.masked(text.body))

    def look(self) -> None:
        """Tell of what has happened since the last look."""
        requests = self._exchange.requests
        for one in requests[self._requests :]:
            if one.status is None and one.error is None and one is requests[-1]:
                break  # it is being answered
            self._requests += 1
            self._feed.add("request", **shown.request(one))
        for name, strip in self.strips.items():
            for text in strip():
                self._feed.add("strip", strip=name, text=shown.masked(text))
        for phone in self.phones:
            self._tell(phone)

    def _joined_to(self, phone: PagePhone) -> list[PagePhone]:
        mine = phone.call
        return [
            other
            for other in self.phones
            if other.call is not None
            and mine is not None
            and other.waits == "joined"
            and (other.call.parent_call_sid == mine.sid or mine.parent_call_sid == other.call.sid)
        ]


def _numbers(phone: PagePhone) -> tuple[str, str]:
    return phone.about.number, phone.number
