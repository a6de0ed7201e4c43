"""The shipped clinic, an `ivr` to type at, and a night call for it to have kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from ivr.cli.verbs import verbs
from ivr.clock import iso
from ivr.storage import Entry, Store
from ivr.storage.entry import JSON

REPOSITORY = Path(__file__).parents[2]
CONFIG = REPOSITORY / "config.yaml"
IVR = Path(sys.executable).parent / "ivr"

NIGHT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
CALL = "CA" + "1" * 32
CALLER = "+447700900123"

Happening = tuple[float, str, dict[str, JSON]]  # seconds after the beginning, kind, data

# A caller with a sign: the first clinician's voicemail answers, the second takes it.
TAKEN: tuple[Happening, ...] = (
    (0, "call_started", {"caller_kind": "home", "revision": "cc9e", "repeat": False}),
    (0, "turn", {"step": "", "input": "start", "next": "main.topic"}),
    (9, "turn", {"step": "main.topic", "input": "key 1", "next": "concern.gate_skin"}),
    (9, "path", {"path": "symptom"}),
    (24, "sign", {"gate": "concern.gate_skin", "sign": "skin colour", "how": "silence"}),
    (24, "disposition", {"disposition": "clinician_now"}),
    (24, "page_opened", {"disposition": "clinician_now", "signs": ["skin colour"]}),
    (24, "ringing", {"group": "on_call", "legs": ["ben"], "ring": 0}),
    (30, "whisper", {"leg": "ben", "leg_sid": "CA" + "2" * 32}),
    (45, "ring_ended", {"group": "on_call", "legs": ["ben"], "outcome": "passed_on"}),
    (45, "ringing", {"group": "on_call", "legs": ["ana/1"], "ring": 1}),
    (52, "accept", {"leg": "ana/1", "leg_sid": "CA" + "3" * 32, "digit": "1", "result": "taken"}),
    (140.5, "call_ended", {"status": "completed", "duration": 140}),
)

# Nobody takes it; the caller leaves a message, is promised a call back, and hangs up.
UNANSWERED: tuple[Happening, ...] = (
    *TAKEN[:8],
    (84, "ring_ended", {"group": "on_call", "legs": ["ben"], "outcome": "no_answer"}),
    (84, "unanswered", {"group": "on_call"}),
    (
        84,
        "text",
        {"template": "not_taken", "to": "on_call", "readers": ["ben", "chloe"], "urgent": True, "words": {}},
    ),
    (90, "promised", {"promise": "two_hours", "disposition": "two_hours", "due": "2026-11-24T04:11:30Z"}),
    (118, "message", {"box": "urgent", "seconds": 31, "recording": "RE" + "4" * 32}),
    (119, "hung_up", {"step": "concern.leave_message"}),
)


def keep(
    store: Store,
    happened: tuple[Happening, ...],
    call: str = CALL,
    at: datetime = NIGHT,
    caller: str = CALLER,
) -> None:
    """Let the store have recorded a call."""
    for place, (seconds, kind, data) in enumerate(happened):
        when = iso(at + timedelta(seconds=seconds), milliseconds=True)
        private = {"caller": caller} if kind == "call_started" and caller else {}
        if not store.record([Entry(when, call, kind, str(place), data, private)]):
            raise OSError("the store didn't take it")


def type_in(*words: str, data: Path | None = None, env: Mapping[str, str] | None = None) -> Result:
    """Type `ivr WORDS` at the shipped config; `data` is the folder that the line keeps things in."""
    around = {"IVR_CONFIG": str(CONFIG), **({"IVR_DATA": str(data)} if data else {}), **(env or {})}
    return CliRunner().invoke(verbs, list(words), env=around, prog_name="ivr")


def run(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the real `ivr` in a process of its own."""
    around = {**os.environ, "IVR_CONFIG": str(CONFIG), **(env or {})}
    return subprocess.run([str(IVR), *words], env=around, capture_output=True, text=True, timeout=60)
