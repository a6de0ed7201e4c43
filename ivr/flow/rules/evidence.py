"""What the rules look at, and how they tell what they found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from ivr.flow.explore import Edge, Exploration
from ivr.flow.model import Flows
from ivr.flow.signing import Signature
from ivr.flow.telling import Call
from ivr.flow.turn import Turn

Level = Literal["error", "warning"]
Place = str | tuple[str | int, ...]  # "flow.step", or a place in config.yaml: ("texts", "told")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is held. Seconds count from the answer of the call, unless they say otherwise.

    first_999  999 has been said for the first time
    ring       a clinician's phone rings, for a caller who answers as soon as they heard what fits
    advice     where else to turn has been said, if nobody takes the call
    prompt     the longest prompt, in seconds of speech
    think      from the words that settle an answer to the key, in seconds
    network    what the network adds to each ring, in seconds
    document   the largest TwiML document, in bytes
    hours_days, rota_days  how far ahead opening hours and the rota are looked at
    """

    first_999: float = 10.0
    ring: float = 45.0
    advice: float = 120.0
    prompt: float = 12.0
    think: float = 2.0
    network: float = 5.0
    document: int = 64 * 1024
    hours_days: int = 365
    rota_days: int = 56


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `starts` until `ends` (aware UTC) one rule of an opening-hours table says open or closed."""

    starts: datetime
    ends: datetime
    open: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of config.yaml. clinicians: its phones are people's, never a desk's.

    ring_seconds: one ring. give_up_after: seconds since the hunt began, then no further round starts.
    """

    clinicians: bool
    ring_seconds: float = 15.0
    give_up_after: float = 60.0


@dataclass(frozen=True)
class Evidence:
    """All that is judged. What isn't handed in isn't judged; a rule that needs it finds nothing then.

    seconds     how long a text takes to say
    words       the longest value of each placeholder
    boxes       per voicemail box: whether it is for what can't wait
    text_faults (name, text) → (message, cure) for each thing wrong with a text template that is sent
    hours       per table: what each of its rules decides, in order; is_open: what the line goes by
    rota        (since when, who is on call), in order
    render      a turn as TwiML; legal: what is wrong with such a document
    config_line the line of a place in config.yaml
    """

    exploration: Exploration
    seconds: Callable[[str], float]
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    limits: Limits = Limits()
    words: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    boxes: Mapping[str, bool] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    text_faults: Callable[[str, str], Iterable[tuple[str, str]]] = lambda name, text: ()
    voice: str = ""
    language: str = ""
    hours: Mapping[str, Sequence[Stretch]] = field(default_factory=dict)
    is_open: Callable[[str, datetime], bool] | None = None
    rota: Sequence[tuple[datetime, tuple[str, ...]]] = ()
    signatures: Sequence[Signature] = ()
    rehearsal: bool = False
    render: Callable[[Turn], bytes] | None = None
    legal: Callable[[bytes], Iterable[str]] = lambda document: ()
    config_file: str = "config.yaml"
    config_line: Callable[..., int | None] = lambda *loc: None

    @property
    def flows(self) -> Flows:
        return self.exploration.flows

    def rings_clinicians(self, group: str) -> bool:
        return group in self.groups and self.groups[group].clinicians


@dataclass(frozen=True)
class Fault:
    """What a rule found. `edges`: the shortest call that shows it, where a call can."""

    where: Place
    message: str
    cure: str
    edges: tuple[Edge, ...] = ()
    level: Level = "error"


@dataclass(frozen=True)
class Violation:
    """A rule that doesn't hold, where, and what to do about it. `line` counts from 1."""

    rule: str
    message: str
    cure: str
    file: str
    line: int | None
    call: Call | None = None
    level: Level = "error"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {'warning: ' if self.level == 'warning' else ''}{self.message}. {self.cure}."


def noted(edge: Edge, kind: str, **data: object) -> Iterator[Mapping[str, object]]:
    """Yield the data of each event of a kind that an edge's turn notes, where it holds at least `data`."""
    for event in edge.turn.events if edge.turn else ():
        if event.kind == kind and data.items() <= (found := dict(event.data)).items():
            yield found


def ends(edge: Edge) -> bool:
    """Return whether the line itself ends the call with this turn."""
    return edge.turn is not None and edge.target is None and edge.acts[0].manner != "hung up"


def symptom(edge: Edge) -> bool:
    """Return whether the caller is on the symptom path once this turn is over."""
    return edge.turn is not None and edge.turn.position.path == "symptom"
