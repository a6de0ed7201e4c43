"""The nights that faults are put into. Each is a story of its own, short enough to be played often."""

from tests.lost.nights import mailed, masked, promise, shift, weekend, worked
from tests.lost.nights.night import Night

NIGHTS = {
    night.name: night
    for night in (
        worked.NIGHT,
        masked.NIGHT,
        shift.NIGHT,
        promise.NIGHT,
        mailed.NIGHT,
        weekend.NIGHT,
    )
}

__all__ = ["NIGHTS", "Night"]
