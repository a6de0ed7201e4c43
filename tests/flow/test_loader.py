"""Loading flows: what is right is tied together, and what is wrong is told all at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.flow.loader import load
from ivr.flow.model import Flows
from ivr.yamlfile import BadInput, Problem
from tests.flow.broken import LEADING, Broken
from tests.flow.broken_fields import WRITTEN
from tests.flow.shipped import FLOWS, FOLDER, KNOWN
from tests.flow.sound import BOOKING, CONCERN, MAIN


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, start: str = "main") -> list[Problem]:
    with pytest.raises(BadInput) as bad:
        load(folder, start, KNOWN)
    return list(bad.value.problems)


def loaded(folder: Path, **files: str) -> Flows:
    return load(written(folder, **files), "main", KNOWN)


def test_the_files_that_the_examples_change_are_right(tmp_path: Path) -> None:
    # The main menu leads to booking too, in the one example that needs it to.
    flows = loaded(tmp_path, main=MAIN, concern=CONCERN, desk=BOOKING)
    assert flows.start == "main.hello"
    assert {name.partition(".")[0] for name in flows.steps} == {"main", "concern", "desk"}


@pytest.mark.parametrize("leads", ["ring", "concern.ring"])
def test_key_0_of_a_symptom_step_may_be_another_way_to_a_clinician(leads: str, tmp_path: Path) -> None:
    concern = CONCERN.replace("done: bye", f'keys: {{"0": {leads}}}\n    done: bye')
    assert ("concern.ring", "0") in [
        (target, place[-1])
        for place, target in loaded(tmp_path, main=MAIN, concern=concern).steps["concern.more"].exits()
    ]


@pytest.mark.parametrize("broken", LEADING + WRITTEN, ids=lambda broken: broken.name)
def test_a_mistake_is_told_with_its_line_and_its_cure(broken: Broken, tmp_path: Path) -> None:
    files = {"main.yaml": MAIN, "concern.yaml": CONCERN, "desk.yaml": BOOKING}
    if "by way of" in broken.name:
        files["main.yaml"] = MAIN.replace('"2": bye', '"2": desk')
    if "one name" in broken.name:
        files["concern.yaml"] += "  main: {goto: bye}\n"
    if "for a desk" in broken.name:
        files["concern.yaml"] += "  phone: {dial: reception, taken: bye, unanswered: bye}\n"
    assert broken.old in files[broken.file]
    files[broken.file] = files[broken.file].replace(broken.old, broken.new, 1)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = problems(tmp_path)
    about = [
        p
        for p in found
        if p.file.endswith(broken.file) and p.line == broken.line and broken.message in p.message
    ]
    assert about, "\n".join(map(str, found))
    assert broken.cure in about[0].cure, about[0].cure
    assert about[0].level == "error"


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    written(
        tmp_path,
        main=MAIN.replace("next: topic", "next: topik")
        .replace('"Hello."', '"Hello {klinic}."')
        .replace("ask:", "aks:"),
        concern=CONCERN.replace("dial: on_call", "dial: nobody")
        .replace("    sign: breathing\n", "")
        .replace("clinician: ring", "clinician: soon"),
        desk=BOOKING.replace("record: booking", "record: booking\n  x: y"),
        extra="flow: extra\nstart: a\nsteps:\n  a: {goto: nowhere}\n",
    )
    found = [(Path(problem.file).name, problem.line) for problem in problems(tmp_path)]
    assert found == sorted(found, key=lambda place: (place[0], place[1] or 0))
    assert {("main.yaml", 5), ("main.yaml", 6), ("main.yaml", 7)} <= set(found)
    assert {("concern.yaml", 3), ("concern.yaml", 6), ("concern.yaml", 17)} <= set(found)
    assert ("extra.yaml", 4) in found
    assert any(file == "desk.yaml" for file, _ in found)


def test_a_file_that_cannot_be_read_hides_no_mistake_of_another_and_adds_none(tmp_path: Path) -> None:
    written(tmp_path, main=MAIN.replace('"2": bye', '"2": nowhere'), concern="flow: concern\n  start: [")
    found = problems(tmp_path)
    assert sorted(Path(problem.file).name for problem in found) == ["concern.yaml", "main.yaml"]


def test_a_flow_in_a_file_of_another_name_adds_no_mistake_of_its_own(tmp_path: Path) -> None:
    written(tmp_path, a=MAIN, b=CONCERN.replace("path: symptom", "path: symptoms"))
    assert [(Path(problem.file).name, problem.line) for problem in problems(tmp_path)] == [("b.yaml", 2)]


def test_a_mistake_reads_as_one_line(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, main=MAIN.replace("next: topic", "next: topik"), concern=CONCERN))
    assert str(problem).endswith("main.yaml:6: no step or flow 'topik'. Did you mean 'topic'?")


def test_two_files_of_one_flow_are_told(tmp_path: Path) -> None:
    found = problems(written(tmp_path, main=MAIN, other=MAIN, concern=CONCERN))
    assert [(Path(p.file).name, p.line) for p in found] == [("other.yaml", 1)]
    assert "is in" in found[0].message and "main.yaml" in found[0].message


def test_a_folder_without_flows_is_told(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert problem.file == str(tmp_path) and "no flow was found" in problem.message


def test_a_start_that_no_flow_has_is_told(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, main=MAIN, concern=CONCERN), start="mian")
    assert "no flow 'mian', with which calls begin" in problem.message and "'main'" in problem.cure


def test_targets_are_written_out(tmp_path: Path) -> None:
    flows = loaded(tmp_path, main=MAIN, concern=CONCERN)
    assert dict(flows.steps["main.topic"].exits()) == {
        ("keys", "1"): "concern.gate",
        ("keys", "2"): "main.bye",
        ("silence",): "main.bye",
        ("wrong",): "main.bye",
    }
    assert flows.flows["concern"].clinician == "concern.ring"
    assert flows.flows["main"].lines["main.bye"] == 15


def test_every_exit_of_the_shipped_flows_is_a_step() -> None:
    for step in FLOWS.steps.values():
        assert {target for _, target in step.exits()} <= FLOWS.steps.keys()


def test_keys_may_be_written_without_quotes(tmp_path: Path) -> None:
    text = MAIN.replace('"1": concern', "1: concern").replace('"2": bye', "2: bye")
    assert loaded(tmp_path, main=text, concern=CONCERN).steps == loaded(tmp_path, main=MAIN).steps


def test_wording_makes_another_revision_and_a_signature_does_not(tmp_path: Path) -> None:
    first = loaded(tmp_path, main=MAIN, concern=CONCERN).revision
    signed = MAIN.replace("start: hello", 'start: hello\nsigned: {by: "A. Person", on: "2026-11-01"}')
    assert loaded(tmp_path, main=signed).revision == first
    assert loaded(tmp_path, main=MAIN.replace("Hello.", "Hello!")).revision != first
    assert loaded(tmp_path, main=MAIN.replace("silence: bye", "silence: hello")).revision != first


def test_another_clinician_for_key_0_makes_another_revision(tmp_path: Path) -> None:
    two = CONCERN + CONCERN.partition("  ring:")[2].partition("  open:")[0].join(("  ring_two:", ""))
    first = loaded(tmp_path, main=MAIN, concern=two).revision
    other = two.replace("clinician: ring", "clinician: ring_two")
    assert loaded(tmp_path, concern=other).revision != first


def test_the_same_files_make_the_same_revision() -> None:
    assert load(FOLDER, "main", replace(KNOWN, listen_seconds=9)).revision == FLOWS.revision
