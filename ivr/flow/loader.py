"""Flows from files: read, checked and tied together, or every mistake at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from ivr.flow.model import Flow, Flows, Known
from ivr.flow.references import did_you_mean
from ivr.flow.steps import KINDS, Step
from ivr.flow.ties import FlowFile, Header, Tie
from ivr.flow.ways import problems_of_ways
from ivr.yamlfile import BadInput, Document, Problem, read, shown, validate
from ivr.yamlfile import parse as parse_text


def load(folder: Path, start: str, known: Known) -> Flows:
    """Read every `*.yaml` of `folder`; a call begins with flow `start`.

    Errors: BadInput with every problem of every file, each with its line and cure.
    """
    return _load(folder, {path.stem: partial(read, path) for path in folder.glob("*.yaml")}, start, known)


def parse(texts: Mapping[str, str], folder: Path, start: str, known: Known) -> Flows:
    """As load(), from what was read before: `texts` by the name of the file, "main.yaml". Nothing is read."""
    readers = {
        Path(name).stem: partial(parse_text, text, shown(folder / name)) for name, text in texts.items()
    }
    return _load(folder, readers, start, known)


def _load(folder: Path, readers: Mapping[str, Callable[[], Document]], start: str, known: Known) -> Flows:
    """Tie together what `readers` read, each by its file's stem."""
    problems: list[Problem] = []
    files: dict[str, FlowFile] = {}
    unread: set[str] = set()
    for stem, reader in sorted(readers.items()):
        if (file := _read(stem, reader, problems, unread)) is None:
            continue
        name, document = file.header.flow, file.document
        if name in files:
            message = f"flow {name!r} is in {files[name].document.file} too"
            problems.append(Problem(document.file, document.line("flow"), message, "Rename one of them"))
        else:
            files[name] = file
    if not files and not unread:
        raise BadInput([Problem(str(folder), None, "no flow was found here", "Put flows (*.yaml) into it")])
    flows = {name: Tie(file, files, unread, problems).flow(known) for name, file in files.items()}
    if start not in flows and start not in unread:
        message = f"no flow {start!r}, with which calls begin"
        problems.append(Problem(str(folder), None, message, did_you_mean(start, flows)))
    for name, loc, message, cure in problems_of_ways(flows):
        flow, _, step = name.partition(".")
        document = files[flow].document
        problems.append(Problem(document.file, document.line("steps", step, *loc), message, cure))
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    steps = {step: value for flow in flows.values() for step, value in flow.steps.items()}
    return Flows(flows, steps, flows[start].start, _revision(flows.values(), start), known)


def _read(
    stem: str, reader: Callable[[], Document], problems: list[Problem], unread: set[str]
) -> FlowFile | None:
    """Read one file. What is wrong goes to `problems`, the name of a flow that can't be tied to `unread`."""
    unread_as = [stem]
    try:
        document = reader()
        data = document.data if isinstance(document.data, dict) else {}
        unread_as.append(str(data.get("flow")))
        steps = _steps(document, data.get("steps"), problems)
        return FlowFile(document, validate(Header, document), steps)
    except BadInput as bad:
        problems += bad.problems
        unread.update(unread_as)
        return None


def _steps(document: Document, written: object, problems: list[Problem]) -> dict[str, Step]:
    """Read the steps. One that is wrong goes to `problems`, so that the others are still looked at."""
    steps: dict[str, Step] = {}
    for name, fields in written.items() if isinstance(written, dict) else ():
        if not isinstance(fields, dict):
            continue  # the header's check tells of it
        kind = next(iter(fields), "")
        if kind in KINDS:
            try:
                steps[name] = validate(KINDS[kind], document, ("steps", name))
            except BadInput as bad:
                problems += bad.problems
        else:
            message = f"step {name!r} opens with {kind!r}, which is no kind of step"
            message = message if kind else f"step {name!r} is empty"
            line = document.line("steps", name)
            later = " or ".join(f"`{field}:`" for field in fields if field in KINDS)
            cure = f"Put the kind first: {later}" if later else did_you_mean(kind, KINDS)
            problems.append(Problem(document.file, line, message, cure))
    return steps


def _revision(flows: Iterable[Flow], start: str) -> str:
    """A hash over all that callers can meet: wording and ways, not who signed it."""
    content = [
        {
            "flow": flow.name,
            "path": flow.path,
            "start": flow.start,
            "clinician": flow.clinician,
            "steps": {name: [step.kind, step.model_dump(mode="json")] for name, step in flow.steps.items()},
        }
        for flow in sorted(flows, key=lambda flow: flow.name)
    ]
    text = json.dumps([start, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
