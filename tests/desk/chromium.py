"""A real browser for the desk and the handset: Debian's Chromium by Playwright, one process a run."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.types import WSGIApplication

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
INSTALL = "npm install --no-save --no-package-lock axe-core@4"
SCREENS = ROOT / "docs" / "screens"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps by itself,
    "--use-fake-ui-for-media-stream",  # and whose use is allowed without asking
)
WIDE, PHONE = {"width": 1100, "height": 760}, {"width": 390, "height": 780}


def missing() -> str:
    """What a browser test lacks on this machine, with the cure; "" when nothing does."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "Playwright isn't installed: make installs it (extra `browser`)"
    return "" if CHROMIUM.exists() else f"there is no {CHROMIUM}: apt install chromium"


def skip_unless(there: bool, why: str) -> None:
    """Skip a test, or fail it where nothing may be missing: in CI."""
    if there:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{why}; in CI no browser test is skipped")
    pytest.skip(why)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser process; skips or fails the test that asks for it when there is none."""
    skip_unless(not missing(), missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def served(application: WSGIApplication, port: int) -> Iterator[str]:
    """Serve an application on loopback, and yield its address."""
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shoot(page: Page, name: str, whole: bool = False) -> None:
    """Keep a picture of a page as docs/screens/NAME.png, if SCREENS=1 is set: they change only on purpose.

    whole: also what one has to scroll to
    """
    if os.environ.get("SCREENS"):
        SCREENS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", scale="css", animations="disabled", full_page=whole)


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong with a page for people with disabilities; []: nothing (WCAG 2.2 AA).

    As wide as it is shown, and on a phone.
    """
    skip_unless(AXE.exists(), f"there is no axe.min.js: {INSTALL}")
    page.evaluate(AXE.read_text())  # by the debugger, which the page's own policy doesn't bind
    shown = page.viewport_size
    found = _judged(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += [f"on a phone: {fault}" for fault in _judged(page)]
    if shown is not None:
        page.set_viewport_size(shown)
    return found


def _judged(page: Page) -> list[str]:
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'])}"
        for one in found["violations"]
    ]


def too_wide(page: Page) -> bool:
    """Whether a page has to be scrolled sideways."""
    page.wait_for_load_state("load")  # before its styles are there, every page is too wide
    wide: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide
