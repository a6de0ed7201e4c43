"""Every mistake of a long list is refused, by the loader or by a rule, with the right file and line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from ivr import app
from ivr.config import load
from ivr.flow.rules import RULES, Violation, judge
from ivr.yamlfile import BadInput, Problem
from tests.flow_proof.clinic import NOW, copy, evidence, shipped
from tests.flow_proof.edits import Edit, edits

EDITS = edits()
KNOWN = {(one.rule, one.message) for one in judge(shipped(brief=True))}  # of the shipped files as they are


def told(path: Path, rule: str) -> Iterable[Problem | Violation]:
    """What the loader says of a clinic's files, or else one rule."""
    try:
        if not rule:
            config = load(path, {}, now=NOW)
            app.flows(config)
            return config.warnings
        return judge(evidence(path, brief=True), [each for each in RULES if each.name == rule])
    except BadInput as bad:
        return bad.problems


def refused(edit: Edit, folder: Path) -> bool:
    """Make a mistake in a copy of the shipped files; return whether it is told of, at its file and line."""
    path = copy(folder)
    edit.make(folder)
    found = []
    for one in told(path, edit.rule):
        rule = one.rule if isinstance(one, Violation) else ""
        if (rule, one.message) not in KNOWN:
            found.append((rule, one.level == "warning", Path(one.file).name, one.line))
    return (edit.rule, edit.warns, Path(edit.shows or edit.file).name, edit.line(folder)) in found


def told_of_before(edit: Edit) -> bool:
    """Whether an earlier mistake is found by the same rule: exploring anew takes a third of a second."""
    return bool(edit.rule) and any(one.rule == edit.rule for one in EDITS[: EDITS.index(edit)])


def marked(edit: Edit) -> object:
    marks = [pytest.mark.soak] if told_of_before(edit) else []
    return pytest.param(edit, id=str(edit), marks=marks)


@pytest.mark.parametrize("edit", list(map(marked, EDITS)))
def test_mistake_is_refused_where_it_is(edit: Edit, tmp_path: Path) -> None:
    assert refused(edit, tmp_path)


def test_there_are_enough_mistakes_and_no_two_are_the_same() -> None:
    assert len(EDITS) >= 60
    assert len({edit.name for edit in EDITS}) == len({(e.file, e.old, e.new) for e in EDITS}) == len(EDITS)
    assert {edit.rule for edit in EDITS} <= {"", *(rule.name for rule in RULES)}
