"""What the words of a story need beside a line of the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.clock import from_iso
from ivr.config import Config
from ivr.line.naming import who
from ivr.rota.local import minute

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Around:
    """What the words need beside a line: names, the caller masked, and the texts by their outbox number."""

    config: Config
    caller: str
    texts: Mapping[int, str]

    def leg(self, leg: object) -> str:
        """A phone as people call it: "Ana Marlow", "Ana Marlow (phone 2)", "reception (phone 1)"."""
        name, slash, index = str(leg).partition("/")
        person = name in self.config.people
        place = int(index) + 1 if index.isdigit() else 1
        return who(name, self.config) + (f" (phone {place})" if slash or not person else "")

    def legs(self, data: Data) -> str:
        return " and ".join(self.leg(leg) for leg in data["legs"])

    def clock(self, at: str) -> str:
        """An instant of the journal, to the minute, by the clinic's clocks."""
        return minute(from_iso(at), self.config.clinic.zone)

    def text(self, outbox: int) -> str:
        """A text by its outbox number: what it says, and to whom."""
        return f"Text {self.texts.get(outbox, outbox)}"

    def readers(self, data: Data) -> str:
        given = data["readers"]
        return ", ".join(reader(one, self.config) for one in ([given] if isinstance(given, str) else given))


Teller = Callable[[Data, Around], str]  # a line's data → what happened, in words


def reader(name: str, config: Config) -> str:
    """Return whom a text is for."""
    return "the caller" if name == "caller" else who(name, config)


def plain(name: object) -> str:
    """Return one of our own names as words: "two_hours" is "two hours"."""
    return str(name).replace("_", " ")
