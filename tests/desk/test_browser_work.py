"""Now, Messages and Calls in a real browser: what updates by itself, what plays, and all without scripts."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest

from ivr import app
from ivr.clock import ManualClock, SystemClock, iso
from ivr.config import load
from ivr.exchange.wav import tone
from ivr.line import chain, shifts
from ivr.line.answer import Line
from ivr.line.intervals import EVERY
from ivr.storage import Store, sessions, stamps
from tests.cli.served import environment, rest, serve
from tests.desk.chromium import faults, shoot, too_wide
from tests.desk.day import Patient
from tests.desk.desk import PASSWORD, Desk
from tests.desk.test_promised import promise
from tests.desk.window import Window, counts, reads
from tests.line.house import NIGHT, ROOT

PAGES = ("now", "messages", "calls", "call", "chain")


def busy(window: Window) -> None:
    """A night with two messages, a page that was taken, and one that waits."""
    desk = window.desk
    shifts.watch(desk.line)
    Patient(desk, 1, "+447700900777").leaves_a_message(14)
    desk.clock.move(1200)
    Patient(desk, 2, "+447700900778").is_unwell().nobody_answers().is_taken().hangs_up()
    desk.clock.move(900)
    Patient(desk, 3, "+447700900779").leaves_a_message(31)
    desk.clock.move(600)
    Patient(desk, 4).is_unwell().nobody_answers(2)


def works(window: Window) -> None:
    """Have the jobs done lately, as the scheduler stamps it."""
    at = iso(window.desk.clock.now())
    for job in EVERY:
        window.desk.line.store.write(lambda conn, job=job: stamps.succeeded(conn, job, at))  # type: ignore[misc]


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_each_page_is_sound_for_everybody(window: Window, phone: bool) -> None:
    empty = window.as_("joe", "desk", phone=phone)
    for name in ("now", "messages", "calls"):
        empty.goto(f"/desk/{name}")
        assert phone or faults(empty) == [], f"{name}, with nothing in it"
    busy(window)
    promise(window.desk, 9)
    works(window)
    page = window.as_("ana", "owner", "ana", phone=phone)
    for name in PAGES:
        page.goto(f"/desk/calls/CA{2:032x}" if name == "call" else f"/desk/{name}")
        assert phone or faults(page) == [], name
        assert not too_wide(page), name
        if not phone and name != "chain":
            shoot(page, name, whole=name == "now")
    assert window.complaints == []


def test_now_updates_by_itself_and_counts_the_seconds(window: Window) -> None:
    from playwright.sync_api import expect

    page = window.as_("kim", "clinician", "chloe")
    page.goto("/desk/now")
    page.get_by_text("No page waits.").wait_for()
    patient = Patient(window.desk).is_unwell()
    page.get_by_text("OPEN", exact=True).wait_for()
    assert page.title().startswith("(1) Now")
    reads(page.locator("[data-announce]"), "Pages that wait: 1")
    waits = page.locator(".counting").first
    expect(waits).not_to_have_text(waits.inner_text())
    page.get_by_label("How it ended").focus()  # somebody chooses: nothing is taken from under their hands
    patient.nobody_answers()
    page.locator("[data-waiting]").wait_for()
    page.get_by_text("Ben Ashdown: rings").wait_for()
    page.get_by_role("button", name="Take it").focus()
    page.get_by_text("Ben Ashdown: no answer").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim().startsWith('Take it')")
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("You have taken").wait_for()
    page.get_by_label("How it ended").focus()  # as whoever chooses with mouse or keys
    page.get_by_label("How it ended").select_option("coming_in")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Undo: open it again").click()
    page.get_by_text("OPEN", exact=True).wait_for()
    assert window.complaints == []


def test_a_page_left_open_shows_the_log_in_soon_after_its_account_was_logged_out(window: Window) -> None:
    page = window.as_("kim", "clinician", "chloe")
    page.goto("/desk/now")
    Patient(window.desk).is_unwell()
    page.get_by_text("OPEN", exact=True).wait_for()  # the stream is there
    window.desk.line.store.write(lambda conn: sessions.end_all(conn, "kim"))
    page.get_by_role("heading", name="Log in").wait_for()  # and nobody reloads it
    assert window.complaints == []


def test_a_message_is_played_noted_and_done(window: Window) -> None:
    Patient(window.desk).leaves_a_message(2)
    page = window.as_("joe", "desk")
    page.goto("/desk/messages")
    player = page.locator("audio")
    assert player.evaluate("one => one.readyState") == 0  # nothing is fetched before somebody listens
    assert not any("listened" in note for note in window.desk.notes())
    player.evaluate(
        "one => { one.muted = true; const over = new Promise(done => { one.onended = done; });"
        " return one.play().then(() => over).then(() => null); }"
    )
    assert player.evaluate("one => Math.round(one.duration)") == 2
    assert window.desk.notes().count("joe listened to a message") == 1
    page.get_by_role("textbox", name=re.compile("^Note")).fill("Wants Thursday.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("heard", exact=True).wait_for()
    page.get_by_label("Reference or note").fill("thursday")
    page.get_by_role("button", name="Find").click()
    assert "thursday" not in page.url
    counts(page.locator("article"), 1)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Undo").click()
    counts(page.locator("article"), 1)
    assert window.complaints == []


def test_a_note_written_too_long_after_the_log_in_is_there_to_be_copied(window: Window) -> None:
    Patient(window.desk).leaves_a_message(2)
    page = window.as_("joe", "desk")
    page.goto("/desk/messages?show=all")
    page.get_by_role("textbox", name=re.compile("^Note")).fill("يريد الخميس 🙂")
    window.desk.clock.move(sessions.IDLE.total_seconds())
    page.get_by_role("button", name="Keep the note").click()
    assert page.get_by_label("What you wrote").input_value() == "يريد الخميس 🙂"
    page.get_by_label("Name", exact=True).fill("joe")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Messages").wait_for()
    assert page.url.endswith("/desk/messages?show=all")


def test_all_of_it_works_without_scripts(window: Window) -> None:
    busy(window)
    page = window.as_("kim", "clinician", "chloe", scripts=False)
    page.goto("/desk/now")
    page.get_by_role("link", name="Look again").wait_for()
    page.get_by_role("button", name="Take it").click()
    page.get_by_label("How it ended").first.select_option("spoken_with")
    page.get_by_role("button", name="Close").first.click()
    page.get_by_text("It can be opened again below.").wait_for()
    page.get_by_role("link", name="Messages").click()
    page.get_by_role("textbox", name=re.compile("^Note")).first.fill("Rang back.")
    page.get_by_role("button", name="Keep the note").first.click()
    assert page.get_by_role("textbox", name=re.compile("^Note")).first.input_value() == "Rang back."
    page.get_by_role("link", name="Calls", exact=True).click()
    page.get_by_label("Disposition").select_option("clinician_now")
    page.get_by_role("button", name="Find").click()
    counts(page.locator("tbody tr"), 2)
    page.locator("tbody a").last.click()
    page.get_by_text("Chloe Farrow pressed 1: TAKEN").wait_for()
    page.goto("/desk/chain")
    page.get_by_role("button", name="Check it now").click()
    chain.check(window.desk.line)
    page.get_by_role("link", name="Look again").click()
    page.get_by_text("It holds.").wait_for()


def test_the_check_shows_how_far_it_is(window: Window) -> None:
    busy(window)
    page = window.as_("kim", "clinician")
    page.goto("/desk/chain")
    page.get_by_role("button", name="Check it now").click()
    page.get_by_role("progressbar", name=re.compile("Checking: 0 of")).wait_for()
    chain.check(window.desk.line)
    page.get_by_text("It holds.").wait_for()
    assert window.complaints == []


def test_ranges_and_files_come_through_the_real_server(tmp_path: Path) -> None:
    """Through granian: a piece of a recording, and the list as a file that has no length."""
    data = tmp_path / "data"
    told = load(ROOT / "config.yaml", environment(data, 1, "http://127.0.0.1:9"), serving=True)
    with Store(data) as store:
        clock = ManualClock(NIGHT)
        desk = Desk(Line(told, app.flows(told), store, clock), clock)
        Patient(desk).leaves_a_message(3)
        desk.hire("kim", "clinician")
        token = store.write(lambda conn: sessions.begin(conn, "kim", SystemClock().now()))
    with rest() as (api, _), serve(data, api, workers=1) as line:

        def ask(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
            address = f"http://127.0.0.1:{line.port}{path}"
            request = urllib.request.Request(address, headers={"Cookie": f"ivr={token}", **headers})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read()

        sound, path = tone(3), f"/desk/messages/RE{1:032x}/audio"
        status, heads, body = ask(path, Range="bytes=100-199")
        assert (status, body) == (206, sound[100:200])
        assert heads["content-range"] == f"bytes 100-199/{len(sound)}"
        assert ask(path)[2] == sound
        status, heads, body = ask("/desk/calls.csv")
        assert status == 200 and body.count(b"\n") == 2 and "content-length" not in heads
        assert "ERROR" not in line.log.read_text()
