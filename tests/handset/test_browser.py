"""The page with telephones in a real browser: what a person does there, and what comes of it."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.cli.stage import SECRET, Stage
from ivr.storage import messages
from ivr.storage.recordings import Recordings
from tests.desk.chromium import PHONE, faults, shoot, too_wide
from tests.handset.running import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

NIGHT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 22, 10, tzinfo=UTC)
# What the page has the browser speak: a headless browser has no voice to listen to.
REFUSED = "409 (Conflict)"  # the browser notes each refusal; the page shows it in words
SPOKEN = "window.spoken = []; speechSynthesis.speak = (words) => spoken.push(words.text);"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["microphone"], locale="en-GB"
    )
    context.add_init_script(SPOKEN)
    page = context.new_page()
    page.set_default_timeout(30_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [problem for problem in problems if REFUSED not in problem] == []


def phone(page: Page, key: str) -> Locator:
    return page.locator(f'[data-phone="{key}"]')


def press(at: Locator, key: str) -> None:
    at.get_by_role("button", name=key, exact=True).click()


def hears(at: Locator, words: str) -> None:
    at.locator(".heard").get_by_text(words).first.wait_for()


def test_a_red_flag_at_night_rings_a_clinician_who_presses_1(page: Page) -> None:
    with running(NIGHT, 8) as (stage, handset):
        page.goto(handset.url)
        patient, ben = phone(page, "patient"), phone(page, "ben")
        patient.wait_for()
        page.get_by_label("Speak aloud").check()
        patient.get_by_role("button", name="Ring the clinic").click()
        hears(patient, "If you've had a treatment and something is wrong")
        press(patient, "1")
        hears(patient, "It's hard to breathe")
        patient.press("2")  # typed
        hears(patient, "Skin white")
        patient.get_by_label("Say", exact=True).fill("yes")
        patient.get_by_role("button", name="Say it").click()
        rings = page.get_by_role("button", name="Ben's telephone rings")
        rings.wait_for()
        rings.click()  # leads to the telephone
        assert ben.evaluate("card => card === document.activeElement")
        assert "+44…000" in ben.inner_text()  # the clinic's number, masked
        ben.get_by_role("button", name="Answer").click()
        hears(ben, "Rose Clinic, urgent patient call. Skin colour or pain.")
        press(ben, "1")
        patient.get_by_text("You are joined. What you say").wait_for()
        assert page.evaluate(SPILLED) == []
        ben.get_by_label("Say", exact=True).fill("Stay where you are")
        ben.get_by_role("button", name="Say it").click()
        hears(patient, "They say: Stay where you are")
        shoot(page, "handset")
        ben.get_by_role("button", name="Hang up").click()
        hears(patient, "Your call with the clinician has ended")
        patient.get_by_role("button", name="Hang up").click()
        patient.get_by_role("button", name="Ring the clinic").wait_for()

        said = page.evaluate("spoken")
        assert said[0].startswith("Thank you for calling Rose Clinic")
        assert "Stay where you are" in said

        wire = page.get_by_role("tabpanel", name="The wire")
        first = wire.locator("details").first
        first.locator("summary").click()
        sent = stage.exchange.requests[0]
        assert sent.headers["X-Twilio-Signature"] in first.inner_text()
        assert "<Say" in first.inner_text() and "+44…123" in first.inner_text()
        page.get_by_role("tab", name="The journal").click()
        page.get_by_text("Ben Ashdown pressed 1: TAKEN").wait_for()
        assert "+447700900002" not in page.content()  # a clinician's number is nowhere on the page
        with stage.app.line.store.read() as conn:
            taken = conn.execute("SELECT accepted_by FROM pages").fetchall()
        assert [row[0] for row in taken] == ["ben"]
        assert stage.exchange.unexpected == []


def test_a_message_spoken_into_the_microphone_is_fetched_and_sealed(page: Page) -> None:
    with running(EVENING, 12) as (stage, handset):
        page.goto(handset.url)
        patient = phone(page, "patient")
        patient.get_by_label("Shows").select_option("no number: withheld")
        patient.get_by_role("button", name="Ring the clinic").click()
        hears(patient, "To book, or for anything else, press 2")
        press(patient, "2")
        hears(patient, "it records")
        patient.get_by_role("button", name="Speak into the microphone").click()
        patient.get_by_role("button", name="Stop, and send it").wait_for()
        page.wait_for_function(SECONDS, arg=[page.evaluate("performance.now()"), 1600])
        press(patient, "hash")  # ends the recording on the page first, then on the line
        hears(patient, "Your message is saved")
        page.get_by_role("tab", name="The journal").click()
        page.get_by_text("Recording fetched and sealed").wait_for()
        kept = sealed(stage)
        with wave.open(io.BytesIO(kept)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
            assert 1 <= sound.getnframes() / 8000 < 10
            heard = sound.readframes(sound.getnframes())
        assert len(set(heard)) > 50  # Chromium's beeps, not silence
        assert stage.exchange.unexpected == []
        assert stage.exchange.requests[0].params["Caller"] == "anonymous"


def sealed(stage: Stage) -> bytes:
    """Return the one message that the line keeps, opened."""
    with stage.app.line.store.read() as conn:
        (call,) = conn.execute("SELECT call FROM calls").fetchone()
        (row,) = messages.of_call(conn, call)
    assert row["state"] == "kept"
    data = stage.config.environment.data / "recordings"
    return Recordings(data, SECRET.encode()).open(row["file"])


def test_the_time_is_the_clinics_and_the_hour_that_comes_twice_is_asked_for(page: Page) -> None:
    with running(NIGHT, 1) as (stage, handset):
        page.goto(handset.url)
        second = page.get_by_label("the second time that day")
        page.get_by_label("Let it be").fill("2026-11-24T02:10")
        assert not second.is_visible()
        page.get_by_label("Let it be").fill("2026-10-25T01:30")
        second.check()
        page.get_by_role("button", name="Set the time").click()
        page.get_by_text("the line begins a new record").wait_for()
        assert "Sun, 25 Oct 2026, 01:30" in page.locator("#clock").inner_text()
        assert "GMT" in page.locator("#clock").inner_text()
        assert stage.exchange.clock.now().hour == 1  # UTC: the first 01:30 was at 00:30
        page.get_by_label("Let it be").fill("2027-03-28T01:30")
        page.get_by_role("button", name="Set the time").click()
        page.get_by_text("the clocks go forward").wait_for()


def test_a_phone_may_be_minded_by_a_machine(page: Page) -> None:
    with running(NIGHT, 10) as (stage, handset):
        page.goto(handset.url)
        patient, ben, chloe = (phone(page, key) for key in ("patient", "ben", "chloe"))
        ben.get_by_label("At this phone").select_option("rejects the call")
        patient.get_by_role("button", name="Ring the clinic").click()
        hears(patient, "To book, or for anything else")
        press(patient, "1")
        hears(patient, "It's hard to breathe")
        press(patient, "1")  # an emergency: 999 first, then whoever is on call
        hears(ben, "rejects the call")
        chloe.get_by_role("button", name="Reject").wait_for()
        assert not ben.get_by_role("button", name="Answer").is_visible()
        chloe.get_by_role("button", name="Reject").click()
        hears(chloe, "rejects the call")
        patient.get_by_role("button", name="Hang up").click()


def test_a_key_that_nobody_listens_for_is_said_to_go_unheard(page: Page) -> None:
    with running(NIGHT, 10, slow=("keys", "")) as (_, handset):
        page.goto(handset.url)
        patient = phone(page, "patient")
        patient.get_by_role("button", name="Ring the clinic").click()
        for heard in ("To book, or for anything else", "It's hard to breathe"):
            hears(patient, heard)
            press(patient, "1")
        patient.get_by_text("Nothing listens now: keys go unheard.").wait_for()  # the line says 999
        press(patient, "2")
        hears(patient, "key 2 goes unheard: nothing listened.")
        patient.get_by_role("button", name="Hang up").click()


def test_a_page_that_is_opened_again_in_a_call_goes_on_and_by_keyboard_alone(page: Page) -> None:
    with running(NIGHT, 8) as (_, handset):
        page.goto(handset.url)
        patient = phone(page, "patient")
        patient.get_by_role("button", name="Ring the clinic").focus()
        page.keyboard.press("Enter")
        hears(patient, "Thank you for calling")
        assert patient.evaluate("card => card === document.activeElement")  # the button is gone
        page.reload()
        hears(patient, "Thank you for calling")
        hears(patient, "To book, or for anything else")
        page.keyboard.press("1")
        hears(patient, "presses 1")
        hears(patient, "It's hard to breathe")
        patient.get_by_role("button", name="Hang up").click()


@pytest.mark.parametrize("width", [360, 768, 1320])
def test_a_screen_of_any_width_shows_it_all_without_scrolling_sideways(page: Page, width: int) -> None:
    with running(NIGHT, 1) as (_, handset):
        page.set_viewport_size({"width": width, "height": 780})
        page.goto(handset.url)
        phone(page, "patient").get_by_role("button", name="Ring the clinic").click()
        hears(phone(page, "patient"), "Thank you for calling")
        assert not too_wide(page)
        assert page.evaluate(SPILLED) == []


def test_on_a_phones_screen_what_rings_covers_nothing_that_one_cannot_scroll_to(page: Page) -> None:
    with running(NIGHT, 12) as (_, handset):
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(handset.url)
        patient = phone(page, "patient")
        patient.get_by_role("button", name="Ring the clinic").click()
        for heard, key in (("To book", "1"), ("It's hard to breathe", "2"), ("Skin white", "1")):
            hears(patient, heard)
            press(patient, key)
        page.get_by_role("button", name="Ben's telephone rings").wait_for()
        shoot(page, "handset-phone")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert page.evaluate(UNDER_WHAT_RINGS) == 0


def test_nothing_keeps_people_with_disabilities_out(page: Page) -> None:
    with running(NIGHT, 8) as (_, handset):
        page.goto(handset.url)
        phone(page, "patient").get_by_role("button", name="Ring the clinic").click()
        hears(phone(page, "patient"), "Thank you for calling")
        assert faults(page) == []


def test_without_javascript_the_page_says_what_it_needs(browser: Browser) -> None:
    with running(NIGHT, 1) as (_, handset):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(handset.url)
        assert "needs JavaScript" in page.inner_text("body") and "ivr call" in page.inner_text("body")
        context.close()


SECONDS = "([began, milliseconds]) => performance.now() - began > milliseconds"

# How many px the end of the page lies under the button that says which telephone rings.
UNDER_WHAT_RINGS = """Math.max(0, document.querySelector("main").getBoundingClientRect().bottom
  - document.querySelector(".rings button").getBoundingClientRect().top)"""

# What reaches out of its telephone's card.
SPILLED = """[...document.querySelectorAll(".phone *")]
  .filter((one) => one.checkVisibility())
  .filter((one) => one.getBoundingClientRect().right > one.closest(".phone").getBoundingClientRect().right)
  .map((one) => one.outerHTML)"""
