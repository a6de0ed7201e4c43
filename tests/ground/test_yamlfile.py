"""YAML as people write it: every value knows its line, every mistake its cure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.yamlfile import BadInput, parse, read

FLOW = """\
# a comment
flow: concern
steps:
  gate:
    no: end          # not False
    1: again
    at: 22:30
    on: 2026-12-25
    list:
      - one
      - {a: 1, b: [x, y]}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        parse(text, "f.yaml")
    assert str(refusal.value) == "\n".join(map(str, refusal.value.problems))
    return [str(problem) for problem in refusal.value.problems]


# --- values and lines ---------------------------------------------------------


def test_names_are_text_as_written_and_so_are_times_and_dates() -> None:
    gate = parse(FLOW, "f.yaml").data["steps"]["gate"]

    assert gate == {
        "no": "end",
        "1": "again",
        "at": "22:30",
        "on": "2026-12-25",
        "list": ["one", {"a": 1, "b": ["x", "y"]}],
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("off", "off"), ("true", True), ("False", False), ("~", None), ("", None),
        ("12", 12), ("-3", -3), ("0o17", 15), ("0x1F", 31), ("010", 10), ("+447700900123", 447700900123),
        ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1e999", "1e999"), (".inf", ".inf"), ("1_000", "1_000"),
        ("'12'", "12"), ('"~"', "~"), ("!!str 12", "12"), ("9" * 5000, "9" * 5000),
        ("|\n  a\n  b", "a\nb\n"), (">\n  a\n  b", "a b\n"),
    ],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    got = parse(f"k: {text}\n", "f.yaml").data["k"]

    assert (got, type(got)) == (value, type(value))


def test_every_place_has_its_line_and_a_missing_one_that_of_its_parent() -> None:
    document = parse(FLOW, "f.yaml")

    assert document.line("flow") == 2
    assert document.line("steps", "gate", "no") == 5
    assert document.line("steps", "gate", "list", 1, "b", 0) == 11
    assert document.line("steps", "gate", "yes") == 4
    assert document.line("nowhere", "at", "all") == 2
    assert parse("", "f.yaml").line("x") is None


PRINTED = st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs", "Zl", "Zp"]), max_size=8)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | PRINTED,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PRINTED, inner, max_size=3),
        max_leaves=8,
    )
)
def test_json_is_read_as_what_it_is(value: object) -> None:
    assert parse(json.dumps({"k": value}, ensure_ascii=False), "f.yaml").data == {"k": value}


@settings(max_examples=200)
@given(st.text("ab:-?[]{},#&*!|>'\"%@` \t\n01~.", max_size=40) | st.text(max_size=30))
def test_any_text_is_either_read_or_refused_with_a_cure(text: str) -> None:
    try:
        document = parse(text, "f.yaml")
    except BadInput as error:
        assert error.problems
        assert all(problem.message and problem.cure for problem in error.problems)
    else:
        assert all(1 <= line <= text.count("\n") + text.count("\r") + 2 for line in document.lines.values())


# --- what isn't YAML ----------------------------------------------------------


def test_all_that_is_written_twice_is_told_at_once() -> None:
    assert problems("a: 1\nb:\n  c: 1\n  c: 2\na: 3\na: 4\n") == [
        "f.yaml:4: b.c is here twice (first on line 3). Keep one.",
        "f.yaml:5: a is here twice (first on line 1). Keep one.",
        "f.yaml:6: a is here twice (first on line 1). Keep one.",
    ]


UNEVEN = "the indentation doesn't match the lines above. Line it up with its neighbours."
UNSEEN = (
    "a control character is in the text."
    " Delete it; it can't be seen in most editors, so retype that line."
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\tb: 1\n", "2: a tab is used to indent. Use spaces."),
        ("a:\n  b: 1\n c: 2\n", f"3: {UNEVEN}"),
        ("- a\nb: 1\n", f"2: {UNEVEN}"),
        ("a: 'x\nb: 2\n", "1: a quote is opened and never closed. Close it, or double a quote inside it."),
        ("a: b: c\n", "1: a colon is out of place. Put text with a colon in quotes; check the indentation."),
        ("a: [1,\nb: 2\n", "3: a bracket is opened and never closed. Close it, and check the commas."),
        ("a: 1\nword\n", "3: a name has no colon after it. Write it as `name: value`."),
        ("a: @x\n", "1: a value begins with a sign that means something in YAML. Put the text in quotes."),
        ("a: 1\n---\nb: 2\n", "2: a second document begins (---). Keep one document in a file."),
        ("a: &x 1\nb: *x\n", "1: a reference (*) is not understood here. Write the value out again."),
        ("a: !x 1\n", "1: a tag (!) is not understood here. Put text that begins with ! in quotes."),
        ("? [a]\n: 1\n", "1: a name before a colon must be a word. Put braces in quotes."),
        ("a: 1\nb: \x07\n", f"2: {UNSEEN}"),
    ],
)
def test_what_is_not_yaml_has_its_line_and_cure(text: str, said: str) -> None:
    assert problems(text) == [f"f.yaml:{said}"]


def test_a_file_without_end_of_nesting() -> None:
    assert problems("[" * 2000) == ["f.yaml: the file is nested too deeply. Write it flatter."]


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("a: café".encode("latin-1"))
    (tmp_path / "mark.yaml").write_bytes(b"\xef\xbb\xbfa: 1")

    for name, why in (
        ("none.yaml", "there is no such file"),
        (".", "this is a folder, not a file"),
        ("latin.yaml", "the file isn't UTF-8 text"),
    ):
        with pytest.raises(BadInput) as refusal:
            read(tmp_path / name)
        assert [problem.message for problem in refusal.value.problems] == [why]
    assert read(tmp_path / "mark.yaml").data == {"a": 1}


def test_a_file_is_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text("a: 1")
    monkeypatch.chdir(tmp_path)

    assert read(tmp_path / "flows" / "main.yaml").file == "flows/main.yaml"
    assert read(Path("flows/main.yaml")).file == "flows/main.yaml"
