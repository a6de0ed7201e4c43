"""Promised call-backs: reminded of, missed, kept, and due again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.clock import iso
from ivr.line import outcome, promises, working
from ivr.line.errand import Errand, record
from ivr.line.naming import promise_state
from ivr.storage import promises as kept_rows
from tests.line.house import CALL, House, house

DAY = datetime(2026, 11, 24, 14, 10, tzinfo=UTC)  # Ana, Ben and Chloe are on call
AGAIN = "CA" + "5" * 32
WORSE = ("1", "2", "2", "2", "1", "1")  # no sign of a gate, but worse since yesterday: within two hours


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, DAY) as made:
        yield made


def is_promised(line: House, call: str = CALL) -> None:
    """A caller is promised a call-back by ten past four, and hangs up."""
    line.next = "/voice"
    line.goes_on(CallSid=call, CallStatus="ringing")
    for key in WORSE:
        line.goes_on(CallSid=call, Digits=key)
    line.post("/status", CallSid=call, CallStatus="completed", CallDuration="90")


def rings_again(line: House) -> None:
    """The same patient rings again: they are known, and put through at once; then they hang up."""
    line.next = "/voice"
    line.goes_on(CallSid=AGAIN, CallStatus="ringing")
    assert "I am calling your clinician now" in line.goes_on(CallSid=AGAIN, Digits="1")
    line.post("/status", CallSid=AGAIN, CallStatus="completed", CallDuration="90")


def promise(line: House, call: str = CALL) -> dict[str, object]:
    (row,) = line.rows(f"SELECT * FROM promises WHERE call = '{call}'")
    return row


def page(line: House, call: str = CALL) -> dict[str, object] | None:
    return next(iter(line.rows(f"SELECT * FROM pages WHERE page = '{call}'")), None)


def after(line: House, **time: int) -> int:
    line.clock.move(timedelta(**time).total_seconds())
    return promises.tend(line.line)


def texts(line: House, template: str) -> list[object]:
    rows = line.rows(f"SELECT reader FROM outbox WHERE template = '{template}' ORDER BY id")
    return [row["reader"] for row in rows]


def called_back(line: House, who: str, seconds: int | None = 60, kind: str = "callback") -> None:
    """Somebody has had the patient's phone on the line, in a call of theirs."""
    errand = Errand(kind, 7, CALL, f"{who}/0", "ringing", 3, data={"who": who})
    line.line.store.record(record.patient_leg(line.line, errand, "completed", seconds))


def test_a_promise_has_an_owner_who_is_reminded_once(line: House) -> None:
    is_promised(line)
    wanted = {"owner": "ana", "state": "due", "due_at": iso(DAY + timedelta(hours=2))}
    assert promise(line) | wanted == promise(line)
    assert after(line, minutes=89) == 0
    assert (after(line, minutes=1), after(line, minutes=1)) == (1, 0)
    assert texts(line, "reminder") == ["ana"] and promise(line)["reminded_at"]
    (row,) = line.rows("SELECT * FROM outbox WHERE template = 'reminder'")
    assert (row["deadline"], row["words"]) == (promise(line)["due_at"], '{"due": "4:10 this afternoon"}')


def test_when_the_owners_shift_is_over_whoever_is_on_call_is_reminded_too(tmp_path: Path) -> None:
    with house(tmp_path, DAY + timedelta(hours=4, minutes=40)) as line:  # due at 8:50; Ben from 8
        is_promised(line)
        assert after(line, minutes=100) == 1
        assert texts(line, "reminder") == ["ana", "ben"]


def test_a_missed_promise_is_a_page_that_is_worked(line: House) -> None:
    is_promised(line)
    assert after(line, hours=2) == 1 and after(line, seconds=15) == 0
    found = page(line)
    assert found is not None and (found["state"], found["disposition"]) == ("open", "two_hours")
    assert (promise(line)["state"], promise(line)["missed_at"]) == ("missed", iso(DAY + timedelta(hours=2)))
    assert working.work(line.line) == 1
    assert [row["leg"] for row in line.rows("SELECT leg FROM errands WHERE kind = 'page'")] == ["ana"]
    assert texts(line, "reminder") == []  # it is too late for that


