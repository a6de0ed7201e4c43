"""`make demo`'s story, and the transcript of it that the README shows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.clinic import CONFIG, type_in

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"<!-- demo -->\n```\n(.*?)\n```\n<!-- /demo -->", re.DOTALL)


def played() -> str:
    found = type_in("demo", "--config", str(CONFIG))
    assert found.exit_code == 0, found.output
    return found.output


def test_the_second_clinician_takes_the_call_that_a_voicemail_answered() -> None:
    lines = [" ".join(line.split()) for line in played().splitlines()]
    heard = [line for line in lines if "voicemail answers" in line or "presses 1" in line or "joins" in line]
    assert [line.split(" s ")[1] for line in heard[-3:]] == [
        "Ben voicemail answers",
        "Chloe presses 1",
        "line joins caller and Chloe",
    ]
    assert "taken by Chloe Farrow" in lines[-2] and "whose chain holds" in lines[-2]


def test_the_readme_shows_just_what_the_demo_prints() -> None:
    shown = SHOWN.search((ROOT / "README.md").read_text())
    assert shown is not None
    assert played().split("Take part in one yourself")[0].rstrip() == shown[1].rstrip()


def test_nothing_that_the_demo_prints_holds_a_number() -> None:
    assert re.search(r"\+\d{9}", played()) is None
