"""All that callers can hear, checked and whole: flows, their steps, and what they may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ivr.flow.steps import Step
from ivr.flow.turn import CallerPath

# What a text may name in braces. The line gives each a value that can be spoken.
WORDS = frozenset(
    {
        "clinic",  # the clinic's name
        "opens",  # when the desk opens next: "8 tomorrow"
        "listened",  # when booking messages are listened to: "8 each morning"
        "keep_days",  # days a message is kept
        "signs",  # the signs met in this call (whispers only)
        "two_hours_by",  # when a promised call-back is due, one word per promise of config.yaml
        "same_day_by",
        "routine_by",
    }
)


class Signed(BaseModel):
    """Who signed the wording of a flow. Written by `ivr sign`; all empty until then."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    by: str | None = None
    registration: str | None = None
    on: str | None = None
    review_by: str | None = None
    wording: str | None = None


@dataclass(frozen=True)
class Flow:
    """One file of flows/: its steps by name, their targets already written "flow.step"."""

    name: str
    path: CallerPath
    start: str
    clinician: str | None  # where key 0 leads, on the symptom path
    signed: Signed
    steps: Mapping[str, Step]
    file: str
    lines: Mapping[str, int]  # step → line


@dataclass(frozen=True)
class Known:
    """What config.yaml knows, and flows may therefore name.

    boxes: name → longest message in seconds. listen_seconds: the wait after a prompt.
    """

    groups: frozenset[str]
    boxes: Mapping[str, int]
    hours: frozenset[str]
    promises: frozenset[str]
    texts: frozenset[str]
    listen_seconds: int = 5


@dataclass(frozen=True)
class Flows:
    """All flows of one revision. `steps` is keyed by "flow.step"; `start` is such a key."""

    flows: Mapping[str, Flow]
    steps: Mapping[str, Step]
    start: str
    revision: str
    known: Known

    def flow_of(self, step: str) -> Flow:
        return self.flows[step.partition(".")[0]]

    def clinician_of(self, step: str) -> str | None:
        """Return where key 0 leads from `step` on the symptom path. A shared flow has none of its own."""
        own = self.flow_of(step).clinician
        return own or next((flow.clinician for flow in self.flows.values() if flow.clinician), None)
