"""The desk in a real browser: as its people meet it, on a phone, without scripts, and by ear."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pyotp
import pytest

from ivr.storage import phones, staff, tokens
from tests.cli.served import rest, serve
from tests.desk.chromium import faults, shoot, too_wide
from tests.desk.desk import PASSWORD
from tests.desk.window import Window, counts, reads

LONG = "+447700900555"


def test_an_owner_begins_and_invites_somebody(window: Window) -> None:
    made = tokens.new()
    window.desk.line.store.write(
        lambda conn: staff.add(conn, "ana", "owner", "ana", tokens.digest(made), window.desk.clock.now())
    )
    page = window.open()
    page.goto(f"/desk/invitation/{made}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    spelt = page.locator("code").inner_text().replace(" ", "")  # owners are led to the app's codes at once
    page.locator("svg.qr").wait_for()
    assert faults(page) == []
    page.get_by_label("Code").fill(pyotp.TOTP(spelt).at(window.desk.clock.now()))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    counts(page.locator(".codes li"), 8)
    page.get_by_role("link", name="I have written them down").click()
    page.get_by_role("link", name="People").click()
    page.get_by_label("Name to log in with").fill("Joe Bloggs")
    page.get_by_label("Role").select_option("clinician")
    page.get_by_role("button", name="Make a link").click()
    reads(page.locator("#field-name-more"), "small letters")
    assert page.get_by_label("Role").input_value() == "clinician"  # what was entered is kept
    page.get_by_label("Name to log in with").fill("joe")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("code").inner_text()
    joe = window.open()
    joe.goto(address)
    joe.get_by_text("Welcome, joe").wait_for()
    assert window.complaints == [
        "Failed to load resource: the server responded with a status of 422 (UNPROCESSABLE ENTITY)"
    ]


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_each_page_is_sound_for_everybody(window: Window, phone: bool) -> None:
    window.desk.hire("joe", "desk")
    window.desk.hire("kim", "clinician", "chloe")
    page = window.as_("ana", "owner", "ana", phone=phone)
    shown = window.open(phone)
    for name, look, path in (
        ("login", shown, "/desk/login"),
        ("people", page, "/desk/people"),
        ("person", page, "/desk/people/kim"),
        ("account", page, "/desk/account"),
        ("history", page, "/desk/history"),
        ("error", page, "/desk/nowhere"),
    ):
        look.goto(path)
        assert phone or faults(look) == [], name
        assert not too_wide(look), name
        if name in ("login", "people"):
            shoot(look, f"{name}-phone" if phone else name)
    assert [text for text in window.complaints if "404" not in text] == []


def test_a_number_is_shown_on_a_click_that_is_noted(window: Window) -> None:
    page = window.as_("joe", "desk")
    window.desk.line.store.write(lambda conn: phones.put(conn, "joe", LONG))
    page.goto("/desk/account")
    assert LONG not in page.content() and "+44…555" in page.content()
    page.get_by_role("button", name="Show the number of staff/joe").click()
    page.get_by_text(LONG).wait_for()
    assert page.url.endswith("/desk/account")
    assert "joe looked at a number" in window.desk.notes()
    assert window.complaints == []


def test_a_double_click_sends_once(window: Window) -> None:
    page = window.as_("joe", "desk")
    window.desk.line.store.write(lambda conn: phones.put(conn, "joe", LONG))
    page.goto("/desk/account")
    form = page.locator("form[data-show]")
    form.evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    page.get_by_text(LONG).wait_for()
    page.goto("/desk/now")
    assert window.desk.notes().count("joe looked at a number") == 1


def test_everything_works_without_scripts(window: Window) -> None:
    page = window.as_("joe", "desk", scripts=False)
    page.goto("/desk/account")
    page.get_by_label("A phone of your own").fill("07700 900555")
    page.get_by_label("Your password, to keep the number").fill("not that")
    page.get_by_role("button", name="Keep the number").click()
    page.get_by_text("That isn't your password.").wait_for()
    field = page.get_by_label("Your password, to keep the number")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.get_by_label("A phone of your own").input_value() == "07700 900555"  # nothing is lost
    field.fill(PASSWORD)
    page.get_by_role("button", name="Keep the number").click()
    reads(page.get_by_role("status"), "Your phone's number is kept.")
    page.get_by_role("button", name="Show the number of staff/joe").click()
    reads(page.locator("main"), LONG)
    page.get_by_role("link", name="Your account").click()
    pin = page.get_by_label("New PIN")
    assert pin.get_attribute("required") == "" and pin.get_attribute("inputmode") == "numeric"
    pin.fill("493817")
    page.get_by_label("The same again").first.fill("493818")
    page.get_by_label("Your password, to set the PIN").fill(PASSWORD)
    page.get_by_role("button", name="Set the PIN").click()
    page.get_by_text("The two aren't the same.").wait_for()
    page.get_by_role("button", name="Log out", exact=True).click()
    reads(page.get_by_role("status"), "You are logged out.")


def test_the_keyboard_reaches_everything_and_can_skip(window: Window) -> None:
    page = window.as_("joe", "desk")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_another_site_can_change_nothing(window: Window) -> None:
    page = window.as_("joe", "desk")
    # The same browser, another site: 127.0.0.1 and localhost are two.
    page.goto(window.url.replace("127.0.0.1", "localhost") + "/desk/login")
    page.evaluate(
        "url => { const form = document.createElement('form'); form.method = 'post'; form.action = url;"
        " document.body.append(form); form.submit(); }",
        f"{window.url}/desk/account/logout",
    )
    threading.Event().wait(0.2)  # the page's own policy stops it: nothing arrives that one could wait for
    assert not any("logged the own" in note for note in window.desk.notes())
    page.goto("/desk/account")
    page.get_by_text("You are joe").wait_for()


def test_the_pages_of_a_real_ivr_serve(browser: object, tmp_path: Path) -> None:
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    with rest() as (api, _), serve(tmp_path / "data", api, workers=1) as line:
        url = f"http://127.0.0.1:{line.port}"
        with browser.new_context(base_url=url) as context:
            page = context.new_page()
            page.goto("/")
            page.get_by_role("heading", name="Log in").wait_for()
            assert "ivr user add NAME --role owner" in page.content()
            made = line_user(line.data, url)
            page.goto(made)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_label("The same again").fill(PASSWORD)
            page.get_by_role("button", name="Set the password").click()
            page.get_by_role("button", name="Log out", exact=True).wait_for()
            page.goto("/desk/account")
            page.get_by_text("You are joe").wait_for()
            button = page.get_by_role("button", name="Set the PIN")
            assert button.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(27, 102, 107)"
        assert "ERROR" not in line.log.read_text()


def line_user(data: Path, url: str) -> str:
    """Type `ivr user add joe` beside the running line; return the link."""
    from tests.cli.clinic import type_in

    told = type_in("user", "add", "joe", data=data, env={"IVR_PUBLIC_URL": url})
    found = re.search(r"http://\S+", told.output)
    assert found is not None, told.output
    return found[0]
