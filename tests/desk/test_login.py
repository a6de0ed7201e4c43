"""Logging in: by password, code and link; held up when guessed at; over when it should be."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest

from ivr.storage import passwords, sessions, staff, tokens
from ivr.storage.staff import Role
from tests.desk.desk import HERE, PASSWORD, Desk, link, words


def test_a_password_lets_in_and_logging_out_lets_out(desk: Desk) -> None:
    browser = desk.as_("joe", "desk")
    assert "You are joe" in words(browser.get("/desk/account"))
    kept = browser.cookie()
    assert browser.post("/desk/logout").location == "/desk/login"
    assert browser.get("/desk/account").status_code == 302
    browser.keep(kept)  # the cookie is worthless from now on, wherever it was copied to
    assert browser.get("/desk/account").status_code == 302
    assert desk.notes() == ["joe logged in", "joe logged out"]


def test_the_cookie_is_strict_secure_and_a_secret_that_is_not_kept(desk: Desk) -> None:
    desk.hire("joe", "desk")
    browser = desk.browser()
    set_by = browser.log_in("joe").headers["Set-Cookie"]
    assert set_by.startswith("__Host-ivr=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(set_by.split("; "))
    everything = str(desk.rows("SELECT * FROM sessions") + desk.rows("SELECT * FROM staff"))
    assert browser.cookie() not in everything and PASSWORD not in everything


@pytest.mark.parametrize("name", ["joe", "nobody", "", "x" * 900, "joe'; --", "gone"])
def test_a_refusal_says_the_same_of_every_name_and_takes_as_long(desk: Desk, name: str) -> None:
    desk.hire("joe", "desk")
    desk.hire("gone", "desk")
    desk.line.store.write(lambda conn: staff.disable(conn, "gone", desk.clock.now()))
    password = PASSWORD if name == "gone" else "wrong"
    with patch.object(passwords, "matches", wraps=passwords.matches) as hashed:
        answer = desk.browser().log_in(name, password=password)
    assert answer.status_code == 401
    assert "Name, password or code isn't right." in words(answer)
    assert hashed.call_count == 1  # the slow part, once for everybody
    assert "Set-Cookie" not in answer.headers


def test_guesses_are_held_up_for_one_account_from_one_address_only(desk: Desk) -> None:
    desk.hire("joe", "desk")
    desk.hire("amy", "desk")
    stranger = desk.browser("198.51.100.7")
    assert [stranger.log_in("joe", password="x").status_code for _ in range(6)] == [401] * 5 + [429]
    assert stranger.log_in("joe").status_code == 429  # the right one isn't looked at either
    assert desk.browser().log_in("joe").status_code == 302  # joe, at his own desk, is not locked out
    assert stranger.log_in("amy").status_code == 302
    desk.clock.move(3)
    assert stranger.log_in("joe", password="x").status_code == 401
    desk.clock.move(3)
    assert stranger.log_in("joe").status_code == 429  # the wait has doubled
    desk.clock.move(3600)
    assert stranger.log_in("joe").status_code == 302


def guess(desk: Desk, many: int, name: str = "joe") -> list[int]:
    """Guess at an account once from each of so many addresses."""
    browsers = [desk.browser(f"198.51.100.{n}") for n in range(many)]
    return [one.log_in(name, password="x").status_code for one in browsers]


@pytest.mark.parametrize("name", ["joe", "nobody"])
def test_guesses_at_one_account_from_many_addresses_are_held_up(desk: Desk, name: str) -> None:
    desk.hire("joe", "desk")
    assert guess(desk, 40, name) == [401] * 30 + [429] * 10
    looked_at = 0
    for _ in range(4 * 30):
        desk.clock.move(120)
        looked_at += guess(desk, 1, name) == [401]
    assert looked_at <= 4 * 4 + 5  # in four hours: one in 15 minutes, once the waits have grown to that


def test_whoever_has_logged_in_before_is_not_held_up_by_what_others_guess(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    joe.post("/desk/logout")
    assert guess(desk, 40)[-1] == 429
    assert joe.log_in("joe").status_code == 302
    guess(desk, 40)
    assert desk.browser("192.0.2.1").log_in("joe").status_code == 429  # the right one, in a new browser
    # The cure that the page of refusal names: a link from an owner, opened anywhere.
    made = tokens.new()
    desk.line.store.write(lambda conn: staff.invite(conn, "joe", tokens.digest(made), desk.clock.now()))
    anew = desk.browser("192.0.2.1")
    assert anew.post(f"/desk/invitation/{made}", password=PASSWORD, again=PASSWORD).status_code == 302
    anew.post("/desk/logout")
    guess(desk, 40)
    assert anew.log_in("joe").status_code == 302


def test_a_known_browser_guesses_no_more_than_another_and_for_one_account_only(desk: Desk) -> None:
    desk.hire("amy", "desk")
    joe = desk.as_("joe", "desk")
    assert [joe.log_in("joe", password="x").status_code for _ in range(6)] == [401] * 5 + [429]
    guess(desk, 40, "amy")
    assert joe.log_in("amy").status_code == 429
    desk.clock.move(181 * 86400)
    guess(desk, 40)
    assert joe.log_in("joe").status_code == 429  # it was too long ago


def test_what_makes_a_browser_known_lets_nobody_in(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    made = joe.post("/desk/login", name="joe", password=PASSWORD).headers.getlist("Set-Cookie")
    kept = next(one for one in made if one.startswith("__Host-known-"))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(kept.split("; "))
    assert "joe" not in kept
    joe.post("/desk/logout")
    assert joe.get("/desk/account").status_code == 302
    desk.line.store.write(lambda conn: staff.disable(conn, "joe", desk.clock.now()))
    assert joe.log_in("joe").status_code == 401


def test_a_proxy_on_this_machine_is_believed_about_what_it_added_itself(desk: Desk) -> None:
    desk.hire("joe", "desk")
    proxy = desk.browser("127.0.0.1")

    def guess(forwarded: str, password: str = "x") -> int:
        headers = HERE | {"X-Forwarded-For": forwarded}
        return proxy.post("/desk/login", headers, name="joe", password=password).status_code

    assert [guess(f"10.0.0.{n}, 198.51.100.7") for n in range(6)] == [401] * 5 + [429]
    assert guess("198.51.100.8", PASSWORD) == 302


def test_owners_need_a_code_and_none_counts_twice(desk: Desk) -> None:
    desk.hire("ana", "owner")
    assert desk.browser().log_in("ana").status_code == 401
    assert desk.browser().log_in("ana", "000000").status_code == 401
    code = desk.code()
    assert (
        desk.browser().log_in("ana", code, password="x").status_code == 401
    )  # a wrong password uses none up
    assert desk.browser().log_in("ana", code).status_code == 302
    assert desk.browser().log_in("ana", code).status_code == 401
    desk.clock.move(60)
    assert desk.browser().log_in("ana", f"{desk.code()[:3]} {desk.code()[3:]}").status_code == 302


def test_a_recovery_code_lets_in_once(desk: Desk) -> None:
    desk.hire("ana", "owner")
    assert desk.browser().log_in("ana", "aaaaa bbbbb").status_code == 302
    assert desk.browser().log_in("ana", "aaaaa bbbbb").status_code == 401


def test_a_session_ends_when_it_is_not_used_and_at_the_end_of_the_day(desk: Desk) -> None:
    browser = desk.as_("joe", "desk")
    for _ in range(14):
        desk.clock.move(sessions.IDLE.total_seconds() - 60)
        found = browser.get("/desk/account").status_code
        if found == 302:
            break
        assert found == 200
    else:
        pytest.fail("it never ended")
    other = desk.browser()
    other.log_in("joe")
    desk.clock.move(sessions.IDLE.total_seconds())
    assert other.get("/desk/account").status_code == 302


def test_a_link_sets_a_password_once(desk: Desk) -> None:
    made = tokens.new()
    desk.line.store.write(
        lambda conn: staff.add(conn, "joe", "desk", "", tokens.digest(made), desk.clock.now())
    )
    path = f"/desk/invitation/{made}"
    browser = desk.browser()
    assert "Set a password" in words(browser.get(path))
    assert browser.post(path, password="short", again="short").status_code == 422
    assert browser.post(path, password=PASSWORD, again="another").status_code == 422
    assert browser.post(path, password=PASSWORD, again=PASSWORD).status_code == 302
    assert browser.get("/desk/account").status_code == 200  # logged in by it
    assert desk.browser().get(path).status_code == 404
    assert desk.browser().post(path, password=PASSWORD, again=PASSWORD).status_code == 404
    assert desk.browser().log_in("joe").status_code == 302
    assert made not in str(desk.rows("SELECT * FROM staff"))


def test_a_link_that_is_too_old_is_no_link(desk: Desk) -> None:
    made = tokens.new()
    desk.line.store.write(
        lambda conn: staff.add(conn, "joe", "desk", "", tokens.digest(made), desk.clock.now())
    )
    desk.clock.move((staff.LINK_LASTS + timedelta(seconds=1)).total_seconds())
    answer = desk.browser().get(f"/desk/invitation/{made}")
    assert answer.status_code == 404 and "Ask an owner for a new one" in words(answer)


def test_an_owner_without_an_app_can_do_nothing_before_it_is_set_up(desk: Desk) -> None:
    desk.hire("ana", "owner", coded=False)
    browser = desk.browser()
    browser.log_in("ana")
    assert browser.get("/desk/people").location == "/desk/account/code"
    assert "Owners need codes" in words(browser.get("/desk/account/code"))


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("clinician", 403), ("desk", 403)])
def test_people_is_for_owners(desk: Desk, role: Role, status: int) -> None:
    assert desk.as_("kim", role).get("/desk/people").status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "none"}, 302),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://line.example"}, 403),
        ({"Origin": "https://line.example"}, 302),
        ({"Origin": "https://line.example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_change_anything(desk: Desk, headers: dict[str, str], status: int) -> None:
    browser = desk.as_("joe", "desk")
    assert browser.post("/desk/account/logout", headers).status_code == status


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/desk/account", "/desk/account"),
        ("https://elsewhere.example/desk/", "/desk/"),
        ("//elsewhere.example", "/desk/"),
        ("/desk/\\elsewhere", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_logging_in_leads_to_the_page_that_was_asked_for_and_never_elsewhere(
    desk: Desk, wanted: str, given: str
) -> None:
    desk.hire("joe", "desk")
    answer = desk.browser().post("/desk/login", name="joe", password=PASSWORD, next=wanted)
    assert answer.location == given


def test_a_link_in_a_mail_reloads_itself_so_that_the_cookie_comes_along(desk: Desk) -> None:
    answer = desk.browser().get("/desk/account", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200 and 'http-equiv="refresh"' in answer.text


def test_too_long_a_form_is_refused_unread(desk: Desk) -> None:
    answer = desk.browser().log_in("joe", password="x" * 70_000)
    assert answer.status_code == 413 and "That is too much at once" in words(answer)


def test_errors_say_the_cure(desk: Desk) -> None:
    assert "Start from the first page" in words(desk.browser().get("/nowhere"))
    assert "press the button there" in words(desk.browser().get("/desk/logout"))


def test_whoever_comes_first_is_told_how_to_begin(desk: Desk) -> None:
    assert "ivr user add NAME --role owner" in words(desk.browser().get("/desk/login"))
    desk.hire("ana", "owner")
    assert "ivr user add" not in words(desk.browser().get("/desk/login"))


def test_an_owner_invites_and_resets_by_links(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    path = link(ana.post("/desk/people", name="joe", role="desk"))
    joe = desk.browser()
    joe.post(path, password=PASSWORD, again=PASSWORD)
    assert joe.get("/desk/account").status_code == 200
    again = link(ana.post("/desk/people/joe/reset"))
    assert joe.get("/desk/account").status_code == 302  # what was is over at once
    assert desk.browser().log_in("joe").status_code == 401
    assert desk.browser().get(again).status_code == 200
    assert {"ana invited somebody as desk", "ana made a new link for an account"} <= set(desk.notes())
