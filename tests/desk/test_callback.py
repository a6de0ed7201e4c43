"""A text's link: with the PIN it has the patient rung, once; without, it tells nothing and costs as much."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from ivr.clock import iso
from ivr.line import onelink
from ivr.storage import Entry, passwords
from ivr.storage.entry import JSON
from tests.desk.desk import HERE, Browser, Desk, words
from tests.line.house import CALL, CALLER

PIN, WRONG = "246813", "975310"
_KEPT = passwords.hashed(PIN)
SAYS = "Your phone will ring in a moment"


@pytest.fixture
def path(desk: Desk) -> str:
    """The path of a link for Ben, about a call with an open page."""
    at = iso(desk.clock.now())
    started: dict[str, JSON] = {"caller_kind": "home", "revision": "r", "repeat": False}
    opened: dict[str, JSON] = {"disposition": "clinician_now", "signs": ["skin colour"]}
    store = desk.line.store
    store.record(
        [
            Entry(at, CALL, "call_started", "started", started, {"caller": CALLER}),
            Entry(at, CALL, "page_opened", "opened", opened),
            Entry(at, CALL, "call_ended", "ended", {"status": "completed", "duration": 40}),
        ]
    )
    store.write(lambda conn: conn.execute("INSERT INTO pins VALUES ('ben', ?, ?)", (_KEPT, at)).rowcount)
    return onelink.address(desk.line, f"{CALL}:4.1:ben", "ben", CALL).removeprefix("https://line.example")


def tried(browser: Browser, path: str, pin: str) -> tuple[int, str]:
    answer = browser.post(path, pin=pin)
    return answer.status_code, words(answer)


def rung(desk: Desk) -> list[tuple[object, object, object]]:
    return [(row["kind"], row["leg"], row["subject"]) for row in desk.rows("SELECT * FROM errands")]


def test_the_right_pin_rings_the_own_phone_once(desk: Desk, path: str) -> None:
    browser = desk.browser()
    assert SAYS not in words(browser.get(path))
    status, said = tried(browser, path, "24 68 13")
    assert (status, SAYS in said) == (200, True)
    assert rung(desk) == [("callback", "ben", CALL)]
    assert tried(browser, path, PIN)[0] == 403  # used up
    assert len(rung(desk)) == 1


def test_whatever_is_wrong_the_answer_is_the_same_and_takes_as_long(desk: Desk, path: str) -> None:
    used = onelink.address(desk.line, "another", "ben", CALL).removeprefix("https://line.example")
    tried(desk.browser("203.0.113.1"), used, PIN)
    old = onelink.address(desk.line, "old", "ben", CALL).removeprefix("https://line.example")
    desk.line.store.write(
        lambda conn: conn.execute(
            "UPDATE callback_links SET until = '2026-11-24T02:00:00Z' WHERE token = ?", (_digest(old),)
        ).rowcount
    )
    answers = []
    tries = [(path, WRONG), (used, PIN), (old, PIN), ("/c/made-up", PIN), (path, ""), (path, "x" * 999)]
    for wrong, pin in tries:
        with patch.object(passwords, "matches", wraps=passwords.matches) as hashed:
            answers.append(tried(desk.browser(), wrong, pin))
        assert hashed.call_count == 1  # the slow part, once for everybody
    assert len(set(answers)) == 1 and answers[0][0] == 403
    assert len({desk.browser().get(where).text for where in (path, used, old, "/c/x")}) == 1


def test_a_wrong_pin_uses_no_link_up_but_many_have_to_wait(desk: Desk, path: str) -> None:
    for at in range(3):
        assert tried(desk.browser(f"203.0.113.{at}"), path, WRONG)[0] == 403
    assert tried(desk.browser("203.0.113.77"), path, PIN)[0] == 403  # whoever tries it, and from wherever
    desk.clock.move(31)
    assert tried(desk.browser(), path, PIN)[0] == 200


def test_one_address_cannot_go_on_guessing_links(desk: Desk, path: str) -> None:
    stranger = desk.browser("198.51.100.7")
    for at in range(onelink.ADDRESS.free):
        tried(stranger, f"/c/guess{at}", PIN)
    assert tried(stranger, path, PIN)[0] == 403
    assert tried(desk.browser(), path, PIN)[0] == 200


def test_a_link_is_too_old_after_two_hours(desk: Desk, path: str) -> None:
    desk.clock.move(onelink.LASTS.total_seconds())
    assert tried(desk.browser(), path, PIN)[0] == 403
    assert rung(desk) == []


def test_the_token_is_not_kept_and_a_text_sent_again_holds_the_same(desk: Desk, path: str) -> None:
    again = onelink.address(desk.line, f"{CALL}:4.1:ben", "ben", CALL)
    assert again.endswith(path)
    [row] = desk.rows("SELECT * FROM callback_links")
    assert path.removeprefix("/c/") not in str(row)


def test_only_our_own_page_may_send_the_pin_and_it_tells_nothing(desk: Desk, path: str) -> None:
    browser = desk.browser()
    assert browser.post(path, {"Sec-Fetch-Site": "cross-site"}, pin=PIN).status_code == 403
    assert browser.post(path, {}, pin=PIN).status_code == 403
    assert rung(desk) == []
    page = browser.get(path)
    assert page.headers["Cache-Control"] == "no-store" and "skin" not in page.text
    assert browser.post(path, HERE, pin=PIN).status_code == 200


def _digest(path: str) -> str:
    from ivr.storage import tokens

    return tokens.digest(path.removeprefix("/c/"))
