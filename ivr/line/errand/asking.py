"""Questions to somebody of the clinic: one key or several, and the end after a few without an answer."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.flow.turn import Input, Keys, Listen
from ivr.line.answer import Line
from ivr.line.errand.errand import Errand, Said
from ivr.storage import Entry
from ivr.storage.entry import JSON

TRIES = 3
ENDED = "I hear no answer. Goodbye."


def ask(
    line: Line,
    errand: Errand,
    step: str,
    words: str,
    keys: int = 1,
    misses: int = 0,
    entries: Sequence[Entry] = (),
    **data: JSON,
) -> Said:
    """Return the question `words`, whose answer is taken at `step`: so many keys, ended by # if several."""
    listen = Listen((words,), line.config.line.listen_seconds, keys=keys, speech=False)
    return Said((), errand.at(step, misses, **data), listen, entries)


def missed(line: Line, errand: Errand, step: str, words: str, keys: int = 1, why: str = "") -> Said:
    """Ask again after silence, or an answer that won't do; the third in a row ends the call.

    why: said first
    """
    if errand.misses + 1 >= TRIES:
        return Said((why, ENDED) if why else (ENDED,), errand)
    return ask(line, errand, step, f"{why} {words}".strip(), keys, misses=errand.misses + 1)


def key_of(came: Input) -> str:
    """Return the first key that was pressed, "" for none."""
    return came.digits[:1] if isinstance(came, Keys) else ""
