"""Tying flows together: every name of a next step written out as "flow.step", or reported."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ivr.flow.hearing import CLINICIAN
from ivr.flow.model import Flow, Known, Signed
from ivr.flow.references import did_you_mean, problems_of_step
from ivr.flow.steps import Dial, Step
from ivr.flow.turn import CallerPath
from ivr.yamlfile import Document, Problem

Loc = tuple[str, ...]  # a place in a flow's file
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Header(BaseModel):
    """The top of a flow file. `steps` are read one by one, each by its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    flow: str
    start: str
    path: CallerPath = "open"
    clinician: str | None = None
    signed: Signed = Signed()
    steps: dict[str, dict[str, object]]


@dataclass(frozen=True)
class FlowFile:
    """One file that could be read: its header, and those of its steps that are well formed."""

    document: Document
    header: Header
    steps: Mapping[str, Step]


class Tie:
    """Ties one file to the others. `unread`: the flows whose files are broken; nothing is said of those."""

    def __init__(
        self, file: FlowFile, files: Mapping[str, FlowFile], unread: Set[str], problems: list[Problem]
    ) -> None:
        self.file = file
        self.files = files
        self.unread = unread
        self.problems = problems

    def flow(self, known: Known) -> Flow:
        """Return the flow with its targets written out; what is wrong goes to `problems`."""
        header, document = self.file.header, self.file.document
        self._check_names()
        return Flow(
            name=header.flow,
            path=header.path,
            start=self._start(),
            clinician=self._clinician(),
            signed=header.signed,
            steps={f"{header.flow}.{name}": self._step(name, known) for name in self.file.steps},
            file=document.file,
            lines={f"{header.flow}.{name}": document.line("steps", name) or 1 for name in header.steps},
        )

    def _start(self) -> str:
        """The first step is one of this flow's own: other flows name it by this flow's name alone."""
        header = self.file.header
        if header.start not in header.steps:
            cure = did_you_mean(header.start, header.steps)
            self._report(("start",), f"no step {header.start!r} in this flow", cure)
        return f"{header.flow}.{header.start}"

    def _check_names(self) -> None:
        """A place is written "flow.step", so neither name may hold a stop; nor "?", which marks a sign."""
        header = self.file.header
        places: list[tuple[Loc, str]] = [(("flow",), header.flow)]
        places += [(("steps", name), name) for name in header.steps]
        for loc, name in places:
            if not _NAME.fullmatch(name):
                self._report(loc, f"{name!r} is not a name", "Use small letters, digits and _")

    def _step(self, name: str, known: Known) -> Step:
        step = self.file.steps[name]
        for loc, message, cure in problems_of_step(step, known):
            self._report(("steps", name, *loc), message, cure)
        tied: dict[str, object] = {}
        for loc, target in step.exits():
            full = self._target(("steps", name, *loc), target)
            zero = self.file.header.path == "symptom" and loc == ("keys", CLINICIAN)
            if zero and not self._rings_clinician(full):
                message = "on the symptom path key 0 is the clinician's"
                self._report(("steps", name, *loc), message, "Leave key 0 out: it rings them by itself")
            if len(loc) == 1:
                tied[loc[0]] = full
            else:
                kept = tied.setdefault(loc[0], {})
                if isinstance(kept, dict):
                    kept[loc[1]] = full
        return step.model_copy(update=tied)

    def _clinician(self) -> str | None:
        name = self.file.header.clinician
        if name is None:
            if self.file.header.path == "symptom":
                cure = "Add `clinician: STEP`, a dial step with a disposition"
                self._report(("path",), "a symptom flow must say where key 0 leads", cure)
            return None
        full = self._target(("clinician",), name)
        if not self._rings_clinician(full):
            cure = "Name a dial step that has a disposition"
            self._report(("clinician",), f"{name!r} does not ring a clinician", cure)
        return full

    def _rings_clinician(self, full: str) -> bool:
        """Return whether a step rings for a page; one that isn't there, or isn't well formed, may."""
        flow, _, step = full.partition(".")
        found = self.files[flow].steps.get(step) if flow in self.files else None
        return found is None or (isinstance(found, Dial) and found.disposition is not None)

    def _target(self, loc: Loc, target: str) -> str:
        """A step of this flow, another flow (its start), or "flow.step". A wrong one comes back as it is."""
        me, own = self.file.header.flow, self.file.header.steps
        others = self.files.keys() - {me}
        if target in own and target in others:
            message = f"{target!r} is a step of this flow and another flow too"
            self._report(loc, message, f"Write {me}.{target} or rename the step")
        elif target in own:
            return f"{me}.{target}"
        elif target in self.files:
            return f"{target}.{self.files[target].header.start}"
        else:
            flow, _, step = target.partition(".")
            if flow in self.unread or (flow in self.files and step in self.files[flow].header.steps):
                return target
            elsewhere = (f"{name}.{step}" for name in others for step in self.files[name].header.steps)
            cure = did_you_mean(target, [*own, *others, *elsewhere])
            self._report(loc, f"no step or flow {target!r}", cure)
        return target

    def _report(self, loc: Loc, message: str, cure: str) -> None:
        document = self.file.document
        self.problems.append(Problem(document.file, document.line(*loc), message, cure))
