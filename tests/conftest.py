"""What holds for every test. Loopback only, warnings as errors and time limits are set in pyproject.toml."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A developer's real account must never reach a test: what a test needs, it sets.
for _name in list(os.environ):
    if _name.startswith(("IVR_", "TWILIO_")):
        del os.environ[_name]

# What tests keep need not survive a power cut, and lies in memory where there is enough: otherwise each of
# tens of thousands of commits waits for the disk, and one that pauses for a second is a fault to a line.
_MEMORY, _ENOUGH = Path("/dev/shm"), 4 << 30
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and disk_usage(_MEMORY).free > _ENOUGH:
    os.environ["TMPDIR"] = str(_MEMORY)  # for the processes that tests begin too
    tempfile.tempdir = None

# No deadline: a shared machine pauses now and then, and that is no fault of the code under test.
settings.register_profile("line", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("line")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real browser for all tests that need one."""
    from tests.desk.chromium import chromium

    with chromium() as found:
        yield found
