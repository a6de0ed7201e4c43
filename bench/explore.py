"""What the proof costs: the shipped flows, and made-up ones of growing length.

python -m bench.explore
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.flow.rules import judge
from tests.flow_proof.clinic import ROOT, evidence, with_flows
from tests.flow_proof.generated import generated
from tests.flow_proof.test_mutations import EDITS, refused

GATES = (0, 25, 50, 100, 200)
MOST_SHIPPED, MOST_LONG, MOST_MB = 2.0, 20.0, 500.0


@dataclass(frozen=True)
class Row:
    """One measurement. explored, judged: seconds of one processor; peak: of the whole process, in MB."""

    steps: int
    gates: int
    states: int
    turns: int
    explored: float
    judged: float
    peak: float


def measure(gates: int) -> Row:
    """Explore and judge flows with so many gates more than the shipped ones (0: just those)."""
    given = evidence(ROOT / "config.yaml")  # also what is imported late is there now
    with tempfile.TemporaryDirectory() as folder:
        flows = generated(Path(folder), gates, given.flows) if gates else given.flows
    begun = time.process_time()
    given = with_flows(given, flows)
    explored = time.process_time()
    judge(given)
    judged = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = given.exploration
    ways = explored - begun, judged - explored, peak
    count = sum(step.kind == "gate" for step in flows.steps.values())
    return Row(len(flows.steps), count, len(found.states), found.turns, *ways)


def mutations() -> tuple[int, int, float]:
    """Make each seeded mistake in a copy of the shipped files. Returns (made, refused, seconds)."""
    begun = time.process_time()
    seen = 0
    for edit in EDITS:
        with tempfile.TemporaryDirectory() as folder:
            seen += refused(edit, Path(folder))
    return len(EDITS), seen, time.process_time() - begun


def main() -> None:
    """Measure each in a process of its own, and print the table."""
    if len(sys.argv) > 1:
        print(json.dumps(asdict(measure(int(sys.argv[1])))))
        return
    print("steps  gates  states    turns  explored s  judged s  us/turn  peak MB")
    rows = []
    for gates in GATES:
        command = [sys.executable, "-m", "bench.explore", str(gates)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        row = Row(**json.loads(done.stdout))
        rows.append(row)
        print(
            f"{row.steps:5}  {row.gates:5}  {row.states:6}  {row.turns:7}  {row.explored:10.2f}"
            f"  {row.judged:8.2f}  {1e6 * row.explored / row.turns:7.1f}  {row.peak:7.0f}"
        )
    short, long = rows[0], rows[-1]
    both = short.explored + short.judged, long.explored + long.judged
    print(_verdict(f"shipped flows explored and judged in {both[0]:.2f} s", both[0] < MOST_SHIPPED))
    print(_verdict(f"{long.steps} steps, {long.gates} gates in {both[1]:.2f} s", both[1] < MOST_LONG))
    print(_verdict(f"{long.steps} steps in {long.peak:.0f} MB", long.peak < MOST_MB))
    growth = (both[1] / long.steps) / (sum((rows[1].explored, rows[1].judged)) / rows[1].steps)
    made, seen, took = mutations()
    told = f"{seen} of {made} seeded mistakes refused at the right file and line, in {took:.0f} s"
    print(_verdict(told, seen == made >= 60))
    print(_verdict(f"a step costs {growth:.2f} times what it does in {rows[1].steps} steps", growth < 2))


def _verdict(text: str, held: bool) -> str:
    return f"  {'held  ' if held else 'MISSED'}  {text}"


if __name__ == "__main__":
    main()
