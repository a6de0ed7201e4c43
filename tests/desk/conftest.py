"""A desk for each test, and windows onto it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.served import free_port
from tests.desk.chromium import served
from tests.desk.desk import Desk
from tests.desk.desk import desk as opened
from tests.desk.window import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def window(browser: Browser, tmp_path: Path) -> Iterator[Window]:
    """A desk on loopback, and windows of a real browser onto it."""
    port = free_port()
    with opened(tmp_path, public=f"http://127.0.0.1:{port}") as desk:
        with served(desk.pages, port) as url:
            window = Window(desk, browser, url)
            yield window
            window.close()
