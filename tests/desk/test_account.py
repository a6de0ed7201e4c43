"""One's own account, and what owners do to others'."""

from __future__ import annotations

import re

import pyotp
import pytest
from werkzeug.test import TestResponse

from ivr.storage import pins
from tests.desk.desk import HERE, PASSWORD, Desk, words

NEW = "other words come to mind"


def test_a_password_is_changed_by_who_knows_it(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    elsewhere = desk.browser()
    elsewhere.log_in("joe")
    for password, new, again, said in (
        ("wrong", NEW, NEW, "That isn't your password."),
        (PASSWORD, "short", "short", "shorter than 12"),
        (PASSWORD, NEW, "another", "The two aren't the same."),
    ):
        answer = joe.post("/desk/account/password", password=password, new=new, again=again)
        assert answer.status_code == 422 and said in words(answer)
    assert elsewhere.get("/desk/account").status_code == 200
    assert joe.post("/desk/account/password", password=PASSWORD, new=NEW, again=NEW).status_code == 302
    assert joe.get("/desk/account").status_code == 200
    assert elsewhere.get("/desk/account").status_code == 302  # logged out by it
    assert desk.browser().log_in("joe").status_code == 401
    assert desk.browser().log_in("joe", password=NEW).status_code == 302


def test_a_thief_of_a_cookie_cannot_guess_the_password_for_long(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    said = [words(joe.post("/desk/account/password", password="x", new=NEW, again=NEW)) for _ in range(6)]
    assert ["Too many tries" in text for text in said] == [False] * 5 + [True]


@pytest.mark.parametrize(("name", "person", "caller"), [("ben", "ben", "ben"), ("joe", "", "staff/joe")])
def test_a_pin_is_set_by_its_owner_and_removed_by_an_owner(
    desk: Desk, name: str, person: str, caller: str
) -> None:
    browser = desk.as_(name, "clinician", person)

    def typed(pin: str) -> TestResponse:
        return browser.post("/desk/account/pin", pin=pin, pin_again=pin, password=PASSWORD)

    assert "It could be guessed" in words(typed("111111"))
    assert typed("493817").status_code == 302
    assert pins.check(desk.line.store, caller, "493817", desk.clock.now()) == "right"
    ana = desk.as_("ana", "owner", "ana")
    ana.post(f"/desk/people/{name}/pin")
    assert pins.check(desk.line.store, caller, "493817", desk.clock.now()) == "wrong"
    assert {f"{name} set the own PIN", "ana removed a PIN"} <= set(desk.notes())


def test_a_pin_and_an_own_phone_are_set_by_who_knows_the_password(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    for path, form, typed in (
        ("pin", {"pin": "493817", "pin_again": "493817"}, "493817"),
        ("phone", {"phone": "+447700900555"}, "+447700900555"),
        ("phone", {"phone": ""}, ""),
    ):
        for password in ("", "wrong")[: 1 + (path == "pin")]:
            answer = joe.post(f"/desk/account/{path}", HERE, password=password, **form)
            assert answer.status_code == 422 and "That isn't your password." in words(answer)
            # What was typed stays in the form; a PIN is a secret, and isn't sent back.
            assert (typed in answer.text) == (path == "phone")
    assert desk.rows("SELECT * FROM pins") == desk.rows("SELECT * FROM staff_phones") == []
    assert desk.notes() == ["joe logged in"]
    joe.post("/desk/account/phone", phone="+447700900555", password="x")
    said = words(joe.post("/desk/account/phone", phone="+447700900555", password=PASSWORD))
    assert "Too many tries" in said  # the sixth isn't looked at


def test_an_app_is_set_up_by_its_first_code_and_then_asked_for(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    page = joe.get("/desk/account/code")
    found = re.search(r'<code class="text-break">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None and "<svg" in page.text
    secret = found[1].replace(" ", "")
    assert found[1] in joe.get("/desk/account/code").text  # a reload doesn't change what was scanned
    assert joe.post("/desk/account/code", code="000000", password=PASSWORD).status_code == 422
    code = pyotp.TOTP(secret).at(desk.clock.now())
    assert "isn't your password" in words(joe.post("/desk/account/code", code=code, password="x"))
    shown = joe.post("/desk/account/code", code=code, password=PASSWORD)
    recovery = re.findall(r"<li><code>(\w{5}-\w{5})</code>", shown.text)
    assert len(set(recovery)) == 8
    assert desk.browser().log_in("joe").status_code == 401
    assert desk.browser().log_in("joe", code).status_code == 401  # it was used to set up
    assert desk.browser().log_in("joe", recovery[0]).status_code == 302
    desk.clock.move(60)
    assert desk.browser().log_in("joe", pyotp.TOTP(secret).at(desk.clock.now())).status_code == 302
    kept = str(desk.rows("SELECT * FROM staff") + desk.rows("SELECT * FROM recovery_codes"))
    assert secret not in kept and not any(one in kept for one in recovery)


def test_logging_out_elsewhere_leaves_this_browser_in(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    elsewhere = desk.browser()
    elsewhere.log_in("joe")
    assert "Logged out elsewhere: 1." in words(joe.get(joe.post("/desk/account/logout").location))
    assert elsewhere.get("/desk/account").status_code == 302


def test_an_owner_logs_out_and_changes_roles_but_not_of_the_last_owner(desk: Desk) -> None:
    joe, ana = desk.as_("joe", "desk"), desk.as_("ana", "owner", "ana")
    ana.post("/desk/people/joe/logout")
    assert joe.get("/desk/account").status_code == 302
    joe.log_in("joe")
    ana.post("/desk/people/joe/role", role="clinician")
    assert joe.get("/desk/account").status_code == 302  # what the old role allowed is over
    joe.log_in("joe")
    assert "Your role: clinician" in words(joe.get("/desk/account"))
    answer = ana.post("/desk/people/ana/role", role="desk")
    assert "the last owner who can log in" in words(ana.get(answer.location))
    assert ana.post("/desk/people/joe/role", role="king").status_code == 400


def test_a_person_has_one_account(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    for name, person, said in (
        ("ana", "", "has an account already"),
        ("other", "ana", "has an account already"),
        ("other", "zoe", "nobody of that name"),
        ("Ótto!", "", "small letters"),
    ):
        answer = ana.post("/desk/people", name=name, role="desk", person=person)
        assert answer.status_code == 422 and said in words(answer)


def test_who_did_what_is_listed_a_page_at_a_time(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    for number in range(60):
        ana.post("/desk/people", name=f"n{number}", role="desk")
    first = ana.get("/desk/history")
    assert "invited somebody as desk" in words(first) and "n59" in words(first) and " n1 " not in words(first)
    earlier = re.search(r'href="(/desk/history\?before=\d+)"', first.text)
    assert earlier is not None
    assert " n1 " in words(ana.get(earlier[1])) and " n59 " not in words(ana.get(earlier[1]))
    assert "Tue 24 Nov 2026 02:10" in words(first)


def test_a_number_that_no_row_can_have_is_none_at_all(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    for number in ("99999999999999999999", "-1", "x", "9" * 5000):
        assert "logged in" in words(ana.get(f"/desk/history?before={number}"))
        for path, field in (("/desk/rota/undo", "change"), ("/desk/rota/day/undo", "day")):
            assert ana.post(path, HERE, **{field: number}).status_code == 302
            assert "Nothing to undo" in words(ana.get("/desk/rota"))


def test_pages_stay_up_while_nothing_can_be_written_and_say_so(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    desk.line.store.cut()
    desk.clock.move(120)
    assert joe.get("/desk/account").status_code == 200
    answer = joe.post("/desk/account/pin", pin="493817", pin_again="493817", password=PASSWORD)
    assert answer.status_code == 503 and "Calls are answered all the same" in words(answer)
    assert desk.browser().log_in("joe").status_code == 503
    desk.line.store.mend()
