"""A phone is proved by a call: what the page shows is keyed in on it, and nothing else counts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from ivr.exchange.clock import HandClock
from ivr.exchange.records import Book, CallRecord
from ivr.exchange.rest import RestServer
from ivr.line.errand import place
from ivr.storage import phones, staff
from ivr.telephony.client import TwilioTelephone
from tests.desk.desk import PASSWORD, Browser, Desk, words
from tests.line.house import ACCOUNT, NIGHT, TOKEN, House

OWN = "+447700900555"


class Phone:
    """The provider, and whoever picks the phone up that it rings."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.house = House(desk.line, desk.clock)
        self.calls: list[CallRecord] = []
        book = Book(ACCOUNT, TOKEN, HandClock(NIGHT), seed=1)
        book.add_number("+442079460000", voice_url="https://line.example/voice")
        self.server = RestServer(book, self.calls.append, lambda *_: None, lambda message: None)

    def rings(self) -> str:
        """Let the line place its calls; pick up, and return what is heard."""
        telephone = TwilioTelephone(self.server.url, ACCOUNT, TOKEN, 5)
        assert place.place(self.desk.line, telephone, self.house.webhooks.errand_urls) == 1
        assert self.calls[-1].orders.url is not None
        return self.house.post(self.calls[-1].orders.url, CallSid=self.calls[-1].sid)[1]

    def key(self, heard: str, digits: str) -> str:
        action = html.unescape(re.findall(r'action="([^"]+)"', heard)[0])
        return self.house.post(action, CallSid=self.calls[-1].sid, Digits=digits)[1]


@pytest.fixture
def phone(desk: Desk) -> Iterator[Phone]:
    made = Phone(desk)
    made.server.start()
    yield made
    made.server.close()


def code(browser: Browser, leg: str = "staff/joe") -> str:
    """Have a phone rung; return the code that the page shows."""
    answer = browser.post("/desk/account/phone/call", phone=leg)
    assert answer.status_code == 200, words(answer)
    found = re.search(r'id="code">(\d{4})<', answer.text)
    assert found is not None
    return found[1]


def proved(desk: Desk, leg: str = "staff/joe") -> bool:
    with desk.line.store.read() as conn:
        found = phones.of_leg(conn, desk.line.config, leg)
    assert found is not None
    return bool(found.proved_at)


def test_the_digits_of_the_page_prove_the_phone(desk: Desk, phone: Phone) -> None:
    joe = desk.as_("joe", "desk")
    joe.post("/desk/account/phone", phone="07700 900555", password=PASSWORD)
    shown = code(joe)
    heard = phone.rings()
    assert phone.calls[-1].to == OWN
    assert "Key in the four digits that your page shows." in heard
    wrong = "0000" if shown != "0000" else "1111"
    assert "isn't it" in html.unescape(phone.key(heard, wrong)) and not proved(desk)
    assert "This phone is yours" in phone.key(heard, shown)
    assert proved(desk)
    assert "joe proved a phone by a call" in desk.notes()
    everything = str(desk.rows("SELECT key, data FROM journal")) + str(desk.rows("SELECT data FROM errands"))
    assert OWN[1:] not in everything and f'"{shown}"' not in everything
    assert "proved" in words(joe.get("/desk/account"))


def test_three_wrong_codes_end_the_call(desk: Desk, phone: Phone) -> None:
    joe = desk.as_("joe", "desk")
    joe.post("/desk/account/phone", phone=OWN, password=PASSWORD)
    shown = code(joe)
    heard = phone.rings()
    for _ in range(3):
        last = heard
        heard = phone.key(last, "0000" if shown != "0000" else "1111")
    assert "<Hangup" in heard and "<Gather" not in heard
    assert not proved(desk)


