"""`ivr check`: all that is wrong, or what the line is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.cli.clinic import CONFIG, run, type_in

SECRETS = {
    "IVR_PUBLIC_URL": "https://line.example.org",
    "IVR_SECRET_KEY": "kX3vQ9-a-key-of-a-test-only-0123456789",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "token-of-a-test-only",
}


def copied(folder: Path) -> Path:
    """A copy of the shipped config and its flows, to make mistakes in."""
    shutil.copytree(CONFIG.parent / "flows", folder / "flows")
    return Path(shutil.copy(CONFIG, folder / "config.yaml"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_line_is_sound_and_summed_up() -> None:
    found = run("check")
    assert found.returncode == 0, found.stderr
    assert "Rose Clinic, +44…000" in found.stdout
    assert re.search(r"^Flows +concern \(\d+ steps\), ", found.stdout, re.M)
    assert re.search(r"^Prompts +\d+, revision [0-9a-f]{16}$", found.stdout, re.M)
    assert re.search(r"^On call +\w+ \w+, then ", found.stdout, re.M)
    assert re.search(r"^Hours +desk: (open|closed) now", found.stdout, re.M)


def test_it_says_loudly_that_it_is_rehearsed_and_unsigned(tmp_path: Path) -> None:
    file = copied(tmp_path)
    found = type_in("check", "--config", str(file)).output
    assert "REHEARSAL: " in found and "UNSIGNED: no clinician has signed the wording of concern" in found
    change(file, "rehearsal: true", "rehearsal: false")
    refused = type_in("check", "--config", str(file))
    assert refused.exit_code == 1 and "REHEARSAL" not in refused.output
    assert "flow concern: No clinician has signed it" in refused.output


def test_it_names_what_serving_still_needs() -> None:
    assert "still to be set: IVR_PUBLIC_URL, IVR_SECRET_KEY, TWILIO_ACCOUNT_SID" in type_in("check").output
    assert "all that is needed is set" in type_in("check", env=SECRETS).output


def test_mistakes_of_config_flows_and_environment_come_together(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(file, "owner: ana", "owner: anna")
    change(file, '"+447700900002"', "07700 900002")
    change(tmp_path / "flows" / "desk.yaml", "record: booking", "record: bookings")
    found = run("check", "--config", str(file), env={"TWILIO_ACCOUNT_SID": "me"})
    assert found.returncode == 1 and found.stdout == ""
    assert "Did you mean ana?" in found.stderr
    assert "config.yaml:" in found.stderr and "desk.yaml:" in found.stderr
    assert "TWILIO_ACCOUNT_SID: is not an account id" in found.stderr
    assert "Traceback" not in found.stderr and "900002" not in found.stderr
    assert re.search(r"^\d mistakes: put right", found.stderr, re.M)


def test_a_mistake_in_a_flow_alone_is_found_too(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(tmp_path / "flows" / "main.yaml", "next: topic", "next: topik")
    found = type_in("check", "--config", str(file))
    assert found.exit_code == 1 and "main.yaml:" in found.output and "topic" in found.output


def test_it_ends_with_what_was_proved_and_in_how_many_seconds_help_comes(tmp_path: Path) -> None:
    shown = type_in("check").output
    assert re.search(r"^states +ways on +inputs tried +rules held +999 said", shown, re.M)
    assert re.search(r"^\d+ +[\d,]+ +[\d,]+ +(\d+) of \1 +\d+\.\d s", shown, re.M)
    assert re.search(r"^skin colour or pain +clinician now +\d+\.\d +\d+ to \d+ +\d+ ", shown, re.M)
    assert "words a minute" in shown


def test_an_unsafe_flow_is_refused_with_the_call_that_shows_it(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(tmp_path / "flows" / "concern.yaml", "unanswered: nobody_yet", "unanswered: promised")
    found = type_in("check", "--config", str(file), "--stories", str(tmp_path / "wrong"))
    assert found.exit_code == 1 and "no call-back" not in found.output
    assert re.search(r"concern\.yaml:\d+: a symptom call ends here, nobody took it", found.output)
    assert "    caller  presses 1" in found.output and "put right what is named above" in found.output
    assert any("cared_for" in path.name for path in (tmp_path / "wrong").iterdir())


def test_a_story_of_what_is_wrong_can_be_played(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(tmp_path / "flows" / "desk.yaml", "silence: not_confirmed", "silence: not_saved")
    type_in("check", "--config", str(file), "--stories", str(tmp_path))
    (story,) = tmp_path.glob("desk_*_offered.yaml")
    played = type_in("call", "--config", str(file), "--script", str(story))
    assert played.exit_code == 0 and "I heard no message." in played.output, played.output


def test_the_report_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    assert type_in("check", "--html", str(tmp_path / "page.html")).exit_code == 0
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    refused = type_in("check", "--html", str(tmp_path / "no" / "page.html"))
    assert refused.exit_code == 1 and "can't be written" in refused.output
