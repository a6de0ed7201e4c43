"""`ivr publish`, SIGHUP, `ivr rollback`, `ivr revisions`: at a real line with two workers."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.clinic import run, type_in
from tests.cli.served import Served, answers, environment, free_port, serve, until
from tests.cli.test_check import change, copied

NOWHERE = "http://127.0.0.1:9"  # a provider that doesn't answer
OLD, NEW = "something is wrong, press 1", "something is not right, press 1"
BROKEN = ("next: topic", "next: topik")


def words(folder: Path, old: str, new: str) -> None:
    """Change what callers hear at first."""
    change(folder / "flows" / "main.yaml", old, new)


@contextmanager
def begun(folder: Path, workers: int = 2) -> Iterator[Served]:
    """A line on the copied files, with all of it following."""
    with serve(folder / "data", NOWHERE, workers, env={"IVR_CONFIG": str(folder / "config.yaml")}) as line:
        until(lambda: len(rows(folder, "SELECT * FROM running")) == workers + 1)
        yield line


def rows(folder: Path, sql: str) -> list[sqlite3.Row]:
    conn = sqlite3.connect(f"file:{folder}/data/line.db?mode=ro", uri=True)
    conn.row_factory = sqlite3.Row
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def ivr(folder: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    """Type a verb in another shell: only the data folder and the files are shared."""
    return run(*typed, env={"IVR_CONFIG": str(folder / "config.yaml"), "IVR_DATA": str(folder / "data")})


def live(line: Served) -> str:
    return str(json.loads(line.ask("GET", "/health")[1])["revision"])


def begins(line: Served, call: int) -> str:
    """Ring the line several times, so that both workers are met; return what all callers hear."""
    heard = {line.webhook("/voice", f"CA{call + turn:032}", CallStatus="ringing") for turn in range(6)}
    assert len({OLD in twiml for twiml in heard}) == 1
    return heard.pop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied(tmp_path)
    return tmp_path


def test_a_change_is_taken_in_by_all_and_a_call_under_way_finishes_on_the_old_words(folder: Path) -> None:
    with begun(folder) as line:
        first = live(line)
        under_way = line.webhook("/voice", "CA" + "7" * 32, CallStatus="ringing")
        words(folder, OLD, NEW)
        assert OLD in begins(line, 100)  # nothing happens by itself
        done = ivr(folder, "publish")
        assert done.returncode == 0, done.stderr
        assert f"in place of {first}." in done.stdout
        assert done.stdout.count("worker ") == 2 and "scheduler " in done.stdout
        assert NEW in begins(line, 200)
        assert live(line) != first
        for _ in range(3):  # silence: the question again, from whichever worker
            assert OLD in line.press(under_way, "CA" + "7" * 32, "")

        again = ivr(folder, "publish")
        assert again.returncode == 0 and "is live already" in again.stdout

        back = ivr(folder, "rollback")
        assert back.returncode == 0, back.stderr
        assert f"Rolled back: revision {first} is live" in back.stdout
        assert "The files were left alone" in back.stdout and back.stdout.count("worker ") == 2
        assert OLD in begins(line, 300) and live(line) == first

    with begun(folder, workers=1) as line:  # a restart doesn't undo it
        assert OLD in begins(line, 400) and live(line) == first
        assert "NOT THE FILES: revision " + first in line.log.read_text()
        put = ivr(folder, "publish")
        assert put.returncode == 0 and NEW in begins(line, 500)

    listed = ivr(folder, "revisions").stdout.splitlines()
    hows = [row["how"] for row in rows(folder, "SELECT how FROM publications ORDER BY number DESC")]
    assert hows == ["publish", "rollback", "publish", "start"]
    assert all(how in line for how, line in zip(hows, listed[1:], strict=True))
    assert listed[1].startswith("*") and "main.yaml +1 -1" in listed[1] and "first" in listed[-1]


def test_what_is_wrong_is_refused_and_the_owner_is_told(folder: Path) -> None:
    with begun(folder) as line:
        first = live(line)
        words(folder, *BROKEN)
        refused = ivr(folder, "publish")
        assert refused.returncode == 1 and refused.stdout == ""
        assert "main.yaml:" in refused.stderr and f"Revision {first} stays live." in refused.stderr
        assert OLD in begins(line, 100) and live(line) == first
        (noted,) = rows(folder, "SELECT * FROM journal WHERE kind = 'refused'")
        assert json.loads(noted["data"])["places"][0].startswith("main.yaml:")
        (text,) = rows(folder, "SELECT * FROM outbox WHERE template = 'alarm'")
        assert text["reader"] == "ana"

    with begun(folder, workers=1) as line:  # a line that ran before starts in spite of it
        assert OLD in begins(line, 200) and live(line) == first
        assert "REFUSED: the files may not go live." in line.log.read_text()


def test_sighup_has_the_files_taken_in_or_refused(folder: Path) -> None:
    with begun(folder) as line:
        first = live(line)
        family = line.children()
        words(folder, OLD, NEW)
        os.killpg(line.process.pid, signal.SIGHUP)  # to the workers too, as service managers may
        os.kill(line.schedulers[0], signal.SIGHUP)
        until(lambda: "Taken in by " in line.log.read_text())
        assert NEW in begins(line, 100)
        second = live(line)
        words(folder, *BROKEN)
        line.process.send_signal(signal.SIGHUP)
        until(lambda: f"Revision {second} stays live." in line.log.read_text())
        assert NEW in begins(line, 200) and live(line) == second != first
        assert set(family) <= set(line.children())  # nobody was started anew
    assert [row["how"] for row in rows(folder, "SELECT how FROM publications")] == ["start", "signal"]


def test_a_worker_that_is_started_again_has_what_is_live_and_what_calls_began_on(folder: Path) -> None:
    with begun(folder, workers=1) as line:
        under_way = line.webhook("/voice", "CA" + "7" * 32, CallStatus="ringing")
        words(folder, OLD, NEW)
        assert ivr(folder, "publish").returncode == 0
        (worker,) = [pid for pid in line.children() if pid not in line.schedulers]
        os.kill(worker, signal.SIGKILL)
        until(lambda: answers(line))
        assert NEW in begins(line, 100)
        assert OLD in line.press(under_way, "CA" + "7" * 32, "")
        checked = ivr(folder, "publish")  # the dead worker isn't waited for
        assert checked.returncode == 0 and f"worker {worker}" not in checked.stdout


def test_the_clinics_number_is_not_changed_while_the_line_runs(folder: Path) -> None:
    with begun(folder, workers=1):
        change(folder / "config.yaml", "+442079460000", "+442079460009")
        refused = ivr(folder, "publish")
        assert refused.returncode == 1
        assert "clinic.number can't be changed while the line runs" in refused.stderr
    done = ivr(folder, "publish")
    assert done.returncode == 0 and "No line is running on this data folder" in done.stdout


def test_how_revisions_differ(folder: Path) -> None:
    with begun(folder, workers=1):
        pass
    change(folder / "config.yaml", "+447700900002", "+447700900092")
    words(folder, OLD, NEW)
    shown = ivr(folder, "revisions", "--diff", "live", "files").stdout
    assert "--- live config.yaml" in shown and "+++ files main.yaml" in shown
    assert NEW in shown and "+447700900" not in shown  # masked
    assert ivr(folder, "revisions", "--diff", "live", "live").stdout == "live and live are the same.\n"
    unknown = ivr(folder, "revisions", "--diff", "live", "zz")
    assert unknown.returncode == 1 and "no revision begins with zz" in unknown.stderr


def test_nothing_can_be_published_where_no_line_was_started(folder: Path) -> None:
    for verb in ("publish", "rollback"):
        refused = type_in(verb, "--config", str(folder / "config.yaml"), data=folder / "data")
        assert refused.exit_code == 1 and "no line was started yet" in refused.output
    assert not (folder / "data").exists()


def test_a_revision_that_breaks_todays_rules_is_not_rolled_back_to(folder: Path) -> None:
    around = {**environment(folder / "data", free_port(), NOWHERE), "IVR_CONFIG": str(folder / "config.yaml")}
    with begun(folder, workers=1):
        words(folder, OLD, NEW)
        assert ivr(folder, "publish").returncode == 0
    conn = sqlite3.connect(folder / "data" / "line.db")
    conn.execute("UPDATE revisions SET flows = '{}' WHERE stored_at = (SELECT min(stored_at) FROM revisions)")
    conn.commit()
    conn.close()
    refused = type_in("rollback", env=around)
    assert refused.exit_code == 1 and "was changed after it was stored" in refused.output
    assert "begins with 0" in type_in("rollback", "0" * 16, env=around).output
    assert "is live already" in type_in("rollback", _live_row(folder), env=around).output


def _live_row(folder: Path) -> str:
    return str(rows(folder, "SELECT revision FROM publications ORDER BY number DESC")[0]["revision"])