def test_a_code_is_too_old_after_ten_minutes_and_useless_for_another_number(desk: Desk, phone: Phone) -> None:
    joe = desk.as_("joe", "desk")
    joe.post("/desk/account/phone", phone=OWN, password=PASSWORD)
    shown = code(joe)
    heard = phone.rings()
    joe.post("/desk/account/phone", phone="+447700900556", password=PASSWORD)
    phone.key(heard, shown)
    assert not proved(desk)
    shown = code(joe)
    heard = phone.rings()
    desk.clock.move(601)
    phone.key(heard, shown)
    assert not proved(desk)


def test_a_number_that_changes_has_to_be_proved_again(desk: Desk, phone: Phone) -> None:
    joe = desk.as_("joe", "desk")
    joe.post("/desk/account/phone", phone=OWN, password=PASSWORD)
    phone.key(phone.rings() if (shown := code(joe)) else "", shown)
    assert proved(desk)
    joe.post("/desk/account/phone", phone=OWN, password=PASSWORD)
    assert proved(desk)
    joe.post("/desk/account/phone", phone="+447700900556", password=PASSWORD)
    assert not proved(desk)


def test_a_phone_of_the_configuration_is_proved_too(desk: Desk, phone: Phone) -> None:
    ben = desk.as_("ben", "clinician", "ben")
    phone.key(phone.rings() if (shown := code(ben, "ben")) else "", shown)
    assert phone.calls[-1].to == "+447700900002" and proved(desk, "ben")


def test_only_ones_own_phones_are_rung_and_not_without_end(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    assert joe.post("/desk/account/phone/call", phone="ben").status_code == 404
    joe.post("/desk/account/phone", phone=OWN, password=PASSWORD)
    answers = [joe.post("/desk/account/phone/call", phone="staff/joe").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 302]
    with desk.line.store.read() as conn:
        waiting = conn.execute("SELECT count(*) FROM errands WHERE state = 'queued'").fetchone()[0]
    assert waiting == 1  # a later one takes the place of those before


@pytest.mark.parametrize("typed", ["12", "+44", "call me", "999", "+4477009005551234567", "<b>"])
def test_what_is_no_number_is_said_and_kept_in_the_form(desk: Desk, typed: str) -> None:
    answer = desk.as_("joe", "desk").post("/desk/account/phone", phone=typed, password=PASSWORD)
    assert answer.status_code == 422 and "Write it with the country code" in words(answer)
    assert f'value="{html.escape(typed)}"' in answer.text
    assert desk.rows("SELECT * FROM staff_phones") == []


def test_numbers_are_shown_to_whom_they_concern(desk: Desk) -> None:
    joe, ana = desk.as_("joe", "desk"), desk.as_("ana", "owner", "ana")
    joe.post("/desk/account/phone", phone=OWN, password=PASSWORD)
    assert OWN not in joe.get("/desk/account").text and OWN not in ana.get("/desk/people/joe").text
    assert OWN in joe.post("/desk/number", of="phone:staff/joe").text
    assert OWN in ana.post("/desk/number", of="phone:staff/joe").text
    assert joe.post("/desk/number", of="phone:ben").status_code == 403
    for unknown in ("phone:zoe", "call:AAAAAA", "", "x", "phone:reception/0"):
        assert ana.post("/desk/number", of=unknown).status_code == 404
    assert [note for note in desk.notes() if "number" in note] == [
        "joe looked at a number",
        "ana looked at a number",
    ]


def test_an_account_that_is_disabled_keeps_nothing_open(desk: Desk) -> None:
    joe, ana = desk.as_("joe", "desk"), desk.as_("ana", "owner", "ana")
    ana.post("/desk/people/joe/disable")
    assert joe.get("/desk/account").status_code == 302
    assert desk.browser().log_in("joe").status_code == 401
    assert ana.post("/desk/people/ana/disable").status_code == 302  # the last owner stays
    assert ana.get("/desk/people").status_code == 200
    ana.post("/desk/people/joe/enable")
    assert desk.browser().log_in("joe").status_code == 302
    with desk.line.store.read() as conn:
        assert [one.name for one in staff.everyone(conn) if one.disabled_at] == []
