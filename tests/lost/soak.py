"""Many nights of the state machine, with other seeds each time: `python -m tests.lost.soak [n] [seed]`.

n: only each n-th night. A night in which anything is wrong is printed with all its steps, as they were (a
shorter one isn't looked for: that takes longer than all the rest), and the seed that brings it again.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass

from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lost.figures import FIGURES
from tests.lost.hands import done, mine
from tests.lost.machine import Machine

MANY = 400
EACH = 10  # nights of one seed
STEPS = 25
HANDS = 3


@dataclass(frozen=True)
class Share:
    """What came of the nights of one seed. wrong: "" or what was, and in which."""

    seed: int
    nights: int
    wrong: str


def play(number: int) -> Share:
    """Play the nights of a seed, until one is wrong."""
    ended = 0

    class Counted(Machine):
        beginner = mine()

        def teardown(self) -> None:
            nonlocal ended
            super().teardown()
            ended += 1

    many = settings(
        max_examples=EACH,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        print_blob=False,
    )
    try:
        run_state_machine_as_test(seed(number)(Counted), settings=many)
    except Exception as error:
        steps = "\n  ".join(getattr(error, "__notes__", []))
        return Share(number, ended, f"seed {number}: {type(error).__name__}: {error}\n  {steps}")
    return Share(number, ended, "")


def main() -> int:
    """Play them all, say how far it is, and return 1 if anything was wrong."""
    numbers = [int(word) for word in sys.argv[1:]]
    shares = max(1, MANY // EACH // (numbers[0] if numbers else 1))
    first = numbers[1] if len(numbers) > 1 else random.randrange(10**6)
    began, nights, wrong = time.monotonic(), 0, 0
    for share in done(play, range(first, first + shares), HANDS):
        nights, wrong = nights + share.nights, wrong + bool(share.wrong)
        if share.wrong:
            print(share.wrong)
        gone = time.monotonic() - began
        left = gone / (share.seed - first + 1) * (first + shares - 1 - share.seed) / 60
        far = f"{nights} of {shares * EACH} nights after {gone:.0f} s, about {left:.0f} min left"
        print(f"{far}; wrong: {wrong}", flush=True)
    print(FIGURES)
    print(f"{'nights of the state machine':<48}{nights:>8}")
    print(f"{'of which something was lost in, or wrong':<48}{wrong:>8}")
    print(f"{'their first seed, of ' + str(shares):<48}{first:>8}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