@pytest.mark.parametrize(
    ("seconds", "who", "kind"),
    [(14, "ana", "callback"), (60, "reception", "callback"), (60, "ana", "page")],
)
def test_only_a_clinicians_talk_in_a_call_of_theirs_keeps_it(
    line: House, seconds: int, who: str, kind: str
) -> None:
    is_promised(line)
    called_back(line, who, seconds, kind)
    assert promise(line)["state"] == "due"


@pytest.mark.parametrize("seconds", [15, None])
def test_a_talk_keeps_it_and_nobody_is_paged(line: House, seconds: int | None) -> None:
    is_promised(line)
    called_back(line, "ben", seconds)
    called_back(line, "ben", seconds)  # the webhook came twice
    assert (promise(line)["state"], promise(line)["kept_by"]) == ("kept", "ben")
    assert len(line.rows("SELECT * FROM journal WHERE kind = 'promise_kept'")) == 1
    assert after(line, hours=3) == 0 and page(line) is None


@pytest.mark.parametrize("how", sorted(outcome.SPOKEN))
def test_closing_a_page_keeps_the_callers_promises_and_reopening_makes_them_due(
    line: House, how: str
) -> None:
    is_promised(line)
    rings_again(line)
    assert outcome.close(line.line, AGAIN, "ben", how)
    assert (promise(line)["state"], promise(line)["kept_by"]) == ("kept", "ben")
    line.clock.move(60)
    assert outcome.reopen(line.line, AGAIN, "ana")
    assert (promise(line)["state"], promise(line)["kept_by"], promise(line)["kept_at"]) == ("due", None, None)


def test_who_was_not_reached_is_still_promised_a_call(line: House) -> None:
    is_promised(line)
    after(line, hours=2)
    assert outcome.close(line.line, CALL, "ana", "not_reached")
    assert promise(line)["state"] == "missed"
    assert after(line, minutes=5) == 0  # once is enough: a person has closed it


def test_a_page_closed_as_not_reached_before_the_time_is_open_again_at_the_time(line: House) -> None:
    line.rings_a_clinician()
    line.post("/status", CallStatus="completed", CallDuration="90")
    line.line.store.write(
        lambda conn: conn.execute(
            "INSERT INTO promises (call, promise, disposition, due_at)"
            " VALUES (?, 'two_hours', 'two_hours', ?)",
            (CALL, iso(DAY + timedelta(hours=2))),
        )
    )
    assert outcome.close(line.line, CALL, "ana", "not_reached")
    assert after(line, hours=2) == 1
    found = page(line)
    assert found is not None and found["state"] == "open"


def test_about_a_page_that_they_took_they_are_asked_instead(line: House) -> None:
    is_promised(line)
    after(line, hours=2)
    assert outcome.take(line.line, CALL, "ana") == "taken"
    called_back(line, "ana")
    assert promise(line)["state"] == "missed"
    assert outcome.close(line.line, CALL, "ana", "spoken_with")
    assert promise(line)["state"] == "kept"


def test_while_somebody_has_the_patients_page_nothing_is_missed(line: House) -> None:
    is_promised(line)
    rings_again(line)
    assert outcome.take(line.line, AGAIN, "ben") == "taken"
    assert after(line, hours=2) == 0 and promise(line)["state"] == "due"
    assert outcome.close(line.line, AGAIN, "ben", "not_reached")
    assert after(line, seconds=15) == 1 and promise(line)["state"] == "missed"


def test_kept_by_word_and_taken_back(line: House) -> None:
    is_promised(line)
    assert (promises.keep(line.line, CALL, "ana"), promises.keep(line.line, CALL, "ana")) == (1, 0)
    line.clock.move(1)
    assert (promises.undo(line.line, CALL, "ana"), promises.undo(line.line, CALL, "ana")) == (1, 0)
    line.clock.move(1)
    assert promises.keep(line.line, CALL, "ben") == 1


def test_how_it_stands_in_words(line: House) -> None:
    is_promised(line)

    def told() -> str | None:
        with line.line.store.read() as conn:
            return promise_state(kept_rows.of_call(conn, CALL), line.line.config)

    assert told() == "due Tue 24 Nov 16:10, Ana Marlow"
    after(line, hours=2)
    assert told() == "MISSED, was due Tue 24 Nov 16:10"
    promises.keep(line.line, CALL, "ben")
    assert told() == "kept by Ben Ashdown"
