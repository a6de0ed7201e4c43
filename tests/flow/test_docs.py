"""docs/flows.md is right: each example loads, and each mistake that it shows is told in just those words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.flow.loader import load
from ivr.yamlfile import BadInput, parse
from tests.flow.shipped import FLOWS, FOLDER, KNOWN

DOCS = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
# What loading says; what the proof says stands further down, and has tests of its own.
LOADING = DOCS.partition("## When something is wrong")[2].partition("## What `ivr check` proves")[0]
TOLD = re.findall(r"^(flows/\w+\.yaml):(\d+): (.*)$", LOADING, re.MULTILINE)

# What somebody would have to mistype for each of the mistakes shown.
SLIPS = {
    "'emergancy'": ("yes: emergency", "yes: emergancy"),
    "gate_skin.signs": ("    sign: skin", "    signs: skin"),
    "'receptoin'": ("dial: reception", "dial: receptoin"),
    "{klinic}": ("{clinic}", "{klinic}"),
}


def whole(example: str) -> Iterator[str]:
    """An example as a flow: as it is, or its steps with an ending in place of each step they lead to."""
    if example.startswith("flow:"):
        yield example
        return
    steps = parse(example, "docs/flows.md").data
    yield "flow: example\npath: symptom\nclinician: key_0\n"
    yield f"start: {next(iter(steps))}\nsteps:\n"
    yield "".join(f"  {line}\n" for line in example.splitlines())
    yield "  key_0: {dial: on_call, disposition: clinician_now, whisper: Press 1.,"
    yield " taken: over, unanswered: over}\n"
    named = {str(value) for step in steps.values() for value in _values(step)}
    for name in sorted({"over"} | (named - steps.keys() - {"concern"})):
        if re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"  {name}: {{end: Goodbye.}}\n"


def _values(value: object) -> Iterator[object]:
    for inner in value.values() if isinstance(value, dict) else ():
        yield from (_values(inner) if isinstance(inner, dict) else (inner,))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split(":")[0])
def test_each_example_loads(example: str, tmp_path: Path) -> None:
    text = "".join(whole(example))
    (tmp_path / "example.yaml").write_text(text, encoding="utf-8")
    if "concern" in text:
        (tmp_path / "concern.yaml").write_text((FOLDER / "concern.yaml").read_text("utf-8"), encoding="utf-8")
    name = parse(text, "docs/flows.md").data["flow"]
    assert load(tmp_path, name, KNOWN).steps


def test_the_mistakes_shown_are_told_in_those_words(tmp_path: Path) -> None:
    assert len(TOLD) == len(SLIPS)
    files = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.yaml")}
    for file, _, said in TOLD:
        old, new = next(slip for mark, slip in SLIPS.items() if mark in said)
        name = file.removeprefix("flows/")
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        load(tmp_path, "main", KNOWN)
    told = {(Path(problem.file).name, str(problem).partition(": ")[2]) for problem in bad.value.problems}
    assert {(file.removeprefix("flows/"), said) for file, _, said in TOLD} <= told


def test_the_start_that_the_docs_name_is_the_shipped_one() -> None:
    assert FLOWS.start.startswith("main.") and "as shipped, `main`" in DOCS
