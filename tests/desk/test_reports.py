"""The page Reports: pictures that a table says too, for whom they are meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.config.optional import Reports
from tests.desk.chromium import faults, shoot, too_wide
from tests.desk.desk import Desk, words
from tests.desk.window import Window, counts
from tests.line.test_report import made

NOVEMBER = datetime(2026, 11, 9, tzinfo=UTC)


def test_clinicians_read_it_and_the_desk_does_not(desk: Desk) -> None:
    desk.clock.set(NOVEMBER)
    assert desk.as_("joe", "desk").get("/desk/reports").status_code == 403
    kim = desk.as_("kim", "clinician")
    assert "No call came in this time." in words(kim.get("/desk/reports"))
    made(desk.line.store, 1)
    page = kim.get("/desk/reports")
    said = words(page)
    assert "calls about bookings rang no clinician" in said and "coverage gap" in said
    assert page.text.count("<svg") == page.text.count("<title>") - 1 == 7
    assert "+44" not in page.text
    for strange in ("0", "-3", "999", "x"):
        assert kim.get(f"/desk/reports?weeks={strange}").status_code == 200


def test_owners_learn_whom_the_weekly_mail_does_not_reach(desk: Desk) -> None:
    object.__setattr__(desk.line.config, "reports", Reports(to=("ana",)))
    ana, kim = desk.as_("ana", "owner", "ana"), desk.as_("kim", "clinician", "chloe")
    said = words(ana.get("/desk/reports"))
    assert "isn't mailed to everybody. Ana Marlow: IVR_SMTP_URL is not set. Set it, or name somebody" in said
    assert "isn't mailed" not in words(kim.get("/desk/reports"))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-04-05T23:00:00+00:00", "Mon 9 Mar 2026 00:00 to Mon 6 Apr 2026 00:00"),
        ("2026-11-02T00:00:00+00:00", "Mon 5 Oct 2026 00:00 to Mon 2 Nov 2026 00:00"),
    ],
    ids=["spring", "autumn"],
)
def test_four_weeks_begin_at_the_hour_at_which_they_end_whatever_the_clocks_did(
    desk: Desk, now: str, said: str
) -> None:
    desk.clock.set(datetime.fromisoformat(now))
    assert said in words(desk.as_("kim", "clinician").get("/desk/reports?weeks=4"))


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_it_is_sound(window: Window, phone: bool) -> None:
    window.desk.clock.set(NOVEMBER)
    made(window.desk.line.store, 1)
    page = window.as_("ana", "owner", "ana", phone=phone, scripts=not phone)
    page.get_by_role("link", name="Reports").click()
    counts(page.locator("svg.chart"), 7)
    assert not too_wide(page)
    if not phone:
        shoot(page, "reports")
    else:
        shoot(page, "reports-phone")
    if not phone:
        assert faults(page) == []
    page.get_by_role("link", name="13 weeks").click()
    page.get_by_role("heading", name="Calls by hour and topic").wait_for()
    assert window.complaints == []
