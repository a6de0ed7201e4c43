"""`ivr jobs`: the scheduler alone."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ivr.cli.setting import config_file

_LOOK = 1.0  # seconds between two looks whether the other scheduler has gone


@click.command(short_help="Run the scheduler alone: texts, recordings, spilled lines, lost calls.")
@config_file
@click.option("--parent", type=int, hidden=True, help="End when this process is no longer the parent.")
def jobs(file: Path, parent: int | None) -> None:
    """Run the scheduler alone: texts, recordings, spilled lines, lost calls.

    `ivr serve` starts one by itself; this is for a host on which the web workers run in another way. Only one
    scheduler works on a data folder: a second one stands by, and takes over when the first has ended. It
    works with what is live, and takes in what is published; the files count while nothing was ever published.

    \b
    ivr jobs
    ivr jobs --config /etc/clinic/config.yaml
    """
    from ivr import logs
    from ivr.cli.begin import current
    from ivr.cli.ending import when_orphaned, when_told
    from ivr.storage import StorageError

    stop = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # what is published is taken in by itself
    when_told(lambda _: stop.set(), signal.SIGTERM, signal.SIGINT)
    if parent is not None:
        when_orphaned(parent, stop.set)
    logs.set_up()
    try:
        told = current(file)
        with _alone(told.config.environment.data, stop) as mine:
            if mine:
                import twilio.rest  # noqa: F401  # a sixth of a second that no urgent text should wait for

                from ivr import app
                from ivr.jobs import run
                from ivr.line.following import Following

                line = app.build(told.config, told=told.flows, number=told.number)
                following = Following(line.line, f"scheduler {os.getpid()}")
                following.start()
                try:
                    run(line.ticks, stop)
                finally:
                    following.close()
                    line.close()
    except StorageError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _alone(data: Path, stop: threading.Event) -> Iterator[bool]:
    """Wait until no other scheduler works on `data`; yields False if `stop` came first."""
    from ivr.storage.connection import locks
    from ivr.storage.filelock import locked

    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        locks(data).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        cure = f"Give this user write access to {data}, or set IVR_DATA."
        raise click.ClickException(f"{data}: {error.strerror}. {cure}") from None
    told = False
    while not stop.is_set():
        with locked(locks(data) / "scheduler", wait=False) as mine:
            if mine:
                yield True
                return
        if not told:
            logging.getLogger(__name__).warning("another scheduler works on this data folder: standing by")
            told = True
        stop.wait(_LOOK)
    yield False
