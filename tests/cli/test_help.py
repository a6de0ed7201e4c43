"""Help: complete, quick, and never broken by a verb that isn't there."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from ivr.cli import verbs as table
from ivr.cli.verbs import VERBS, verbs
from tests.cli.clinic import CONFIG, IVR, REPOSITORY, run, type_in

# What `ivr --help` must not wait for.
HEAVY = ("apscheduler", "flask", "granian", "holidays", "pydantic", "ruamel", "sqlite_utils", "twilio")


def command(name: str) -> click.Command:
    found = verbs.get_command(click.Context(verbs), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_helps_with_examples_where_there_is_a_choice(name: str) -> None:
    shown = type_in(name, "--help")
    assert shown.exit_code == 0
    if len(command(name).params) > 1:
        assert f"ivr {name}" in shown.output.replace(f"Usage: ivr {name}", "")


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_takes_its_config_from_the_same_places(name: str) -> None:
    option = next(param for param in command(name).params if "--config" in param.opts)
    assert (option.envvar, option.default) == ("IVR_CONFIG", "config.yaml")


@pytest.mark.parametrize("name", VERBS)
def test_the_list_says_of_a_verb_what_its_own_help_says_first(name: str) -> None:
    text = " ".join((command(name).help or "").split())
    assert text.startswith(VERBS[name][1])


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_is_in_the_documents(name: str) -> None:
    documents = [REPOSITORY / "README.md", REPOSITORY / "docs" / "runbook.md"]
    text = " ".join(" ".join(path.read_text().split()) for path in documents if path.exists())
    assert f"ivr {name}" in text


def test_help_names_every_verb_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['ivr', '--help']\n"
        "from ivr.cli import main\n"
        "try: main()\n"
        f"finally: print('heavy:', [name for name in {HEAVY} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert all(f"\n  {name} " in shown.stdout for name in VERBS), shown
    assert "heavy: []" in shown.stdout


def test_a_verb_whose_module_is_missing_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "VERBS", {**VERBS, "later": ("ivr.cli.later:later", "Some day.")})
    assert "Some day." in type_in("--help").output
    asked = type_in("later")
    assert asked.exit_code == 2 and "No such command 'later'" in asked.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serv"], "Did you mean serve?"),
        (["rota", "--dayz", "3"], "'--days'?"),
        (["rota", "--days", "many"], "See `ivr rota --help`."),
        (["show"], "Missing argument 'CALL'."),
    ],
)
def test_a_slip_of_the_fingers_costs_one_line(words: list[str], said: str) -> None:
    asked = type_in(*words)
    assert asked.exit_code == 2
    assert asked.output.startswith("Error: ") and asked.output.count("\n") == 1 and said in asked.output


def test_an_error_of_our_own_is_one_line_without_a_number() -> None:
    code = (
        "import ivr.cli.verbs\n"
        "def verbs(prog_name): raise KeyError('+447700900123')\n"
        "ivr.cli.verbs.verbs = verbs\n"
        "from ivr.cli import main; main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 70
    assert ended.stderr.count("\n") == 1 and "+44…123" in ended.stderr and "0900" not in ended.stderr


def test_a_reader_that_has_enough_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [str(IVR), "rota", "--days", "366", "--config", str(CONFIG)],
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert ended.stderr == b""


def test_the_config_can_be_named_by_option_or_environment() -> None:
    assert run("rota", "--days", "0").stdout.startswith("On call")
    nowhere = run("rota", env={"IVR_CONFIG": "nowhere.yaml"})
    assert nowhere.returncode == 1 and nowhere.stderr.startswith("nowhere.yaml: there is no such file")
