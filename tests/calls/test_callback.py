"""Call-backs: whoever of the clinic rings the line from their phone is joined to a patient, by a PIN."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.acts import Person
from ivr.exchange.caller import Caller, Item, Leaves, Presses, Silent, Talks, Waits
from ivr.exchange.people import Answers, Busy, NoAnswer
from ivr.exchange.switches import Switches
from ivr.line import callback as asking
from ivr.line.errand.keypad import keys_of
from ivr.storage import pages, passwords, pins
from ivr.storage.refs import reference
from tests.calls.phones import ANA, BEN, CALLER, CHLOE, NIGHT, staged, texts_of
from tests.calls.stage import CONFIG, FULL_NUMBER

PIN, WRONG = "246813", "975310"
_KEPT = passwords.hashed(PIN)  # once: it takes a tenth of a second
RECEPTION = "+442079460001"
OTHER = "+447700900777"
KEYED = "07700900888"
GREETING = "Thank you for calling Rose Clinic."
ASKED = "staff: key your PIN, then hash."
LET_IN = Presses(f"{PIN}#")


@pytest.fixture
def stage(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Stage]:
    """A line at night, on which nobody answers; no number may leave it, whatever the test does."""
    caplog.set_level(logging.INFO)
    with nobody_answers(tmp_path, "ben", "reception") as made:
        yield made
        heard = [line.text for line in made.exchange.transcript if line.spoken]
        sent = [request.url for request in made.exchange.requests]
        for text in (*heard, *sent, *(text.body for text in made.exchange.texts), *caplog.messages):
            assert not FULL_NUMBER.search(text), text
        with made.app.line.store.read() as conn:
            kept = [row["data"] for row in conn.execute("SELECT data FROM journal")]
        assert not any(re.search(r"\d{9,}(?![0-9a-f]{8})", data) for data in kept if "callback" in data)


@contextmanager
def nobody_answers(data: Path, *pins_of: str) -> Iterator[Stage]:
    """A line at night, on which nobody answers, and those people have a PIN."""
    with staged(NIGHT, data) as made:
        made.exchange.others(NoAnswer())
        for who in pins_of:
            has_pin(made, who)
        yield made


def has_pin(stage: Stage, who: str) -> None:
    stage.app.line.store.write(
        lambda conn: conn.execute("INSERT INTO pins VALUES (?, ?, ?)", (who, _KEPT, NIGHT)).rowcount
    )


def rings_about_her_skin(stage: Stage, number: str = CALLER) -> str:
    """A patient hangs up before anybody takes the page; return her call."""
    items = (Presses("1"), Presses("2"), Presses("1"), Leaves(5))
    call = stage.exchange.dial(number, stage.config.clinic.number, Caller(*items))
    stage.exchange.run(200)
    return call.sid


def leaves_a_message(stage: Stage, number: str = CALLER) -> str:
    items = (Presses("2"), Talks(20, hang_up=True))
    call = stage.exchange.dial(number, stage.config.clinic.number, Caller(*items))
    stage.exchange.run(200)
    return call.sid


def rings_the_line(stage: Stage, number: str, *items: Item, seconds: float = 200) -> list[str]:
    """Somebody rings the clinic's number; return what was heard and done meanwhile, as "who: what"."""
    before = len(stage.exchange.transcript)
    caller = Caller(*items)
    stage.exchange.dial(number, stage.config.clinic.number, caller)
    stage.exchange.run(seconds)
    assert caller.problems == [] and stage.exchange.unexpected == []
    return [f"{line.who}: {line.text}" for line in stage.exchange.transcript[before:]]


def at_home(stage: Stage, person: Person, number: str = CALLER) -> None:
    stage.exchange.names[number] = "patient"
    stage.exchange.phone(number, person)


def page_of(stage: Stage, call: str) -> tuple[str, str | None]:
    with stage.app.line.store.read() as conn:
        page = pages.get(conn, call)
    assert page is not None
    return page["state"], page["accepted_by"]


def noted(stage: Stage) -> list[str]:
    sql = "SELECT json_extract(data, '$.result') FROM journal WHERE kind IN ('callback', 'errand_result')"
    with stage.app.line.store.read() as conn:
        return [row[0] for row in conn.execute(f"{sql} ORDER BY seq")]


