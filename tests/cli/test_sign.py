"""`ivr sign`: what is signed was shown, and nothing else in the file changes."""

from __future__ import annotations

import os
import shutil
import stat
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.inside import signatures
from ivr.cli.setting import whole
from ivr.cli.sign import sign
from ivr.clock import SystemClock
from ivr.flow.signing import State, signature, wording
from ivr.yamlfile import BadInput
from ivr.yamlfile.edit import put
from tests.cli.clinic import CONFIG

ANA = ("--by", "Ana Marlow", "--registration", "GMC 1234567")
FIELDS = {"by": "Zoë “Z” O'Hara", "wording": "5a: #1"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(CONFIG.parent / "flows", tmp_path / "flows")
    return Path(shutil.copy(CONFIG, tmp_path / "config.yaml"))


def type_sign(config: Path, *words: str, answer: str = "") -> Result:
    return CliRunner().invoke(sign, ["--config", str(config), *words], input=answer, prog_name="ivr sign")


def state(config: Path, flow: str) -> State:
    return signature(whole(config)[1].flows[flow], SystemClock().now().date()).state


def test_a_clinician_reads_signs_and_an_edit_undoes_it(config: Path) -> None:
    file = config.parent / "flows" / "concern.yaml"
    before = file.read_bytes()
    asked = type_sign(config, "concern", *ANA, answer="y\n")
    assert asked.exit_code == 0, asked.output
    assert "Press 1 if any is true now. It's hard to breathe." in asked.output
    assert "1, yes, or unclear → emergency" in asked.output and "[y/N]" in asked.output
    lines, old = file.read_bytes().splitlines(True), before.splitlines(True)
    changed = [now for now, was in zip(lines, old, strict=True) if now != was]
    assert len(changed) == 1 and changed[0].startswith(
        b'signed: {by: "Ana Marlow", registration: "GMC 1234567"'
    )
    assert state(config, "concern") is State.SIGNED and state(config, "main") is State.UNSIGNED

    file.write_bytes(file.read_bytes().replace(b"hard to breathe", b"harder to breathe"))
    assert state(config, "concern") is State.EDITED
    assert type_sign(config, "concern", *ANA, "--yes").exit_code == 0
    assert state(config, "concern") is State.SIGNED


def test_doctor_says_when_the_wording_was_changed_after_it_was_signed(config: Path) -> None:
    def doctor() -> list[str]:
        clinic, flows = whole(config)
        return [str(finding) for finding in signatures(clinic, flows, SystemClock().now())]

    assert "note  nobody has signed the wording of concern" in doctor()[0]
    assert type_sign(config, "concern", *ANA, "--yes").exit_code == 0
    assert doctor()[0].startswith("ok    concern is signed, to be reviewed by 20")
    file = config.parent / "flows" / "concern.yaml"
    file.write_bytes(file.read_bytes().replace(b"hard to breathe", b"harder to breathe"))
    assert doctor()[0] == (
        "MEND  concern is not signed: The wording or a way was changed after Ana Marlow (GMC 1234567) had"
        " signed it.\n      Have a clinician read it, and `ivr sign` it"
    )


def test_who_does_not_confirm_has_not_signed(config: Path) -> None:
    before = (config.parent / "flows" / "main.yaml").read_bytes()
    assert type_sign(config, "main", *ANA, answer="n\n").exit_code == 1
    assert (config.parent / "flows" / "main.yaml").read_bytes() == before


def test_a_day_of_review_can_be_chosen(config: Path) -> None:
    today = SystemClock().now().date()
    assert type_sign(config, "main", *ANA, "--yes").exit_code == 0
    default = whole(config)[1].flows["main"].signed.review_by or ""
    assert 360 <= (date.fromisoformat(default) - today).days <= 366
    chosen = f"{today.year + 2}-01-31"
    assert type_sign(config, "main", *ANA, "--review-by", chosen, "--yes").exit_code == 0
    assert whole(config)[1].flows["main"].signed.review_by == chosen


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("concerns", *ANA), "there is no flow 'concerns'. Did you mean 'concern'?"),
        (("concern", "--by", "?", "--registration", "GMC 1234567"), "--by '?' can't stand in a signature"),
        (("concern", "--by", "Ana Marlow", "--registration", "{}"), "--registration '{}' can't stand"),
        (("concern", *ANA, "--review-by", "next year"), "--review-by 'next year' is no day"),
        (("concern", *ANA, "--review-by", "2020-01-01"), "must lie ahead"),
        (("concern", "--by", "Ana Marlow"), "Missing option '--registration'"),
    ],
)
def test_what_can_not_be_signed_is_told(config: Path, words: tuple[str, ...], said: str) -> None:
    before = (config.parent / "flows" / "concern.yaml").read_bytes()
    asked = type_sign(config, *words, "--yes")
    assert asked.exit_code in (1, 2) and said in asked.output
    assert (config.parent / "flows" / "concern.yaml").read_bytes() == before


