"""A page with telephones whose exchange runs, for a browser to look at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ivr.cli.handset import opened
from ivr.cli.stage import Stage
from ivr.exchange.clock import RealClock
from ivr.exchange.handset.handset import Handset

CONFIG = Path(__file__).parents[2] / "config.yaml"


def slow_while(stage: Stage, handset: Handset, waits: str) -> None:
    """Let time go on as it really does while the line `waits` so on the patient, however fast else."""
    clock, patient = stage.exchange.clock, handset.phones["patient"]
    assert isinstance(clock, RealClock)
    fast = clock.speed

    def look() -> None:
        clock.speed = 1.0 if patient.state == "in a call" and patient.waits == waits else fast

    stage.exchange.post(lambda: stage.exchange.every(0.5, look))


@contextmanager
def running(at: datetime, speed: float) -> Iterator[tuple[Stage, Handset]]:
    """Lend a page whose exchange runs in a thread of its own."""
    with opened(CONFIG, at, speed) as (stage, handset):
        thread = threading.Thread(target=handset.run, name="exchange")
        thread.start()
        try:
            yield stage, handset
        finally:
            handset.stop()
            thread.join(20)
        assert not thread.is_alive()
