"""A mistake in config.yaml is answered with its line, what is wrong, and the cure."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.config import load
from ivr.yamlfile import BadInput, parse
from tests.config.clinic import NOW, TEXT, changed, loaded, refused, written

_, *MISTAKES = (Path(__file__).parent / "mistakes.txt").read_text("utf-8").strip().split("\n\n")


def lines(mistake: str, sign: str) -> list[str]:
    return [line[1:] for line in mistake.splitlines() if line.startswith(sign)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: lines(mistake, "!")[0].strip()[:60])
def test_a_mistake(tmp_path: Path, mistake: str) -> None:
    old, new = ("".join(f"{line}\n" for line in lines(mistake, sign)) for sign in "-+")

    found = [str(problem) for problem in refused(tmp_path, (old, new))]

    assert found == [f"{tmp_path}/config.yaml:{line.strip()}" for line in lines(mistake, "!")]


def test_there_are_many_and_each_has_a_cure(tmp_path: Path) -> None:
    assert len(MISTAKES) >= 30
    for mistake in MISTAKES:
        old, new = ("".join(f"{line}\n" for line in lines(mistake, sign)) for sign in "-+")
        for problem in refused(tmp_path, (old, new)):
            assert problem.cure or "must be" in problem.message  # a limit is its own cure


def test_nothing_was_wrong_to_begin_with(tmp_path: Path) -> None:
    assert loaded(tmp_path).warnings == ()


def test_no_mistake_is_told_in_the_library_s_words() -> None:
    said = "\n".join(line for mistake in MISTAKES for line in lines(mistake, "!")).lower()

    for word in "input validat pydantic string dict tuple literal mapping none".split():
        assert word not in said


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A bad phone hides neither an unknown name, nor a text that is too long, nor a hole in the rota."""
    problems = refused(
        tmp_path,
        ('phones: ["+447700900002"]', "phones: [+447700900002]"),
        ("owner: ana", "owner: anna"),
        ("look at the log.", "look at the log" + " and see" * 20),
        ("  alarm", "  alarm2: '{what}'\n  alarm"),
        ("days: every day", "days: weekdays"),
        ('to: "2026-12-27 08:00"', 'to: "2026-12-21 08:00"'),
        env={"IVR_SECRET_KEY": "short"},
    )

    assert [(problem.line, problem.message.split(":")[0].split(" ")[0]) for problem in problems] == [
        (12, "people.ben.phones.0"),
        (14, "owner"),
        (31, "texts.alarm2"),
        (32, "texts.alarm"),
        (43, "rota.shifts"),
        (47, "rota.overrides.0"),
        (None, "is"),
    ]
    assert problems[-1].file == "IVR_SECRET_KEY"


def test_no_phone_number_is_ever_in_a_message(tmp_path: Path) -> None:
    """Problems are logged by a server that can't start."""
    problems = refused(
        tmp_path,
        ("owner: ana", 'owner: "+447700900001"'),
        ("people: [ben, ana]", 'people: ["07700 900002", ana]'),
        ("rehearsal: true", '"+447700900003": true'),
        ("sunday: closed", 'sunday: "07700900004"'),
        ('name: "Ben Ashdown"', 'name: "+44 7700 (900) 005 {}"'),
        ("order: together", 'order: "07700900006"'),
    )

    said = "\n".join(map(str, problems))
    assert len(problems) >= 6
    assert "90000" not in said.replace(" ", "")


def test_a_secret_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    [problem] = refused(tmp_path, ("rehearsal: true", "auth_token: 8c1f00f4e5d6a7b8c9d0e1f2a3b4c5d6"))

    assert problem.message == "line.auth_token is not a setting"
    assert "8c1f" not in str(problem)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        load(tmp_path / "nowhere.yaml", {"IVR_SECRET_KEY": "short"}, now=NOW)

    first, second = refusal.value.problems
    assert first.message == "there is no such file"
    assert second.file == "IVR_SECRET_KEY"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n", "hello\n", "12\n", "~\n"])
def test_a_file_that_is_something_else(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        load(written(tmp_path, text), {}, now=NOW)

    assert "must be a block of settings" in str(refusal.value)


SECTIONS = re.findall(r"^(\w+):$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("value", ["~", "3", "text", "[]", "[1, {a: b}]", "{a: ~}", "{a: [1]}"])
def test_a_section_of_another_shape_is_told_without_a_crash(tmp_path: Path, section: str, value: str) -> None:
    text = changed((f"{section}:\n", f"{section}: {value}\nnot_this:\n"))

    with pytest.raises(BadInput) as refusal:
        load(written(tmp_path, text), {}, now=NOW)

    assert any(problem.message.startswith(section) for problem in refusal.value.problems)


WHOLE = parse(TEXT, "config.yaml")
PLACES = sorted((place for place in WHOLE.lines if place), key=str)
SCALARS: list[object] = [None, True, 3, 0.5, "", "x", "{", "08:00", "+447700900003"]
ODD = [*SCALARS, [], ["ana"], [[]], {}, {"ana": {}}, {"x": None}]


@settings(max_examples=80)
@given(place=st.sampled_from(PLACES), value=st.sampled_from(ODD))
def test_whatever_stands_in_any_place_is_accepted_or_told(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str | int, ...], value: object
) -> None:
    data = copy.deepcopy(WHOLE.data)
    inner = data
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    path = written(tmp_path_factory.mktemp("odd"), json.dumps(data))  # JSON is YAML too

    try:
        load(path, {}, now=NOW).words(NOW)
    except BadInput as refusal:
        assert all(problem.line == 1 for problem in refusal.problems)