def test_flows_with_mistakes_are_not_signed(config: Path) -> None:
    file = config.parent / "flows" / "main.yaml"
    file.write_bytes(file.read_bytes().replace(b"next: topic", b"next: topik"))
    asked = type_sign(config, "concern", *ANA, "--yes")
    assert asked.exit_code == 1 and "main.yaml:" in asked.output


def test_the_files_rights_stay_and_nothing_is_left_beside_it(config: Path) -> None:
    file = config.parent / "flows" / "main.yaml"
    file.chmod(0o640)
    names = sorted(os.listdir(file.parent))
    assert type_sign(config, "main", *ANA, "--yes").exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o640 and sorted(os.listdir(file.parent)) == names


def test_signing_is_no_change_of_what_callers_meet(config: Path) -> None:
    before = whole(config)[1]
    assert type_sign(config, "desk", *ANA, "--yes").exit_code == 0
    after = whole(config)[1]
    assert after.steps == before.steps and after.start == before.start
    assert after.revision != before.revision  # who signed what is part of a revision: it is published anew
    assert wording(after.flows["desk"]) == wording(before.flows["desk"])


# How people write the block; what it has to become.
WRITTEN = [
    ("signed: {by: ~, on: ~}  # ask Ana\n", 'signed: {by: "B", on: ~, wording: "W"}  # ask Ana\n'),
    ("signed: {by: old, wording: 'x' }\n", 'signed: {by: "B", wording: "W" }\n'),
    ("signed: {}\n", 'signed: {by: "B", wording: "W"}\n'),
    ("signed:\n", 'signed: {by: "B", wording: "W"}\n'),
    ("signed: ~  # not yet\n", 'signed: {by: "B", wording: "W"}  # not yet\n'),
    (
        "signed:\n    by: ~        # name\n    on: 2026-01-01  # day\n\n# more\n",
        'signed:\n    by: "B"        # name\n    on: 2026-01-01  # day\n    wording: "W"\n\n# more\n',
    ),
    ("signed:\n  wording:\n  by: a\n", 'signed:\n  wording: "W"\n  by: "B"\n'),
    ("signed:\n  by: |\n    a\n    b\n  on: x\n", 'signed:\n  by: "B"\n  on: x\n  wording: "W"\n'),
    ("", 'signed: {by: "B", wording: "W"}\n'),
]


@pytest.mark.parametrize(("old", "new"), WRITTEN)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_block_is_filled_in_however_it_was_written(old: str, new: str, end: str, mark: str) -> None:
    text = mark + f"# é\nflow: a\n{old}start: b  # c\nsteps:\n  b: {{end: 'Bye.'}}\n".replace("\n", end)
    wanted = mark + f"# é\nflow: a\n{new}start: b  # c\nsteps:\n  b: {{end: 'Bye.'}}\n".replace("\n", end)
    assert put(text, "a.yaml", "signed", {"by": "B", "wording": "W"}, before="start") == wanted


def test_a_block_at_the_end_of_a_file_without_a_last_line_end() -> None:
    text = put("a: b\nsigned:\n  by: ~", "a.yaml", "signed", FIELDS, before="a")
    assert text == 'a: b\nsigned:\n  by: "Zoë “Z” O\'Hara"\n  wording: "5a: #1"'


@pytest.mark.parametrize("text", ["{signed: {by: ~}, a: b}", "signed: [by]\na: b\n", "signed: yes\n- a\n"])
def test_what_can_not_be_edited_is_told(text: str) -> None:
    with pytest.raises(BadInput):
        put(text, "a.yaml", "signed", FIELDS, before="a")
