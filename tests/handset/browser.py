"""A real browser at a real page: Debian's Chromium, with a microphone that beeps by itself."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.handset import opened
from ivr.cli.stage import Stage
from ivr.exchange.clock import RealClock
from ivr.exchange.handset.handset import Handset

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CONFIG = Path(__file__).parents[2] / "config.yaml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@contextmanager
def browser() -> Iterator[Browser]:
    """Lend a Chromium; the test is skipped where there is none, but never in CI."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("playwright isn't installed: pip install playwright")
    if not Path(CHROMIUM).exists():
        missing("there is no Chromium: apt install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def slow_at_the_tone(stage: Stage, handset: Handset) -> None:
    """Let time go on as it really does while the line records, however fast it went before."""
    clock, patient = stage.exchange.clock, handset.phones["patient"]
    assert isinstance(clock, RealClock)
    fast = clock.speed

    def look() -> None:
        clock.speed = 1.0 if patient.waits == "recording" else fast

    stage.exchange.post(lambda: stage.exchange.every(0.5, look))


def missing(why: str) -> None:
    """Skip, or fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


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
