"""A turn while it is being made: what has been said and noted so far."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.flow.model import Flows
from ivr.flow.turn import Event, Facts, Position, Turn, Wait

_HOLE = re.compile(r"\{(\w+)\}")


class Draft:
    """Collects the words, events and position of one turn. Steps write to it; `turn` closes it."""

    def __init__(self, flows: Flows, position: Position, facts: Facts) -> None:
        self.flows = flows
        self.facts = facts
        self.position = replace(position, turn=position.turn + 1)
        self.says: list[str] = []
        self.events: list[Event] = []
        self.heard: list[str] = []
        self._nested_from = 0  # says from here on may be cut short by a key

    def say(self, text: str, interrupt: bool = True) -> None:
        """Speak `text`, its placeholders filled. interrupt: a key may cut it short, if a wait follows."""
        if text:
            self.says.append(self.fill(text))
            self._nested_from = self._nested_from if interrupt else len(self.says)

    def fill(self, text: str, **more: str) -> str:
        """Return `text` with its placeholders filled from the facts' words and `more`."""
        if "{" not in text:
            return text
        words = {**self.facts.words, **more} if more else self.facts.words
        return _HOLE.sub(lambda hole: words.get(hole[1], ""), text)

    def cut_short(self) -> tuple[str, ...]:
        """Take out the words that belong inside a wait for a key: all since the last uninterruptible one."""
        prompts = tuple(self.says[self._nested_from :])
        del self.says[self._nested_from :]
        return prompts

    def note(self, kind: str, **data: object) -> None:
        """Add an event; its fields are those of turn.EVENTS."""
        self.events.append(Event(kind, tuple(data.items())))

    def move(self, **fields: object) -> None:
        """Change fields of the position."""
        for name, value in fields.items():  # on the draft's own copy, which nobody else has seen yet
            object.__setattr__(self.position, name, value)

    def turn(self, wait: Wait) -> Turn:
        return Turn(tuple(self.says), wait, self.position, tuple(self.events), tuple(self.heard))
