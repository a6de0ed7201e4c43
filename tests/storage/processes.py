"""Starting child.py, and asking the journal what is in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ivr.storage import Store, journal

ROOT = Path(__file__).parents[2]


def start(what: str, folder: Path, name: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("child.py")), what, str(folder), name]
    return subprocess.Popen(
        [word for word in command if word],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(child: subprocess.Popen[str]) -> tuple[list[str], int]:
    """Return the lines it printed and its exit code. What it logged is shown when a test fails."""
    out, err = child.communicate(timeout=60)
    sys.stderr.write(err)
    return out.splitlines(), child.returncode


def kept(store: Store) -> list[str]:
    """Return "call key" for each turn in the journal, after making sure that the chain holds."""
    with store.read() as conn:
        verdict = journal.verify(conn)
        assert verdict.ok, verdict.problem
        return [
            f"{row['call']} {row['key']}" for row in conn.execute("SELECT * FROM journal WHERE kind = 'turn'")
        ]