def shown(stage: Stage, number: str) -> str:
    """The number that the last phone call to somebody showed them."""
    return [call.from_ for call in stage.exchange.book.calls.values() if call.to == number][-1]


# --- who is asked for a PIN ------------------------------------------------------------------


def test_the_latest_open_page_is_taken_and_its_patient_rung(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, Answers(5, "", talk=30))
    heard = rings_the_line(stage, BEN, LET_IN, Presses("1"), Waits())
    assert heard[1:3] == [
        f"caller: presses {PIN}#",
        "line: Open: the page since 02:10, skin colour or pain. Press 1 to ring the patient."
        " For another, by its reference, press 2. To key a number, press 3.",
    ]
    assert "line: I am ringing the patient. They see the clinic's number." in heard
    assert "line: joins caller and patient" in heard
    assert page_of(stage, call) == ("taken", "ben")
    assert shown(stage, CALLER) == stage.config.clinic.number
    assert noted(stage) == ["let_in", "taken", "reached"]


def test_after_the_talk_its_end_is_asked_for_and_closes_the_page(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, Answers(5, "", talk=30))
    heard = rings_the_line(stage, BEN, LET_IN, Presses("1"), Waits(), Presses("1"))
    assert any(line.startswith("line: How did it end? Press 1: spoken with.") for line in heard)
    with stage.app.line.store.read() as conn:
        page = pages.get(conn, call)
    assert page is not None
    assert (page["state"], page["outcome"], page["closed_by"]) == ("closed", "spoken_with", "ben")


def test_the_prompt_says_999_first_and_silence_or_star_is_a_patient(stage: Stage) -> None:
    for item in (Silent(), Presses("*")):
        heard = rings_the_line(stage, BEN, item, Leaves(0))
        assert heard[0].startswith("line: In an emergency, hang up and call 999. Rose Clinic staff: key")
        assert any(GREETING in line for line in heard)
    with stage.app.line.store.read() as conn:
        assert [row[0] for row in conn.execute("SELECT caller FROM calls")] == [BEN, BEN]


def test_three_wrong_pins_lead_on_as_a_patient_and_the_next_try_has_to_wait(stage: Stage) -> None:
    rings_about_her_skin(stage)
    heard = rings_the_line(stage, BEN, *[Presses(f"{WRONG}#")] * 3, Leaves(0))
    asked = [line for line in heard if ASKED in line]
    assert len(asked) == 3 and asked[1] == asked[2] == asked[0].replace("line: ", "line: That is not right. ")
    assert "line: That is not right." in heard and any(GREETING in line for line in heard)
    pins.check(stage.app.line.store, "ben", WRONG, stage.app.line.clock.now())
    # The right one, too soon: the same words, and nothing is told.
    heard = rings_the_line(stage, BEN, LET_IN, Leaves(0))
    assert heard[2].startswith("line: That is not right. In an emergency")
    assert not any("page" in line for line in heard)
    assert noted(stage)[-1] == "throttled"
    stage.exchange.run(1000)
    assert "Open: the page since 02:10" in rings_the_line(stage, BEN, LET_IN, Leaves(0))[2]


@pytest.mark.parametrize("number", [CALLER, ANA, CHLOE, "anonymous"])
def test_from_a_phone_without_a_pin_the_line_is_just_the_line(stage: Stage, number: str) -> None:
    heard = rings_the_line(stage, number, Leaves(0))
    assert GREETING in heard[0]


def test_who_shows_a_clinicians_number_without_the_pin_learns_nothing(stage: Stage) -> None:
    rings_about_her_skin(stage)
    heard = rings_the_line(stage, BEN, Presses("1#"), Presses("0"), Presses("12345678901#"), Leaves(0))
    assert not any("page" in line or "ringing the patient" in line for line in heard)
    assert noted(stage) == ["wrong", "wrong", "wrong"]


def test_with_the_database_gone_nobody_is_let_in_and_everybody_is_a_patient(stage: Stage) -> None:
    stage.app.line.store.cut()
    heard = rings_the_line(stage, BEN, LET_IN, Leaves(0))
    assert any("Calls to patients can't be made just now" in line for line in heard)
    assert any(GREETING in line for line in heard)
    stage.app.line.store.mend()


