"""Now: what waits, who was rung, and what a person may do about it."""

from __future__ import annotations

import re

import pytest

from ivr.clock import iso
from ivr.desk.sights import look
from ivr.line import shifts
from ivr.storage import Entry
from ivr.storage.entry import JSON
from tests.desk.day import Patient
from tests.desk.desk import Desk, words


def well() -> list[str]:
    return []


def test_an_open_page_stands_first_with_its_signs_and_who_was_rung(desk: Desk) -> None:
    Patient(desk, 1, "+447700900777").is_unwell().nobody_answers(2)
    Patient(desk, 2, "+447700900778").is_unwell()
    said = words(desk.as_("kim", "clinician", "chloe").get("/desk/now"))
    assert "Pages that wait for a clinician (2)" in said
    first = said[said.index("(2)") :]
    assert first.index("+44…777") < first.index("+44…778")  # the oldest first
    assert "Clinician now: skin colour or pain" in said and re.search(r"waits 1:\d\d", said)
    assert re.search(r"Ben Ashdown : no answer .* Chloe Farrow : no answer .* Ana Marlow : rings", said)
    assert "900777" not in said


def test_the_desk_sees_that_a_page_waits_and_no_sign(desk: Desk) -> None:
    patient = Patient(desk).is_unwell()
    joe = desk.as_("joe", "desk")
    said = joe.get("/desk/now")
    assert "Pages that wait for a clinician (1)" in words(said) and "Ben Ashdown : rings" in words(said)
    assert "skin" not in said.text and "Clinician now" not in words(said) and "Take it" not in said.text
    for act in ("take", "close", "reopen"):
        assert joe.post(f"/desk/pages/{patient.sid}/{act}", outcome="spoken_with").status_code == 403
    assert desk.rows("SELECT state FROM pages") == [{"state": "open"}]


def test_a_page_is_taken_closed_and_opened_again(desk: Desk) -> None:
    patient = Patient(desk).is_unwell()
    kim = desk.as_("kim", "clinician", "chloe")
    page = f"/desk/pages/{patient.sid}"

    def stands() -> list[object]:
        return list(desk.rows("SELECT state, accepted_by, outcome, closed_by FROM pages")[0].values())

    assert kim.post(f"{page}/take").location == "/desk/now"
    assert stands() == ["taken", "chloe", None, None]
    assert "Taken, and not closed yet" in words(kim.get("/desk/now"))
    kim.post(f"{page}/take")
    assert "You have" in words(kim.get("/desk/now"))
    kim.post(f"{page}/close")
    assert "Say how" in words(kim.get("/desk/now")) and stands()[0] == "taken"
    kim.post(f"{page}/close", outcome="sent_to_ae")
    assert stands() == ["closed", "chloe", "sent_to_ae", "chloe"]
    assert "sent to ae by Chloe Farrow" in words(kim.get("/desk/now"))
    kim.post(f"{page}/close", outcome="spoken_with")
    assert "was closed already" in words(kim.get("/desk/now")) and stands()[2] == "sent_to_ae"
    kim.post(f"{page}/reopen")
    assert stands() == ["open", None, None, None]
    assert desk.notes()[1:] == ["kim took a page", "kim closed a page", "kim opened a page again"]


def test_somebody_else_was_faster(desk: Desk) -> None:
    patient = Patient(desk).is_unwell().is_taken()
    kim = desk.as_("kim", "clinician")
    kim.post(f"/desk/pages/{patient.sid}/take")
    assert "Somebody was faster" in words(kim.get("/desk/now"))
    assert desk.rows("SELECT accepted_by FROM pages") == [{"accepted_by": "ben"}]
    assert kim.post(f"/desk/pages/CA{9:032x}/take").status_code == 404


def test_who_is_on_call_and_a_shift_that_nobody_confirmed(desk: Desk) -> None:
    shifts.watch(desk.line)
    ben = desk.as_("ben", "clinician", "ben")
    kim = desk.as_("kim", "clinician", "chloe")
    said = words(ben.get("/desk/now"))
    assert "Ben Ashdown, until Tue 24 Nov 2026 08:00 Chloe Farrow Ana Marlow" in said
    assert "Next is Ana Marlow, from Tue 24 Nov 2026 08:00" in said
    assert "Not confirmed yet." in said and "Calls reach me: confirm" in said
    assert "Calls reach me" not in kim.get("/desk/now").text
    at, shift = iso(desk.clock.now(), milliseconds=True), desk.rows("SELECT shift FROM shifts")[0]["shift"]
    data: dict[str, JSON] = {"shift": str(shift), "person": "ben", "tries": 3}
    desk.line.store.record([Entry(at, "", "shift_unreached", "u", data)])
    assert "Not reached. Ben Ashdown did not answer" in words(kim.get("/desk/now"))
    kim.post("/desk/now/confirm")
    assert "Nothing to confirm" in words(kim.get("/desk/now"))
    ben.post("/desk/now/confirm")
    assert "Confirmed: calls reach Ben Ashdown." in words(kim.get("/desk/now"))
    assert "ben confirmed the own shift" in desk.notes()


def test_the_mark_changes_with_what_is_shown_and_with_nothing_else(desk: Desk) -> None:
    patient = Patient(desk)
    marks = [look(desk.line, well).mark()]
    for act in (patient.is_unwell, patient.nobody_answers, patient.is_taken, patient.hangs_up):
        act()
        marks.append(look(desk.line, well).mark())
    assert len(set(marks)) == len(marks)
    desk.clock.move(59)
    assert look(desk.line, well).mark() == marks[-1]
    assert look(desk.line, lambda: ["the disk is full"]).mark() != marks[-1]


def test_a_stream_tells_of_the_mark(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    page = joe.get("/desk/now").text
    mark = re.search(r'data-mark="(\w+)"', page)
    answer = joe._client.get("/desk/now/events", base_url="https://line.example")
    piece = next(iter(answer.response))
    answer.close()
    assert mark is not None and piece == f"data: {mark[1]}\n\n".encode()


def test_what_is_wrong_with_the_line_is_said(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    assert "The line is well." in words(joe.get("/desk/now"))
    desk.clock.move(100)
    said = words(joe.get("/desk/now"))
    assert "The line isn't well." in said and "job texts has never succeeded" in said


@pytest.mark.parametrize("role", ["desk", "clinician"])
def test_empty_it_says_what_will_come(desk: Desk, role: str) -> None:
    said = words(desk.as_("joe", role).get("/desk/now"))  # type: ignore[arg-type]
    assert "No page waits. When a caller reports a sign" in said
    assert "Nobody is on the line." in said
