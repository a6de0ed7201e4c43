"""`make bench`: whole calls of four webhooks, against the line and two servers to compare it with.

    line      `ivr serve`: signatures checked, sealed positions, the journal durable before each answer
    constant  a Flask route that says the same to everybody
    plain     a Flask phone menu with the same questions; no signature, nothing stored

All run on granian with one worker; the two others as it comes, and once more tuned for them (one thread). The
targets are for 32 callers, who share a flush of the disk, beside the servers as they come; all other ratios
are shown (docs/decisions/0020). The rounds are interleaved and the ratios are taken within a round, because a
shared machine may be twice as fast a minute later. Traffic stays on this machine, and is bounded in count and
time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from bench import report, servers
from bench.callers import place
from bench.report import WEBHOOKS, Cell
from bench.server import REPOSITORY, NotReady, Server
from bench.story import MOST_CALLS, Call, calls

KEYS = "121"  # something is wrong; no emergency; a change of the skin: the clinician is rung
CELLS = {1: 60, 32: 310}  # callers at a time → calls a round
WARM_UP = 40
MOST_ROUNDS = (MOST_CALLS - WARM_UP) // sum(CELLS.values())  # each caller rings once


def measure(server: Server, supply: Iterator[Call], count: int, callers: int) -> Cell:
    """Place `count` calls and return what they cost."""
    before = server.cpu()
    result = place(server.address, list(islice(supply, count)), callers)
    return Cell((server.cpu() - before) / (count * WEBHOOKS), result)


def compare(under: Sequence[Server], rounds: int) -> dict[tuple[str, int], list[Cell]]:
    """Measure all servers in turn, in every round; who is first moves on by one each round."""
    supplies = {server.name: calls(KEYS) for server in under}
    for server in under:
        measure(server, supplies[server.name], WARM_UP, callers=4)
    cells: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    for number in range(rounds):
        first = number % len(under)
        for callers, count in CELLS.items():
            for server in (*under[first:], *under[:first]):
                name = server.name.removesuffix("-1")
                cells[name, callers].append(measure(server, supplies[server.name], count, callers))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return {key: cells[key] for key in sorted(cells, key=lambda key: (key[1], key[0]))}


def two_workers(folder: Path, config: str) -> tuple[list[str], list[str]]:
    """The line with two workers and 32 callers: nothing may fail. Returns lines and failures."""
    with servers.line(folder, config, workers=2) as server:
        server.wait(healthy=True)
        result = place(server.address, list(islice(calls(KEYS), MOST_CALLS // 3)), callers=32)
    failed = len(result.failures)
    lines = [
        report.verdict(f"two workers, 32 callers: {result.calls} calls, {failed} failures", not failed),
        report.longest("two workers, 32 callers", result.latencies),
    ]
    return lines, result.failures


def start_up(folder: Path, config: str) -> list[str]:
    lines = []
    for words, most in report.MOST_START.items():
        arguments = [words, "--config", config] if words == "check" else [words]
        seconds, code = servers.start_up(arguments, folder)
        note = "" if code == 0 else f"; exit code {code}"
        lines.append(report.verdict(f"ivr {words}: {seconds:.2f} s (at most {most}{note})", seconds <= most))
    return lines


def run(folder: Path, config: str, rounds: int) -> int:
    """Measure and print; the exit code is 1 when a request failed."""
    with_line = servers.can_serve()
    with ExitStack() as stack:
        under = [
            stack.enter_context(servers.plain(folder, module, tuned))
            for tuned in (False, True)
            for module in report.LEAST
        ]
        if with_line:
            under.append(stack.enter_context(servers.line(folder, config)))
        for server in under:
            server.wait(healthy=server.name.startswith("line"))
        rounds_done = compare(under, rounds)
    print(report.table(rounds_done))
    failed = report.failures(rounds_done)
    if not with_line:
        print("\n`ivr serve` isn't there: only the two servers to compare it with were measured.")
    elif not failed:
        print("\nthe line beside them (1.00: as good as the other)")
        both, failed = two_workers(folder, config)
        lines = [*report.ratios(rounds_done), *report.times(rounds_done), *both, *start_up(folder, config)]
        print("\n".join(lines))
    for why in failed[:10]:
        print(f"failed: {why}", file=sys.stderr)
    return 1 if failed else 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.calls", description="Measure whole calls, on this machine.")
    most = MOST_ROUNDS
    parser.add_argument("--rounds", type=int, default=most, choices=range(1, most + 1), metavar=f"1-{most}")
    parser.add_argument("--config", default="config.yaml", help="the line's config (default: config.yaml)")
    options = parser.parse_args()
    build = REPOSITORY / "build"  # the repository's own disk: on a memory disk a flush would cost nothing
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build) as folder:
        try:
            sys.exit(run(Path(folder), str(Path(options.config).resolve()), options.rounds))
        except NotReady as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