# --- whom they choose -------------------------------------------------------------------------


def test_a_patient_who_is_not_reached_leaves_the_page_open(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, Busy())
    heard = rings_the_line(stage, BEN, LET_IN, Presses("1"), Waits(), Presses("1"), Waits(), Leaves(0))
    tried = "line: The patient wasn't reached. The page is open again. Press 1 to try again, or hang up."
    assert heard.count(tried) == 2
    assert page_of(stage, call) == ("open", None)
    assert noted(stage) == ["let_in", *["taken", "not_reached", "given_back"] * 2]


def test_hanging_up_while_it_rings_leaves_the_page_open(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, NoAnswer())
    rings_the_line(stage, BEN, LET_IN, Presses("1"), Leaves(3))
    assert page_of(stage, call) == ("open", None)


def test_another_page_by_its_reference(stage: Stage) -> None:
    first = rings_about_her_skin(stage)
    second = rings_about_her_skin(stage, OTHER)
    at_home(stage, Answers(5, "", talk=30))
    heard = rings_the_line(
        stage, BEN, LET_IN, Presses("2"), Presses(f"{keys_of(reference(first))}#"), Presses("1"), Waits()
    )
    assert "2 pages are open. The latest:" in heard[2]
    assert "line: For the page since 02:10, skin colour or pain, press 1." in heard
    assert "line: joins caller and patient" in heard
    assert (page_of(stage, first), page_of(stage, second)) == (("taken", "ben"), ("open", None))


def test_a_reference_that_nobody_has_is_asked_for_again(stage: Stage) -> None:
    heard = rings_the_line(stage, BEN, LET_IN, Presses("2"), Presses("111111#"), Presses("*"), Leaves(0))
    assert any(line.startswith("line: I don't find that reference.") for line in heard)
    assert "No page is open." in heard[-2]


def test_a_number_keyed_in_is_rung_and_only_its_end_is_said(stage: Stage) -> None:
    at_home(stage, Answers(5, "", talk=30), "+44" + KEYED[1:])
    heard = rings_the_line(stage, BEN, LET_IN, Presses("3"), Presses(f"{KEYED}#"), Presses("1"), Waits())
    assert "line: The number that ends in 8 8 8. Press 1 to ring it, or 2 to key another." in heard
    assert "line: joins caller and patient" in heard
    with stage.app.line.store.read() as conn:
        [row] = conn.execute("SELECT * FROM errands").fetchall()
    assert (row["state"], row["outcome"], row["number"], row["subject"]) == ("over", "reached", None, "keyed")


@pytest.mark.parametrize(
    "keys", ["999", "112", "09098790000", "07012345678", "0035318123456", "02079460000", "08001111111"]
)
def test_numbers_that_must_not_be_rung_from_here(stage: Stage, keys: str) -> None:
    heard = rings_the_line(stage, BEN, LET_IN, Presses("3"), Presses(f"{keys}#"), Leaves(0))
    assert any(line.startswith("line: That number can't be rung from here.") for line in heard)


def test_many_keyed_numbers_in_a_day_are_told_of_and_rung_all_the_same(stage: Stage) -> None:
    at_home(stage, NoAnswer(), "+44" + KEYED[1:])
    object.__setattr__(stage.config.callback, "alarm_after", 2)
    for _ in range(3):
        heard = rings_the_line(
            stage, BEN, LET_IN, Presses("3"), Presses(f"{KEYED}#"), Presses("1"), Waits(), Leaves(0)
        )
        assert "patient: rings" in heard
    object.__setattr__(stage.config.callback, "alarm_after", 20)
    assert [text.to for text in stage.exchange.texts] == [ANA]


def test_the_desk_hears_of_no_page_but_may_ring_who_left_a_message(stage: Stage) -> None:
    page = rings_about_her_skin(stage)
    message = leaves_a_message(stage, OTHER)
    at_home(stage, Answers(5, "", talk=30), OTHER)
    for ref, then in ((page, (Leaves(0),)), (message, (Presses("1"), Waits()))):
        keys = Presses(f"{keys_of(reference(ref))}#")
        heard = rings_the_line(stage, RECEPTION, LET_IN, Presses("2"), keys, *then)
        assert not any("skin" in line or "page" in line for line in heard)
        assert ("line: joins caller and patient" in heard) == (ref == message)
    assert page_of(stage, page) == ("open", None)


