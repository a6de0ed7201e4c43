"""The page Rota: who may change what, what is shown before it is saved, and what is refused."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import icalendar
import pytest

from ivr.storage.staff import Role
from tests.desk.desk import HERE, Browser, Desk, words

NIGHT = {"from": "2026-11-24T20:00", "until": "2026-11-25T08:00"}
FORM = {"kind": "alone", **NIGHT, "first": "chloe", "second": "ana"}
SWAP = {"kind": "swap", **NIGHT, "out": "ben", "into": "ana"}


def look(browser: Browser, path: str = "/desk/rota/change", **form: str) -> tuple[int, str, str]:
    """Ask what a change would do; return the status, the page's words, and the state to save with."""
    query = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in form.items())
    answer = browser.get(f"{path}?{query}&look=1")
    state = re.search(r'name="state" value="([^"]*)"', answer.text)
    return answer.status_code, words(answer), state[1] if state else ""


def test_an_owner_looks_saves_and_undoes(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    status, said, state = look(ana, **FORM)
    assert status == 200 and "Ben Ashdown, then Chloe Farrow, then Ana Marlow" in said
    assert desk.rows("SELECT * FROM overrides") == []
    assert ana.post("/desk/rota/change", HERE, **FORM, state=state).status_code == 302
    assert desk.rows('SELECT "change", starts_at, ends_at, chain, who FROM overrides') == [
        {
            "change": 1,
            "starts_at": "2026-11-24T20:00:00Z",
            "ends_at": "2026-11-25T08:00:00Z",
            "chain": '["chloe", "ana"]',
            "who": "ana",
        }
    ]
    shown = words(ana.get("/desk/rota"))
    assert "Tue 24 Nov 20:00 to Wed 25 Nov 08:00 : Chloe Farrow, then Ana Marlow by ana" in shown
    assert "changed for this time" in shown
    assert ana.post("/desk/rota/undo", change="1").status_code == 302
    assert "Undone." in words(ana.get("/desk/rota"))
    assert "ana changed the rota" in desk.notes() and "ana undid a change of the rota" in desk.notes()


def test_a_gap_is_shown_before_it_is_saved_and_after(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    _, said, state = look(ana, **(FORM | {"second": ""}))
    assert "Only one person would be on call Tue 24 Nov 2026 20:00 to Wed 25 Nov 2026 08:00" in said
    assert "Save it all the same" in said
    ana.post("/desk/rota/change", HERE, **(FORM | {"second": ""}), state=state)
    shown = words(ana.get("/desk/rota"))
    assert "Only one person (Chloe Farrow): Tue 24 Nov 20:00 to Wed 25 Nov 08:00" in shown


def test_another_change_that_lies_there_is_named_and_a_race_is_refused(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    _, _, state = look(ana, **FORM)
    ana.post("/desk/rota/change", HERE, **FORM, state=state)
    _, said, _ = look(ana, **SWAP)
    assert "isn't on call in that time" in said  # Ben was replaced
    other = SWAP | {"out": "ana", "into": "ben"}
    assert "It lies over another change" in look(ana, **other)[1]
    late = ana.post("/desk/rota/change", HERE, **other, state=state)
    assert late.status_code == 409 and "Somebody changed the rota meanwhile" in words(late)
    assert len(desk.rows("SELECT * FROM overrides")) == 1


def test_a_clinician_hands_over_their_own_shifts_and_no_others(desk: Desk) -> None:
    ben = desk.as_("ben", "clinician", "ben")
    mine = SWAP | {"out": "", "into": "ana"}
    status, said, state = look(ben, **mine)
    assert status == 200 and "Ana Marlow, then Chloe Farrow" in said
    assert ben.post("/desk/rota/change", HERE, **mine, state=state).status_code == 302
    for form in (SWAP | {"out": "chloe"}, FORM):
        answer = ben.post("/desk/rota/change", HERE, **form, state="")
        assert answer.status_code == 422 or answer.status_code == 409, form
        assert look(ben, **(SWAP | {"out": "chloe"}))[0] == 422
    assert len(desk.rows("SELECT * FROM overrides")) == 1
    assert ben.get("/desk/rota/day").status_code == 403
    assert ben.post("/desk/rota/day", hours="desk", day="2026-11-25", spans="closed").status_code == 403
    chloe = desk.as_("chloe", "clinician", "chloe")
    assert chloe.post("/desk/rota/undo", change="1").status_code == 302
    assert desk.rows("SELECT * FROM overrides WHERE removed_at IS NOT NULL") == []
    ben.post("/desk/rota/undo", change="1")
    assert len(desk.rows("SELECT * FROM overrides WHERE removed_at IS NOT NULL")) == 1


@pytest.mark.parametrize(("role", "person"), [("desk", ""), ("clinician", "")])
def test_others_read_it_only(desk: Desk, role: Role, person: str) -> None:
    joe = desk.as_("joe", role, person)
    page = joe.get("/desk/rota")
    assert page.status_code == 200 and "Ben Ashdown, then Chloe Farrow" in words(page)
    assert "/desk/rota/change" not in page.text and "/desk/rota/day" not in page.text
    assert joe.get("/desk/rota/change").status_code == 403
    assert joe.post("/desk/rota/change", HERE, **FORM).status_code == 403
    assert joe.post("/desk/rota/undo", change="1").status_code == 403
    assert joe.post("/desk/rota/calendar").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until": "2026-11-24T19:00"}, "It ends before it begins."),
        ({"from": "2026-11-20T20:00", "until": "2026-11-21T08:00"}, "That time is over already."),
        ({"from": ""}, "Say when: a date and a time."),
        ({"from": "soon"}, "is not a date and time"),
        ({"from": "2027-03-28T01:30"}, "never happens: the clocks go forward then. Choose an hour later."),
        ({"until": "2027-11-24T08:00"}, "That is more than 92 days."),
        ({"first": "nina"}, "There is nobody of that name in config.yaml."),
        ({"first": ""}, "Choose who is rung first."),
        ({"second": "chloe"}, "Somebody is named twice."),
    ],
)
def test_what_is_typed_wrong_is_told_and_kept(desk: Desk, wrong: dict[str, str], said: str) -> None:
    ana = desk.as_("ana", "owner", "ana")
    form = {"first": "chloe"} | FORM | wrong
    if form["first"] == "":
        form["second"] = ""
    status, page, _ = look(ana, **form)
    assert status == 422 and said in page
    answer = ana.post("/desk/rota/change", HERE, **form, state="0-0-0-0")
    assert answer.status_code == 422 and said in words(answer)
    assert f'value="{form["until"]}"' in answer.text
    assert desk.rows("SELECT * FROM overrides") == []


def test_an_hour_that_comes_twice_is_the_first_of_the_two(desk: Desk) -> None:
    desk.clock.move(320 * 86400)
    ana = desk.as_("ana", "owner", "ana")
    form = FORM | {"from": "2027-10-31T01:30", "until": "2027-10-31T09:00"}
    _, _, state = look(ana, **form)
    ana.post("/desk/rota/change", HERE, **form, state=state)
    assert desk.rows("SELECT starts_at FROM overrides") == [{"starts_at": "2027-10-31T00:30:00Z"}]


def test_a_day_with_other_hours(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    day = {"hours": "desk", "day": "2026-12-24", "spans": "08:00-12:00"}
    _, said, _ = look(ana, "/desk/rota/day", **day)
    assert "Thu 24 Dec 2026 Now 08:00-21:00 Then 08:00-12:00" in said
    assert ana.post("/desk/rota/day", HERE, **day).status_code == 302
    assert "desk on Thu 24 Dec 2026 : 08:00-12:00" in words(ana.get("/desk/rota"))
    for wrong, told in (
        ({"hours": "moon"}, "There are no such hours"),
        ({"day": "2026-11-23"}, "That day is over."),
        ({"day": ""}, "Say which day."),
        ({"spans": "8 to 9"}, "is not a span of opening hours"),
        ({"spans": "12:00-08:00"}, "closes before it opens"),
    ):
        status, said, _ = look(ana, "/desk/rota/day", **(day | wrong))
        assert status == 422 and told in said
        assert ana.post("/desk/rota/day", HERE, **(day | wrong)).status_code == 422
    assert ana.post("/desk/rota/day/undo", day="1").status_code == 302
    assert "desk on Thu" not in words(ana.get("/desk/rota"))


def test_of_two_who_change_the_same_day_the_second_is_told_and_keeps_the_form(desk: Desk) -> None:
    ana, eve = desk.as_("ana", "owner", "ana"), desk.as_("eve", "owner")
    day = {"hours": "desk", "day": "2026-12-24"}

    def shown(browser: Browser, spans: str) -> str:
        found = browser.get("/desk/rota/day?" + urlencode({**day, "spans": spans, "look": "1"}))
        return str(re.findall(r'name="was" value="(-?\d+)"', found.text)[0])

    first, second = shown(ana, "08:00-12:00"), shown(eve, "closed")
    assert ana.post("/desk/rota/day", HERE, **day, spans="08:00-12:00", was=first).status_code == 302
    late = eve.post("/desk/rota/day", HERE, **day, spans="closed", was=second)
    assert late.status_code == 409
    assert "Somebody changed the hours of that day meanwhile" in words(late)
    assert "Now 08:00-12:00 Then closed" in words(late)
    assert [row["spans"] for row in desk.rows("SELECT spans FROM exceptions")] == ["08:00-12:00"]
    now = re.findall(r'name="was" value="(-?\d+)"', late.text)[0]
    ana.post("/desk/rota/day/undo", day="1")  # and that is noticed too
    assert eve.post("/desk/rota/day", HERE, **day, spans="closed", was=now).status_code == 409
    now = shown(eve, "closed")
    assert eve.post("/desk/rota/day", HERE, **day, spans="closed", was=now).status_code == 302
    assert ana.post("/desk/rota/day", HERE, **day, spans="closed").status_code == 409  # never looked at


def test_a_calendar_is_fetched_by_its_address_until_that_ends(desk: Desk) -> None:
    ben, stranger = desk.as_("ben", "clinician", "ben"), desk.browser()
    first = feed(ben)
    answer = stranger.get(first)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    read = icalendar.Calendar.from_ical(answer.text)
    assert len(read.walk("VEVENT")) > 100
    assert all(str(one["SUMMARY"]).startswith("On call, ") for one in read.walk("VEVENT"))
    assert "+44" not in answer.text and "Ben" not in answer.text
    second = feed(ben)
    assert stranger.get(first).status_code == 404 and stranger.get(second).status_code == 200
    assert ben.post("/desk/rota/calendar/end").status_code == 302
    assert stranger.get(second).status_code == 404
    assert stranger.get("/desk/rota/x.ics").status_code == 404
    token = second.rpartition("/")[2].removesuffix(".ics")
    assert token not in str(desk.rows("SELECT * FROM feeds") + desk.rows("SELECT * FROM journal"))


def test_a_calendar_is_fetched_no_more_once_the_account_is_disabled(desk: Desk) -> None:
    ben, olive, stranger = desk.as_("ben", "clinician", "ben"), desk.as_("olive", "owner"), desk.browser()
    address = feed(ben)
    assert stranger.get(address).status_code == 200
    olive.post("/desk/people/ben/disable")
    assert stranger.get(address).status_code == 404
    olive.post("/desk/people/ben/enable")
    assert stranger.get(address).status_code == 200


def feed(browser: Browser) -> str:
    answer = browser.post("/desk/rota/calendar")
    found = re.search(r"https://line\.example(/desk/rota/[\w-]+\.ics)", answer.text)
    assert found is not None, answer.text
    return found[1]
