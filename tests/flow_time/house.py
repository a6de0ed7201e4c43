"""Small flows to time and to draw, written out in the test that needs them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivr.flow.loader import load
from ivr.flow.model import Flow, Flows
from ivr.flow.turn import Facts
from tests.flow.shipped import KNOWN

TODAY = date(2026, 11, 24)

# Two clinicians in turn, one round. Seconds are whole words: one word, one second.
WORLD = Facts(
    now=1_795_521_600,
    open={"desk": True},
    hunts={"on_call": (("ana",), ("ben",))},
    rounds={"on_call": 2},
    limits={"on_call": 60},
)

CONCERN = """\
flow: concern
path: symptom
clinician: call
start: skin
steps:
  skin: {gate: One or two?, sign: skin colour, yes: call, no: bye}
  call:
    dial: on_call
    disposition: clinician_now
    say: We ring them.
    between: We ring another now.
    whisper: Press 1.
    taken: bye
    unanswered: nobody
  nobody: {say: Nobody came., next: advice}
  advice: {say: Please call 111 now., next: bye}
  bye: {end: Goodbye.}
"""
MAIN = """\
flow: main
start: hello
steps:
  hello: {say: Hello. Call 999 now. Or wait., interrupt: false, next: topic}
  topic: {ask: Ill or booking?, keys: {"1": concern, "2": book}, silence: concern, wrong: concern}
  book: {end: Book.}
"""


def words_of(text: str) -> float:
    """A speech of one word a second."""
    return float(len(text.split()))


def flows_of(folder: Path, **files: str) -> Flows:
    """Load flows from their texts, by name; a call begins with main."""
    for name, text in ({"main": MAIN, "concern": CONCERN} | files).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(folder, "main", KNOWN)


def flow_of(folder: Path, text: str) -> Flow:
    return flows_of(folder, concern=text).flows["concern"]
