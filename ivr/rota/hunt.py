"""In which order phones are rung."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

MOST = 10  # phones that one `<Dial>` rings at once (twilio.com/docs/voice/twiml/number)


def rings(legs: Sequence[Sequence[str]], together: bool, rounds: int) -> tuple[tuple[str, ...], ...]:
    """Return the rings of a hunt, in order; each is the leg ids that ring at the same time.

    legs      per person, in order, the leg ids of their phones
    together  False: one phone per ring; a person's second phone comes after everyone's
              first. True: all phones in one ring (past 10, the rest in a further ring), in which a
              voicemail may win: docs/decisions/0016
    rounds    how often the whole is done, at least 1 (else a ValueError)
    A leg named twice rings once per round. Nobody to ring: ().
    """
    if rounds < 1:
        raise ValueError(f"rounds: {rounds} rings nobody. Give at least 1.")
    order = list(dict.fromkeys(leg for phones in zip_longest(*legs) for leg in phones if leg is not None))
    size = MOST if together else 1
    once = tuple(tuple(order[first : first + size]) for first in range(0, len(order), size))
    return once * rounds
