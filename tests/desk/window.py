"""Windows of a real browser onto a desk: who is logged in, how wide, and with scripts or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.storage.staff import Role
from tests.desk.chromium import PHONE, WIDE
from tests.desk.desk import PASSWORD, Desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

LONGEST = 30_000  # ms: it only ends a hang


class Window:
    """A desk served at `url`, and the browser. `complaints`: what any page's console said."""

    def __init__(self, desk: Desk, browser: Browser, url: str) -> None:
        self.desk = desk
        self.url = url
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(self, phone: bool = False, scripts: bool = True) -> Page:
        """Open an empty window that nobody is logged in to."""
        context = self._browser.new_context(
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            base_url=self.url,
            locale="en-GB",
            timezone_id="Pacific/Auckland",  # times are the clinic's, wherever one looks from
        )
        self._contexts.append(context)
        context.set_default_timeout(LONGEST)
        page = context.new_page()
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._stays_here)
        return page

    def as_(self, name: str, role: Role, person: str = "", phone: bool = False, scripts: bool = True) -> Page:
        """Open a window in which somebody new logs in, by the form."""
        self.desk.hire(name, role, person)
        page = self.open(phone, scripts)
        page.goto("/desk/login")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        if role == "owner":
            page.get_by_label("Code").fill(self.desk.code())
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="Log out", exact=True).wait_for()
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _stays_here(self, request: object) -> None:
        address = str(getattr(request, "url", ""))
        if not address.startswith((self.url, "data:")):
            self.complaints.append(f"asked elsewhere: {address}")


def counts(found: Locator, times: int) -> None:
    """Wait until there are so many of these: a click doesn't wait for the page that it leads to."""
    from playwright.sync_api import expect

    expect(found).to_have_count(times, timeout=LONGEST)


def reads(found: Locator, words: str) -> None:
    """Wait until this says so, among other words perhaps."""
    from playwright.sync_api import expect

    expect(found).to_contain_text(words, timeout=LONGEST)
