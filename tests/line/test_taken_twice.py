"""Two processes take a page at the same instant, one of them without the database: one has it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.line import outcome
from tests.line.house import CALL, House, house

ROOT = Path(__file__).parents[2]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        made.rings_a_clinician()
        made.post("/status", CallStatus="completed", CallDuration="60")
        yield made


def other(folder: Path, what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("taker.py")), str(folder), CALL, what],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def page(line: House) -> tuple[object, object]:
    (row,) = line.rows("SELECT state, accepted_by FROM pages")
    return row["state"], row["accepted_by"]


def test_whoever_claims_while_another_process_is_writing_waits_for_its_word(
    line: House, tmp_path: Path
) -> None:
    child = other(tmp_path, "hold")
    assert child.stdout is not None and child.stdout.readline() == "holding\n"
    line.line.store.cut()  # here, the database can't be written
    spill = tmp_path / "spill.jsonl"
    with ThreadPoolExecutor(1) as pool:
        mine = pool.submit(outcome.take_somehow, line.line, CALL, "ana", "ana", "CAana")
        while not (spill.exists() and b"page_taken" in spill.read_bytes()) and not mine.done():
            pass  # the claim is on its way
        out, _ = child.communicate("go\n", timeout=30)
        assert (out, mine.result(30)) == ("taken\n", False)
    assert line.line.store.mend()
    assert page(line) == ("taken", "ben")


def test_whoever_writes_after_a_claim_hears_that_somebody_was_faster(line: House, tmp_path: Path) -> None:
    line.line.store.cut()
    assert outcome.take_somehow(line.line, CALL, "ana", "ana", "CAana")
    spill = (tmp_path / "spill.jsonl").read_bytes()
    child = other(tmp_path, "hold")  # its first act is to take in what was spilled
    assert child.stdout is not None and child.stdout.readline() == "holding\n"
    out, _ = child.communicate("go\n", timeout=30)
    assert out == "other\n" and b"page_taken" in spill
    line.line.store.mend()
    assert page(line) == ("taken", "ana")


def test_a_claim_that_nobody_has_taken_in_yet_counts_within_the_transaction(line: House) -> None:
    store = line.line.store
    store.cut()
    assert outcome.take_somehow(line.line, CALL, "ana", "ana", "CAana")
    store._door.full = False  # the disk is there again, and the spill file still lies beside it
    got = [outcome.take(line.line, CALL, who, who, f"CA{who}") for who in ("ben", "ana")]
    assert got in (["other", "taken"], ["other", "same"])
    assert store.mend()
    assert page(line) == ("taken", "ana")
