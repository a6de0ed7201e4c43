"""The figures of one run: medians over the rounds, paired ratios, and the targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.callers import Result

WEBHOOKS = 4  # a call

# What the line is held to: at least this share of the other server's work per CPU second, and calls a second.
LEAST = {"constant": 0.5, "plain": 1.0}
CROWD = 32  # callers at whom: they share a flush; a lone one waits for a flush of its own
MOST_P99 = {1: 5.0, 32: 25.0}  # milliseconds, by callers
MOST_EVER = 1000.0  # milliseconds
MOST_START = {"--help": 0.3, "check": 1.5}  # seconds


@dataclass(frozen=True)
class Cell:
    """One server, one number of callers, one round. `cpu`: microseconds of processor time a webhook."""

    cpu: float
    result: Result

    @property
    def pace(self) -> float:
        """Calls a second."""
        return self.result.calls / self.result.seconds if self.result.seconds else 0.0


Rounds = Mapping[tuple[str, int], Sequence[Cell]]  # by server and number of callers


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of the values don't exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def latencies(cells: Iterable[Cell]) -> list[float]:
    return [each for cell in cells for each in cell.result.latencies]


def failures(rounds: Rounds) -> list[str]:
    """Why each failed request failed, with who was asked."""
    return [
        f"{name}, {callers} callers: {why}"
        for (name, callers), cells in rounds.items()
        for cell in cells
        for why in cell.result.failures
    ]


def table(rounds: Rounds) -> str:
    """One line per server and number of callers."""
    lines = ["server           callers   CPU us/webhook   calls/s   p50 ms   p99 ms   max ms   failed"]
    for (name, callers), cells in rounds.items():
        took = latencies(cells)
        failed = sum(len(cell.result.failures) for cell in cells)
        cost, pace = median(cell.cpu for cell in cells), median(cell.pace for cell in cells)
        p50, p99, worst = percentile(took, 0.5), percentile(took, 0.99), max(took, default=float("nan"))
        lines.append(
            f"{name:16} {callers:7} {cost:16.0f} {pace:9.0f} {p50:8.2f} {p99:8.2f} {worst:8.1f} {failed:8}"
        )
    return "\n".join(lines)


def ratio(rounds: Rounds, other: str, callers: int, by: str) -> float:
    """The line against another server: the median of the rounds' ratios; 2.0 is twice as good."""
    pairs = zip(rounds["line", callers], rounds[other, callers], strict=True)
    if by == "cpu":
        return median(theirs.cpu / ours.cpu for ours, theirs in pairs)
    return median(ours.pace / theirs.pace for ours, theirs in pairs)


def verdict(text: str, held: bool) -> str:
    return f"  {'held  ' if held else 'MISSED'}  {text}"


def ratios(rounds: Rounds) -> list[str]:
    """All comparisons: first those with a target, with it."""
    judged, shown = [], []
    for other in sorted({name for name, _ in rounds} - {"line"}):
        for callers in sorted({n for _, n in rounds}):
            for by, words in (("cpu", "work per CPU second"), ("pace", "calls a second")):
                value = ratio(rounds, other, callers, by)
                text = f"{value:5.2f} of {other} in {words}, {callers} callers"
                if (least := LEAST.get(other)) and callers == CROWD:
                    judged.append(verdict(f"{text} (at least {least})", value >= least))
                else:
                    shown.append(f"  shown   {text}")
    return [*judged, *shown]


def longest(who: str, took: Iterable[float]) -> str:
    worst = max(took, default=float("nan"))
    return verdict(f"longest {worst:.0f} ms, {who} (at most {MOST_EVER:.0f})", worst <= MOST_EVER)


def times(rounds: Rounds) -> list[str]:
    """The line's own latency targets."""
    lines = []
    for callers, most in MOST_P99.items():
        took = latencies(rounds["line", callers])
        p99 = percentile(took, 0.99)
        lines.append(verdict(f"p99 {p99:.2f} ms at {callers} callers (at most {most:.0f})", p99 <= most))
        lines.append(longest(f"{callers} callers", took))
    return lines
