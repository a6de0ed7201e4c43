"""Rota in a real browser: by keyboard and by click, on a phone, and without scripts."""

from __future__ import annotations

import pytest

from tests.desk.chromium import faults, shoot, too_wide
from tests.desk.window import Window, counts, reads


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_gap_is_made_seen_and_filled_by_clicks(window: Window, scripts: bool) -> None:
    page = window.as_("ana", "owner", "ana", scripts=scripts)
    page.get_by_role("link", name="Rota").click()
    page.get_by_role("link", name="Change from Tue 24 Nov 2026 20:00").click()
    assert page.get_by_label("From").input_value() == "2026-11-24T20:00"
    page.get_by_label("Then", exact=True).select_option("")
    page.get_by_label("And then").select_option("")
    page.get_by_role("button", name="Look at what it would do").click()
    reads(page.locator(".alert-danger"), "Only one person")
    page.get_by_role("button", name="Save it all the same").click()
    reads(page.get_by_role("status"), "Saved. It holds from the next minute.")
    page.get_by_role("link", name="Fill it from").click()
    page.get_by_label("Then", exact=True).select_option("ana")
    page.get_by_role("button", name="Look at what it would do").click()
    counts(page.locator(".alert-danger"), 0)
    page.get_by_role("button", name="Save", exact=True).click()
    reads(page.locator(".alert-success").last, "No gaps")
    page.get_by_role("button", name="Undo change 2").click()
    reads(page.get_by_role("status"), "Undone.")
    assert window.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_bar_and_a_gap_open_the_form_with_who_and_when_filled_in(window: Window, scripts: bool) -> None:
    page = window.as_("ana", "owner", "ana", scripts=scripts)
    page.goto("/desk/rota")
    drawn = page.get_by_role("group", name="Week from 23 November")
    bar = drawn.get_by_role(
        "link", name="Chloe Farrow, number 2, Wed 25 Nov 20:00 to Thu 26 Nov 08:00: change"
    )
    bar.locator("rect").click()
    page.get_by_role("heading", name="Somebody stands in").wait_for()
    assert page.get_by_label("From").input_value() == "2026-11-25T20:00"
    assert page.get_by_label("Until").input_value() == "2026-11-26T08:00"
    assert page.get_by_label("Who is away").input_value() == "chloe"
    page.goto(
        "/desk/rota/change?kind=alone&from=2026-11-25T20:00&until=2026-11-26T08:00&first=ana&look=1"
    )
    page.get_by_role("button", name="Save it all the same").click()
    gap = page.get_by_role(
        "link", name="only 1 on call Wed 25 Nov 20:00 to Thu 26 Nov 08:00: fill it"
    )
    # By the keyboard: each link of the drawing is one step of Tab, in the order of time.
    gap.focus()
    page.keyboard.press("Tab")
    now = page.evaluate("document.activeElement.getAttribute('aria-label')") if scripts else None
    assert now in (None, "Ana Marlow, number 1, Wed 25 Nov 20:00 to Thu 26 Nov 08:00: change")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Other people on call").wait_for()
    assert page.get_by_label("From").input_value() == "2026-11-25T20:00"
    assert page.get_by_label("Rung first").input_value() == "ana"
    assert window.complaints == []


def test_a_clinician_hands_over_by_a_click_on_their_own_bar_and_others_have_no_link(window: Window) -> None:
    page = window.as_("ben", "clinician", "ben")
    page.goto("/desk/rota")
    bars = page.locator("svg.week").first.get_by_role("link")
    names = [str(one.get_attribute("aria-label")) for one in bars.all()]
    assert names and all(name.startswith("Ben Ashdown, ") for name in names)
    bars.last.locator("rect").click()
    page.get_by_role("heading", name="Hand over a shift").wait_for()
    assert page.get_by_label("From").input_value() > "2026-11-24"
    desk = window.as_("joe", "desk")
    desk.goto("/desk/rota")
    counts(desk.locator("svg.week").first.get_by_role("link"), 0)
    counts(desk.get_by_role("img", name="Week from 23 November"), 1)
    assert faults(page) == [] and faults(desk) == []
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
    page.goto("/desk/rota")
    assert phone or faults(page) == []
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
