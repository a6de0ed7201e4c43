"""Edits of config.yaml, as people make them: who is on call, in which order they are rung, who has left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta


def chain(text: str, people: Sequence[str], now: datetime) -> str:
    """These people are on call, from this day on and for three days."""
    override = f'    - {{from: "{now:%Y-%m-%d} 00:00", to: "{now + timedelta(days=3):%Y-%m-%d} 00:00"'
    override += f", chain: [{', '.join(people)}]}}\n"
    return re.sub(r"(?m)^  overrides:.*\n", lambda found: found[0] + override, text)


def together(text: str) -> str:
    """All phones on call ring at once."""
    return text.replace("order: in_turn                  # one", "order: together                 # one")


def without(text: str, person: str) -> str:
    """That person has left the clinic: they are in no chain, and have no phone. Not for the owner."""
    text = re.sub(rf"(?m)^  {person}:\n(?:    .*\n)+", "", text)
    return re.sub(rf"(?m)(chain: \[.*?){person}(?:, )?", r"\1", text).replace(", ]", "]")
