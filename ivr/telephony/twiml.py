"""A turn, written as TwiML, fast.

The texts of a flow are fixed, so the same documents are needed again and again, with nothing new but a call's
own URLs and numbers. compose.py writes each once, with marks where those go; here it is kept cut at the
marks, and later calls only fill the gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

from ivr.flow.turn import HangUp, Listen, Position, Ring, TakeMessage, Turn, Wait
from ivr.telephony.compose import Composer

KEPT = 512  # documents that are kept: more than the flows have, and no more than a few MB

_MARK = "\uffff"  # can't stand in XML, so no text that is spoken holds it

Cut = tuple[tuple[bytes, str], ...]  # what stands before a gap, and the name of the value that fills it


class Links(Protocol):
    """The values of one call that its documents need. URLs are absolute, numbers E.164."""

    def turn_url(self, position: Position) -> str:
        """Return where the call goes on from `position`."""
        ...

    def whisper_url(self, ring: Ring, leg: str, position: Position) -> str:
        """Return where the words are that a person hears before the bridge."""
        ...

    def leg_status_url(self, leg: str, position: Position) -> str:
        """Return where news of a leg goes."""
        ...

    def recording_url(self, position: Position) -> str:
        """Return where news of a recording goes."""
        ...

    def number(self, leg: str) -> str:
        """Return the number to ring for a leg."""
        ...

    def caller_id(self) -> str:
        """Return the number to show."""
        ...

    def ring_seconds(self, group: str) -> int:
        """Return how long to ring, in seconds. Twilio adds about 5."""
        ...


class Script:
    """Writes TwiML in one voice ("Polly.Amy-Neural") and language ("en-GB"). Threads may share it."""

    def __init__(self, voice: str, language: str) -> None:
        composer = Composer(voice, language)

        @lru_cache(KEPT)
        def turns(says: tuple[str, ...], wait: Wait) -> Cut:
            marks = {name: _MARK + name + _MARK for name in names_in(wait)}
            return _cut(composer.turn(says, wait, marks))

        @lru_cache(KEPT)
        def whispers(text: str, speech: bool, once: bool) -> Cut:
            return _cut(composer.whisper(text, _MARK + "accept" + _MARK, speech, once))

        self._turns, self._whispers = turns, whispers
        self._nothing = composer.nothing()
        self._decline = composer.turn((), HangUp(), {})

    def turn(self, turn: Turn, links: Links) -> bytes:
        """Return the answer for a turn.

        Errors: ValueError for a Ring of no leg, or of more than 10.
        """
        return _filled(self._turns(turn.says, turn.wait), values_of(turn, links))

    def whisper(self, text: str, accept_url: str, speech: bool = False, once: bool = False) -> bytes:
        """Return what a person who answers hears: `text`, twice if time allows, then the end of the leg.

        Only a key leads on, to `accept_url`: a voicemail that answers is never joined to the caller.

        speech   what is said is sent there as well, so that a machine can be told by its talking
        once     `text` is said once: it has been heard before
        """
        return _filled(self._whispers(text, speech, once), {"accept": accept_url})

    def bridge(self) -> bytes:
        """Return the answer that joins a leg to the caller: its whisper ends, and nothing follows."""
        return self._nothing

    def decline(self) -> bytes:
        """Return the answer that ends a leg without joining it."""
        return self._decline

    def nothing(self) -> bytes:
        """Return an empty document, for news that needs no answer."""
        return self._nothing

    def kept(self) -> dict[str, int]:
        """Return how many documents are kept, of each kind: never more than KEPT."""
        caches = {"turns": self._turns, "whispers": self._whispers}
        return {name: cache.cache_info().currsize for name, cache in caches.items()}


def names_in(wait: Wait) -> list[str]:
    """Return the names of the values that the document of a wait needs; legs are counted from 0."""
    if isinstance(wait, Listen):
        return ["turn"]
    if isinstance(wait, TakeMessage):
        return ["turn", "recording"]
    if isinstance(wait, Ring):
        names = ["turn", "caller_id", "seconds"]
        for at in range(len(wait.legs)):
            names += [f"number{at}", f"status{at}", f"whisper{at}"]
        return names
    return []


def values_of(turn: Turn, links: Links) -> dict[str, str]:
    """Return the values that the document of a turn needs, by the names of names_in()."""
    wait, position = turn.wait, turn.position
    if isinstance(wait, HangUp):
        return {}
    values = {"turn": links.turn_url(position)}
    if isinstance(wait, TakeMessage):
        values["recording"] = links.recording_url(position)
    elif isinstance(wait, Ring):
        values["caller_id"] = links.caller_id()
        values["seconds"] = str(links.ring_seconds(wait.group))
        for at, leg in enumerate(wait.legs):
            values[f"number{at}"] = links.number(leg)
            values[f"status{at}"] = links.leg_status_url(leg, position)
            if wait.whisper is not None:
                values[f"whisper{at}"] = links.whisper_url(wait, leg, position)
    return values


def _cut(document: bytes) -> Cut:
    parts = document.decode().split(_MARK)
    return tuple((text.encode(), name) for text, name in zip(parts[::2], [*parts[1::2], ""], strict=True))


def _filled(cut: Cut, values: Mapping[str, str]) -> bytes:
    pieces: list[bytes] = []
    for text, name in cut:
        pieces.append(text)
        if name:
            pieces.append(_escaped(values[name]))
    return b"".join(pieces)


def _escaped(value: str) -> bytes:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace('"', "&quot;").encode()
