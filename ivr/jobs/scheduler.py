"""The scheduler: each job on its own interval, in one process, until it is told to stop.

APScheduler counts in UTC and keeps nothing: what is due stands in the database, so a tick that is late, or
was missed, has no meaning of its own. All that was missed comes down to one tick (coalesce), however late it
is (no misfire limit: by default a tick a second late is dropped silently); a job never runs beside itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from ivr.jobs.tick import Tick
from ivr.line.intervals import EVERY

# A tick that takes longer than its interval is no news: Tick.overrun tells of one that seems stuck.
_own = logging.getLogger("ivr.jobs.apscheduler")
_own.setLevel(logging.ERROR)


def run(
    ticks: Mapping[str, Callable[[], object]], stop: threading.Event, every: Mapping[str, float] = EVERY
) -> None:
    """Run the jobs until `stop` is set, each at once and then each `every` seconds; wait for those that run.

    Each job has a thread of its own, so that a slow one holds up no other. Raises ValueError for a job
    without an interval.
    """
    if strange := sorted(ticks.keys() - every.keys()):
        raise ValueError(f"job {strange[0]} has no interval: add it to ivr.line.intervals.EVERY")
    kept = {name: Tick(name, job) for name, job in ticks.items()}
    scheduler = BackgroundScheduler(
        timezone=UTC,
        logger=_own,
        executors={"default": ThreadPoolExecutor(max(len(kept), 1))},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_listener(lambda event: kept[event.job_id].overrun(), EVENT_JOB_MAX_INSTANCES)
    for name, tick in kept.items():
        now = datetime.now(UTC)
        scheduler.add_job(tick, "interval", seconds=every[name], id=name, name=name, next_run_time=now)
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
