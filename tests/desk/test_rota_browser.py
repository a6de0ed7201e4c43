"""Rota in a real browser: by keyboard and by click, on a phone, and without scripts."""

from __future__ import annotations

import pytest

from tests.desk.chromium import faults, shoot, too_wide
from tests.desk.window import Window


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_gap_is_made_seen_and_filled_by_clicks(window: Window, scripts: bool) -> None:
    page = window.as_("ana", "owner", "ana", scripts=scripts)
    page.get_by_role("link", name="Rota").click()
    page.get_by_role("link", name="Change from Tue 24 Nov 2026 20:00").click()
    assert page.get_by_label("From").input_value() == "2026-11-24T20:00"
    page.get_by_label("Then", exact=True).select_option("")
    page.get_by_label("And then").select_option("")
    page.get_by_role("button", name="Look at what it would do").click()
    assert "Only one person" in page.locator(".alert-danger").inner_text()
    page.get_by_role("button", name="Save it all the same").click()
    assert page.get_by_role("status").inner_text() == "Saved. It holds from the next minute."
    page.get_by_role("link", name="Fill it").click()
    page.get_by_label("Then", exact=True).select_option("ana")
    page.get_by_role("button", name="Look at what it would do").click()
    assert page.locator(".alert-danger").count() == 0
    page.get_by_role("button", name="Save", exact=True).click()
    assert "No gaps" in page.locator(".alert-success").last.inner_text()
    page.get_by_role("button", name="Undo change 2").click()
    assert "Undone." in page.get_by_role("status").inner_text()
    assert window.complaints == []


def test_its_picture(window: Window) -> None:
    page = window.as_("ana", "owner", "ana")
    page.goto("/desk/rota/change?kind=alone&from=2026-11-25T20:00&until=2026-11-26T08:00&first=ana&look=1")
    page.get_by_role("button", name="Save it all the same").click()
    page.locator("details").first.evaluate("one => { one.open = false }")
    assert "only 1" in page.locator("svg.week").first.inner_html()
    shoot(page, "rota")


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_its_pages_are_sound(window: Window, phone: bool) -> None:
    page = window.as_("ana", "owner", "ana", phone=phone)
    form = "kind=alone&from=2026-11-25T20:00&until=2026-11-26T08:00&first=ana&look=1"
    page.goto(f"/desk/rota/change?{form}")
    assert phone or faults(page) == []
    assert not too_wide(page)
    page.get_by_role("button", name="Save it all the same").click()
    assert phone or faults(page) == []
    assert not too_wide(page)
    page.goto("/desk/rota/day?hours=desk&day=2026-12-24&spans=closed&look=1")
    assert phone or faults(page) == []
    assert not too_wide(page)
    assert window.complaints == []
