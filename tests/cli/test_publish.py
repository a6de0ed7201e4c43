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
from click.testing import Result

from ivr.clock import SystemClock
from ivr.config import Environment
from ivr.config.source import read_source
from ivr.line import publishing
from ivr.line.answer import Line
from ivr.line.following import Following
from ivr.storage import Store
from tests.cli.clinic import CONFIG, NIGHT, run, type_in
from tests.cli.served import Served, answers, serve, until
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


# --- without processes: a line of this one, which is live and follows ----------------------


@contextmanager
def live_here(folder: Path) -> Iterator[Following]:
    """A data folder on which the copied files are live, and one process that follows."""
    source = read_source(folder / "config.yaml")
    with Store(folder / "data") as store:
        number = publishing.publish(store, source, source.revision, "start", "tester", NIGHT)
        config, flows = source.whole(Environment())
        following = Following(Line(config, flows, store, SystemClock(), number), "worker 1")
        following.start()
        yield following
        following.close()


def typed(folder: Path, *verb: str) -> Result:
    return type_in(*verb, env={"IVR_CONFIG": str(folder / "config.yaml")}, data=folder / "data")


def test_what_breaks_a_rule_is_refused_though_it_loads(folder: Path) -> None:
    with live_here(folder):
        words(folder, "hang up and call 999 now", "ring off")
        refused = typed(folder, "publish")
        assert refused.exit_code == 1 and "main.yaml:" in refused.output and "999" in refused.output
        assert len(rows(folder, "SELECT * FROM publications")) == 1
        assert len(rows(folder, "SELECT * FROM journal WHERE kind = 'refused'")) == 1
        # It had gone live before the rule was made: today's rules count.
        source = read_source(folder / "config.yaml")
        with Store(folder / "data") as store:
            publishing.publish(store, source, source.revision, "start", "tester", NIGHT)
            first = read_source(CONFIG)
            publishing.publish(store, first, first.revision, "start", "tester", NIGHT)
        back = typed(folder, "rollback", source.revision[:8])
        assert back.exit_code == 1 and "999" in back.output
        assert len(rows(folder, "SELECT * FROM journal WHERE kind = 'refused'")) == 2


def test_the_clinics_number_is_not_changed_while_the_line_runs(folder: Path) -> None:
    with live_here(folder):
        change(folder / "config.yaml", "+442079460000", "+442079460009")
        refused = typed(folder, "publish")
        assert refused.exit_code == 1
        assert "clinic.number can't be changed while the line runs" in refused.output
    done = typed(folder, "publish")
    assert done.exit_code == 0 and "No line is running on this data folder" in done.output


def test_a_process_that_does_not_take_it_in_is_named(folder: Path) -> None:
    with live_here(folder) as following:
        following._stop.set()
        words(folder, OLD, NEW)
        done = typed(folder, "publish", "--wait", "0")
    assert done.exit_code == 1 and "worker 1 did not take it in within 0 s" in done.output
    assert done.output.startswith("Published: revision ")


def test_how_revisions_differ(folder: Path) -> None:
    with live_here(folder):
        pass
    change(folder / "config.yaml", "+447700900002", "+447700900092")
    words(folder, OLD, NEW)
    shown = typed(folder, "revisions", "--diff", "live", "files").output
    assert "--- live config.yaml" in shown and "+++ files main.yaml" in shown
    assert NEW in shown and "+447700900" not in shown  # masked
    assert typed(folder, "revisions", "--diff", "live", "live").output == "live and live are the same.\n"
    unknown = typed(folder, "revisions", "--diff", "live", "zz")
    assert unknown.exit_code == 1 and "no revision begins with zz" in unknown.output
    (listed,) = json.loads(typed(folder, "revisions", "--json").output)
    assert listed | {"live": True, "how": "start", "by": "tester", "changed": "first"} == listed


def test_nothing_can_be_published_where_no_line_was_started(folder: Path) -> None:
    for verb in ("publish", "rollback"):
        refused = typed(folder, verb)
        assert refused.exit_code == 1 and "no line was started yet" in refused.output
    assert not (folder / "data").exists()


def test_what_cannot_be_rolled_back_to(folder: Path) -> None:
    with live_here(folder) as following:
        first = read_source(folder / "config.yaml").revision
        assert "no other revision was ever live" in typed(folder, "rollback").output
        assert "is live already" in typed(folder, "rollback", first[:6]).output
        assert "no revision begins with 00000000" in typed(folder, "rollback", "0" * 8).output
        words(folder, OLD, NEW)
        assert typed(folder, "publish").exit_code == 0
        following._line.store.write(_spoil)
        refused = typed(folder, "rollback")
        assert refused.exit_code == 1 and "was changed after it was stored" in refused.output


def _spoil(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE revisions SET flows = '{}'")
