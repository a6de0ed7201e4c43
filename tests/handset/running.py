"""A page with telephones whose exchange runs, for a browser to look at."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ivr.cli.handset import opened
from ivr.cli.stage import Stage
from ivr.exchange.clock import RealClock
from ivr.exchange.handset.handset import Handset

CONFIG = Path(__file__).parents[2] / "config.yaml"


def _unhurried(stage: Stage, handset: Handset, slow: Sequence[str]) -> None:
    """Let time go on no faster than the browser can follow on a busy machine, while it is its turn.

    It is while a phone rings, and while the line waits so on one. A recording takes the time that it takes.
    """
    clock = stage.exchange.clock
    assert isinstance(clock, RealClock)
    fast = clock.speed

    def look() -> None:
        phones = [phone for phone in handset.phones.values() if phone.by_hand]
        waits = [phone.waits for phone in phones if phone.state == "in a call"]
        turn = any(wait in slow for wait in waits) or any(phone.state == "ringing" for phone in phones)
        clock.speed = min(fast, 1.0 if "recording" in waits else 3.0 if turn else fast)

    stage.exchange.post(lambda: stage.exchange.every(0.5, look))


@contextmanager
def running(
    at: datetime, speed: float, slow: Sequence[str] = ("keys",)
) -> Iterator[tuple[Stage, Handset]]:
    """Lend a page whose exchange runs in a thread of its own.

    slow: for what the line waits on a phone while time goes at no such speed
    """
    with opened(CONFIG, at, speed) as (stage, handset):
        _unhurried(stage, handset, slow)
        thread = threading.Thread(target=handset.run, name="exchange")
        thread.start()
        try:
            yield stage, handset
        finally:
            handset.stop()
            thread.join(20)
        assert not thread.is_alive()
