"""Promised call-backs and switched-off phones on the page Now: seen, done, undone, by whom it may be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.clock import iso
from ivr.desk.sights import look
from ivr.line import contacts
from ivr.storage import Entry
from ivr.storage.entry import JSON
from tests.desk.chromium import shoot, too_wide
from tests.desk.day import Patient
from tests.desk.desk import Desk, words
from tests.desk.window import Window


def promise(desk: Desk, index: int = 1, number: str = "+447700900777") -> str:
    """A caller who was promised a call back within two hours; nobody's page. Return the call."""
    now, sid = desk.clock.now(), f"CA{index:032x}"
    at = iso(now, milliseconds=True)
    begun: dict[str, JSON] = {"caller_kind": "home", "revision": "r", "repeat": False}
    due: dict[str, JSON] = {"promise": "two_hours", "disposition": "two_hours", "owner": "ben"}
    due |= {"due": iso(now + timedelta(hours=2))}
    ended: dict[str, JSON] = {"status": "completed", "duration": 60}
    desk.line.store.record(
        [
            Entry(at, sid, "call_started", "s", begun, {"caller": number}),
            Entry(at, sid, "promised", "p", due),
            Entry(at, sid, "call_ended", "e", ended),
        ]
    )
    return sid


def fails(desk: Desk, contact: str = "ben phone 1", mark: str = "") -> None:
    at = iso(desk.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"contact": contact, "source": "leg", "enough": 1}
    mark = mark or desk.line.contacts.marks[contact]
    desk.line.store.record([Entry(at, "", "contact_failed", f"f {at} {contact}", data, {"mark": mark})])


def state(desk: Desk) -> list[object]:
    return [row["state"] for row in desk.rows("SELECT state FROM promises ORDER BY call")]


def test_it_stands_with_its_time_its_owner_and_a_masked_caller_until_it_is_done(desk: Desk) -> None:
    sid = promise(desk)
    kim = desk.as_("kim", "clinician", "chloe")
    page = kim.get("/desk/now")
    assert "Promised call-backs (1)" in words(page) and "Tue 24 Nov 2026 04:10 , Ben Ashdown" in words(page)
    assert "+44…777" in words(page) and "900777" not in page.text and "OVERDUE" not in page.text
    desk.clock.move(2 * 3600 + 1)
    kim.log_in("kim")
    assert "OVERDUE" in kim.get("/desk/now").text
    assert kim.post(f"/desk/promises/{sid}/kept").location == "/desk/now"
    said = words(kim.get("/desk/now"))
    assert "is done. It can be undone below." in said and "kept by Chloe Farrow" in said
    assert state(desk) == ["kept"] and "kim kept a promised call-back" in desk.notes()
    kim.post(f"/desk/promises/{sid}/kept")
    assert "was done already" in words(kim.get("/desk/now"))
    kim.post(f"/desk/promises/{sid}/undo")
    assert state(desk) == ["due"] and "kim had a promised call-back wait again" in desk.notes()
    kim.post(f"/desk/promises/{sid}/undo")
    assert "waits already" in words(kim.get("/desk/now"))
    assert kim.post("/desk/promises/CAnone/kept").status_code == 404


def test_the_soonest_first_and_the_news_reach_an_open_page(desk: Desk) -> None:
    before = look(desk.line, list).mark()
    promise(desk)
    desk.clock.move(60)
    promise(desk, 2, "+447700900778")
    sight = look(desk.line, list)
    assert [row["caller"][-3:] for row in sight.due] == ["777", "778"] and sight.mark() != before
    before = sight.mark()
    desk.clock.move(30)
    assert look(desk.line, list).mark() == before
    desk.clock.move(2 * 3600)
    assert look(desk.line, list).mark() != before  # overdue now
    before = look(desk.line, list).mark()
    fails(desk)
    assert look(desk.line, list).mark() != before


def test_the_desk_sees_it_and_does_nothing_about_it(desk: Desk) -> None:
    sid = promise(desk)
    fails(desk)
    joe = desk.as_("joe", "desk")
    page = joe.get("/desk/now")
    assert "Promised call-backs (1)" in words(page) and ">Done" not in page.text
    assert "Ben Ashdown: phone 1" in words(page) and "Use it again" not in page.text
    for path in (f"promises/{sid}/kept", f"promises/{sid}/undo", "contacts/on"):
        assert joe.post(f"/desk/{path}", contact="ben phone 1").status_code == 403
    assert state(desk) == ["due"]


def test_a_phone_that_fails_for_good_is_named_and_an_owner_uses_it_again(desk: Desk) -> None:
    fails(desk)
    fails(desk, "chloe phone 1", mark="of another number")  # config.yaml has a new one: it isn't off
    kim, ana = desk.as_("kim", "clinician", "chloe"), desk.as_("ana", "owner", "ana")
    said = words(kim.get("/desk/now"))
    assert "Switched off, because they fail for good" in said and "Ben Ashdown: phone 1" in said
    assert "Chloe Farrow: phone 1" not in said and "or an owner uses them again" in said
    assert kim.post("/desk/contacts/on", contact="ben phone 1").status_code == 403
    assert "Use it again" in words(ana.get("/desk/now"))
    ana.post("/desk/contacts/on", contact="ben phone 1")
    assert "ben phone 1 is used again" in words(ana.get("/desk/now"))
    with desk.line.store.read() as conn:
        assert desk.line.contacts.off(conn) == set()
    assert "ana had a phone or address used again" in desk.notes()
    ana.post("/desk/contacts/on", contact="ben phone 1")
    assert "it is used already" in words(ana.get("/desk/now"))
    assert contacts.look(desk.line) == 1  # Chloe's, whose number is another


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone without scripts"])
def test_in_a_browser(window: Window, phone: bool) -> None:
    Patient(window.desk, 9, "+447700900555").is_unwell().is_taken()
    promise(window.desk)
    fails(window.desk)
    page = window.as_("ana", "owner", "ana", phone=phone, scripts=not phone)
    page.get_by_role("heading", name="Promised call-backs (1)").wait_for()
    assert not too_wide(page)
    if not phone:
        shoot(page, "promised")
    page.get_by_role("button", name="Done with call-back").click()
    page.get_by_role("button", name="Undo: it was not done").click()
    page.get_by_role("heading", name="Promised call-backs (1)").wait_for()
    page.get_by_role("button", name="Use it again").click()
    page.get_by_text("ben phone 1 is used again").wait_for()
    assert window.complaints == []
