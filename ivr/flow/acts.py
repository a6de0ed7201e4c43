"""All that can happen at a wait: what callers press and say, how rings and recordings end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ivr.flow import hearing
from ivr.flow.model import Flows
from ivr.flow.steps import Ask, Gate, Step
from ivr.flow.turn import (
    CallerPath,
    DialEnded,
    HungUp,
    Input,
    Keys,
    Listen,
    Position,
    Recorded,
    Ring,
    Silence,
    Speech,
    Start,
    TakeMessage,
    Wait,
)

# start; an answer that was understood, one that wasn't, the question again, no answer;
# a ring or a recording that ended; the caller gone; and nothing ever heard of the call again.
Manner = Literal["start", "clear", "wrong", "again", "silence", "ring", "message", "hung up", "lost"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can happen. `meant`: the key that an answer stood for; how a ring or recording ended."""

    name: str
    received: Input | None  # None: no webhook comes any more
    manner: Manner
    meant: str = ""


KEYS = "0123456789*#"
SEVERAL = ("12", "21", "22", "20", "2#", "1#", "*1", "99")  # before the provider could stop at the first
# What callers say at any question, beside the words that it waits for. The last ones are no answer.
SAID = ("yes", "no", "not sure", "none", "say that again", "nurse", "press one", "two", "zero", "five")
UNCLEAR = ("er, hello", "no, but it hurts", " ")

START = Act("calls", Start(), "start")
LOST = Act("nothing is heard of the call again", None, "lost")
_GONE = Act("hangs up", HungUp(), "hung up")

_ENDED: tuple[tuple[str, DialEnded], ...] = (
    ("no answer", DialEnded("no-answer", False, False)),
    ("taken", DialEnded("completed", True, True)),
    ("taken, the bridge untold", DialEnded("completed", None, True)),
    ("taken, the record unreadable", DialEnded("completed", True, None)),
    ("passed on", DialEnded("completed", False, False)),
    ("voicemail", DialEnded("completed", False, False)),
    ("answered, nothing known", DialEnded("completed", None, None)),
    ("busy", DialEnded("busy", False, False)),
    ("failed", DialEnded("failed", False, False)),
    ("canceled", DialEnded("canceled", False, False)),
    ("bridged without acceptance", DialEnded("completed", True, False)),
    ("dropped", DialEnded("completed", False, True)),
)
_RING = (
    *(Act(name, ended, "ring", name) for name, ended in _ENDED),
    _GONE,
    *(
        Act(f"hangs up, {name}", HungUp(ring=ended), "hung up", name)
        for name, ended in _ENDED
        if name in ("taken", "no answer", "canceled", "dropped")
    ),
    LOST,
)
_TALKED = 5  # seconds


def acts_at(flows: Flows, position: Position, wait: Wait) -> tuple[Act, ...]:
    """Return all that can happen at a wait; the plainest first. Nothing happens after HangUp."""
    if isinstance(wait, Listen):
        return tuple(_answers(flows.steps[position.step], position.path, wait))
    if isinstance(wait, Ring):
        return _RING
    if isinstance(wait, TakeMessage):
        return tuple(_recordings(wait))
    return ()


def _answers(step: Step, path: CallerPath, wait: Listen) -> Iterator[Act]:
    for digits in (*KEYS, *SEVERAL):
        yield _answer(f"presses {digits}", Keys(digits), step, path)
    both = " ".join(dict.fromkeys(wait.hints))  # words for several keys at once choose none
    for text in dict.fromkeys((*wait.hints, *SAID, *UNCLEAR, both)):
        yield _answer(f"says: {text}", Speech(text), step, path)
    yield Act("is silent", Silence(), "silence")
    yield _GONE
    yield LOST


def _answer(name: str, received: Keys | Speech, step: Step, path: CallerPath) -> Act:
    """Listen with the engine's own ears."""
    if isinstance(received, Speech) and not received.text.strip():
        return Act("is silent", received, "silence")
    keys = frozenset(step.keys) if isinstance(step, Ask) else frozenset("12")
    words = step.words if isinstance(step, Ask) else {}
    meant = hearing.at_gate(received) if isinstance(step, Gate) else hearing.at_menu(received, keys, words)
    if meant == hearing.REPEAT:
        return Act(name, received, "again")
    if meant is not None and (meant in keys or (meant == hearing.CLINICIAN and path == "symptom")):
        return Act(name, received, "clear", meant)
    return Act(name, received, "wrong")


def _recordings(wait: TakeMessage) -> Iterator[Act]:
    yield Act("says nothing", Recorded(0), "message")
    yield Act(f"talks for {_TALKED} s", Recorded(_TALKED), "message", "talked")
    for key in KEYS if wait.prompts and wait.keys else "":
        yield Act(f"presses {key} before the tone", Keys(key), "message", key)
    for key in dict.fromkeys(wait.keys + "#"):
        yield Act(f"presses {key}", Recorded(0, key), "message", key)
        yield Act(f"talks for {_TALKED} s, presses {key}", Recorded(_TALKED, key), "message", f"talked {key}")
    yield _GONE
    yield Act(f"talks for {_TALKED} s, hangs up", HungUp(_TALKED), "hung up", "talked")
    yield LOST