def test_a_patient_who_is_still_on_the_line_is_not_rung(stage: Stage) -> None:
    items = (Presses("1"), Presses("2"), Presses("1"), Waits(), Waits(), Waits())
    stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*items))
    stage.exchange.run(60)
    heard = rings_the_line(stage, BEN, LET_IN, Leaves(0), seconds=30)
    assert any("No page is open." in line for line in heard)


def test_every_webhook_twice_makes_no_difference(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path, Switches(duplicates="second")) as stage:
        stage.exchange.others(NoAnswer())
        has_pin(stage, "ben")
        call = rings_about_her_skin(stage)
        at_home(stage, Answers(5, "", talk=30))
        heard = rings_the_line(stage, BEN, LET_IN, Presses("1"), Waits())
        assert "line: joins caller and patient" in heard
        assert page_of(stage, call) == ("taken", "ben")
        assert noted(stage) == ["let_in", "taken", "reached"]


# --- asked for elsewhere ------------------------------------------------------------------------


def test_asked_for_on_a_page_the_own_phone_rings_first(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    at_home(stage, Answers(5, "", talk=30))
    stage.exchange.phone(BEN, Answers(3, "1"))
    line = stage.app.line
    assert asking.request(line, "ben", page=call) == "queued"
    assert asking.request(line, "ben", page=call) == "going on"
    assert asking.request(line, "reception/0", page=call) == "not theirs"
    assert asking.request(line, "ben", number="999") == "no number"
    before = len(stage.exchange.transcript)
    stage.exchange.run(120)
    heard = [f"{line.who}: {line.text}" for line in stage.exchange.transcript[before:]]
    assert "Ben: hears: This is the clinic line, with the call that you asked for." in " ".join(heard)
    assert "line: joins Ben and patient" in heard
    assert page_of(stage, call) == ("closed", "ben")  # who presses 1 at every question says "spoken with"
    assert (shown(stage, BEN), shown(stage, CALLER)) == (stage.config.clinic.number,) * 2


def test_a_voicemail_at_the_own_phone_has_no_patient_rung(stage: Stage) -> None:
    call = rings_about_her_skin(stage)
    stage.exchange.phone(BEN, Answers(3, "", talk=None))
    asking.request(stage.app.line, "ben", page=call)
    stage.exchange.run(120)
    assert page_of(stage, call) == ("open", None)
    assert CALLER not in [record.to for record in stage.exchange.book.calls.values()]


def test_a_text_can_hold_a_link_that_does_the_same_after_the_pin(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    flows = CONFIG.parent / "flows"
    shipped = CONFIG.read_text(encoding="utf-8").replace("flows: flows ", f"flows: {flows} ")
    text = "{clinic}: nobody took urgent call {ref} ({disposition}). Ring the patient: {link}"
    shipped = re.sub(r"not_taken: .*", f'not_taken: "{text}"', shipped)
    config.write_text(shipped, encoding="utf-8")
    with staged(NIGHT, tmp_path / "data", config=config) as stage:
        stage.exchange.others(NoAnswer())
        has_pin(stage, "ben")
        call = rings_about_her_skin(stage)
        link = re.compile(r"https://line\.example(/c/[\w-]+)$")
        links = {text.to: link.findall(text.body) for text in stage.exchange.texts}
        assert len(links[BEN]) == 1 and len({found[0] for found in links.values()}) == len(links) > 1
        at_home(stage, Answers(5, "", talk=30))
        stage.exchange.phone(BEN, Answers(3, "1"))
        browser, base = stage.app.pages.test_client(), "https://line.example"
        assert call not in browser.get(links[BEN][0], base_url=base).text
        headers = {"Sec-Fetch-Site": "same-origin"}
        answers = [
            browser.post(links[BEN][0], base_url=base, headers=headers, data={"pin": pin}).status_code
            for pin in (WRONG, PIN, PIN)
        ]
        assert answers == [403, 200, 403]
        stage.exchange.run(120)
        assert "line: joins Ben and patient" in texts_of(stage)
        assert page_of(stage, call) == ("closed", "ben")  # who presses 1 at every question says "spoken with"
