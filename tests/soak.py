"""The long tests, one part after the other, each on both cores: `make soak`.

    python -m tests.soak [n] [part …]     # only each n-th point and night; only these parts

    faults  a fault at every point of the nights of tests/lost        (tests.lost.sweep)
    nights  the state machine's nights                                (tests.lost.soak)
    others  whatever is marked `soak`: cuts of the database at every webhook, mistakes that have to be found,
            thousands of calls

Every part says how far it is; the figures of all are printed at the end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from threading import Timer

from tests.lost.figures import FIGURES

BOUND = 100 * 60.0  # s for all of it
WITHIN = 3600  # s for one test
PARTS = ("others", "nights", "faults")


def command(part: str, every: int) -> list[str]:
    """Return what a part is done by."""
    if part == "others":
        options = f"-n 2 --dist worksteal -m soak -v --no-header --durations 5 --timeout {WITHIN}"
        return [sys.executable, "-m", "pytest", *options.split()]
    return [sys.executable, "-m", f"tests.lost.{ {'nights': 'soak', 'faults': 'sweep'}[part] }", str(every)]


def run(part: str, every: int, bound: float) -> tuple[bool, list[str]]:
    """Run a part, print what it says, and return whether all is well, and its figures."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command(part, every), stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    # With all that it has begun: whatever it waits for would be waited for here too.
    timer = Timer(max(bound, 0), os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    figures: list[str] = []
    told = False
    assert process.stdout is not None
    try:
        with process.stdout as lines:
            for line in lines:
                print(f"{part}: {line}", end="", flush=True)
                if told or (part == "others" and line.startswith("=") and " in " in line):
                    figures.append(line.rstrip())
                told = told or line.rstrip() == FIGURES
        ended = process.wait()
    finally:
        timer.cancel()
        if process.poll() is None:  # whoever presses Ctrl-C means all of it
            os.killpg(process.pid, signal.SIGKILL)
    if ended == -signal.SIGKILL:
        figures.append("stopped: it took too long")
    return ended == 0, figures


def main(words: Sequence[str]) -> int:
    """Run the parts, and return 0 when all is well."""
    every = next((int(word) for word in words if word.isdigit()), 1)
    parts = [word for word in words if not word.isdigit()] or PARTS
    began, found = time.monotonic(), list[tuple[str, bool, float, list[str]]]()
    for part in parts:
        at = time.monotonic()
        well, figures = run(part, every, began + BOUND - at)
        found.append((part, well, time.monotonic() - at, figures))
    print()
    for part, well, seconds, figures in found:
        print(f"{part}: {'all is well' if well else 'NOT WELL: see above'}, {seconds / 60:.1f} min")
        print(*(f"  {figure}" for figure in figures), sep="\n")
    print(f"in all {(time.monotonic() - began) / 60:.1f} min")
    return 0 if all(well for _, well, _, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
