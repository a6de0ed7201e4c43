"""Calls: the list and its filters, one call's story, the list as a file, and the check of the record."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ivr.clock import iso
from ivr.desk.records import cell
from ivr.flow.turn import Keys, Silence, Start
from ivr.line import chain
from ivr.storage import Entry, journal
from ivr.storage.entry import JSON
from tests.desk.day import Patient
from tests.desk.desk import Browser, Desk, words
from tests.desk.desk import desk as opened
from tests.storage.lines import tampered


def refs(browser: Browser, path: str) -> list[str]:
    """The references that a list shows, in order."""
    return re.findall(r'<th scope="row"><a [^>]*>(\w+)</a>', browser.get(path).text)


def ref(desk: Desk, index: int) -> str:
    return str(desk.rows(f"SELECT ref FROM calls WHERE call = 'CA{index:032x}'")[0]["ref"])


def test_the_list_is_filtered_by_day_disposition_and_outcome(desk: Desk) -> None:
    Patient(desk, 1).leaves_a_message()
    taken = Patient(desk, 2, "+447700900778").is_unwell().is_taken()
    taken.hangs_up()
    desk.clock.move(24 * 3600)
    Patient(desk, 3, "+447700900779").is_unwell()
    emergency = Patient(desk, 4, "+447700900780").does(Start(), Keys("1"), Keys("1"))
    kim = desk.as_("kim", "clinician")
    one, two, three, four = (ref(desk, index) for index in range(1, 5))
    for asked, found in (
        ("", [four, three, two, one]),
        ("?day=2026-11-24", [two, one]),
        ("?day=2026-11-25", [four, three]),
        ("?disposition=emergency", [four]),
        ("?became=taken", [two]),
        ("?became=open", [four, three]),
        ("?became=open&disposition=clinician_now", [three]),
        ("?became=taken&day=2026-11-25", []),
        ("?disposition=%27%3B--&became=nonsense", [four, three, two, one]),
    ):
        assert refs(kim, f"/desk/calls{asked}") == found, asked
    kim.post(f"/desk/pages/{taken.sid}/close", outcome="spoken_with")
    assert refs(kim, "/desk/calls?became=spoken_with") == [two]
    assert refs(kim, "/desk/calls?became=taken") == []
    kim.post(f"/desk/pages/{taken.sid}/reopen")
    assert two in refs(kim, "/desk/calls?became=open")
    assert "No call is like that." in words(kim.get("/desk/calls?became=coming_in"))
    assert "Write the day as 2026-11-24." in words(kim.get("/desk/calls?day=24.11."))
    assert kim.get(f"/desk/calls?ref={three.lower()}").location == f"/desk/calls/CA{3:032x}"
    assert "There is no call with this reference." in words(kim.get("/desk/calls?ref=ZZZZZZ"))
    assert emergency.sid not in words(kim.get("/desk/calls"))


def test_the_list_goes_on_where_it_ended_also_within_a_second(desk: Desk) -> None:
    at = iso(desk.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"caller_kind": "withheld", "revision": "r", "repeat": False}
    for index in range(120):
        desk.line.store.record([Entry(at, f"CA{index:032x}", "call_started", "call started", data)])
    kim, shown, path = desk.as_("kim", "clinician"), list[str](), "/desk/calls"
    while path:
        page = kim.get(path).text
        shown += re.findall(r'href="/desk/calls/(CA\w+)"', page)
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert shown == [f"CA{index:032x}" for index in reversed(range(120))]
    assert kim.get("/desk/calls?before=rubbish").status_code == 200


def test_a_story_tells_what_was_heard_and_pressed(desk: Desk) -> None:
    patient = Patient(desk, 1, "+447700900778").does(Start(), Silence())
    patient.does(Keys("1"), Keys("2"), Keys("1"))
    patient.nobody_answers().is_taken().hangs_up()
    kim = desk.as_("kim", "clinician")
    said = words(kim.get(f"/desk/calls/{patient.sid}"))
    for part in (
        "The call is answered at the beginning → main.topic The caller heard: Thank you for calling",
        "The caller says and presses nothing at main.topic The caller heard: If you've had a treatment",
        "The caller presses 2 at concern.gate_emergency → concern.gate_skin The caller heard: Press 1 if any",
        "SIGN: skin colour or pain (by key)",
        "The ringing ends: no answer",
        "The caller heard: I am trying another phone now.",
        "Chloe Farrow pressed 1: TAKEN",
        f"revision {desk.line.flows.revision}",
    ):
        assert part in said, part
    assert re.search(r"02:10:40 0:32 SIGN", said)
    assert "900778" not in said and "+44…778" in said
    assert desk.notes()[-1] == "kim read a call's story"
    assert "On these pages: 1" in words(kim.get(f"/desk/calls/{patient.sid}"))


def test_a_story_of_a_revision_that_is_gone_is_told_without_its_words(desk: Desk) -> None:
    at = iso(desk.clock.now(), milliseconds=True)
    data: dict[str, JSON] = {"caller_kind": "home", "revision": "0123456789abcdef", "repeat": False}
    turn = {"step": "", "input": "start", "next": "main.topic"}
    call = f"CA{1:032x}"
    desk.line.store.record([Entry(at, call, "call_started", "s", data), Entry(at, call, "turn", "1", turn)])
    said = words(desk.as_("kim", "clinician").get(f"/desk/calls/{call}"))
    assert "The call is answered" in said and "The caller heard:" not in said


def test_what_a_caller_said_is_not_known_and_the_story_goes_on(desk: Desk) -> None:
    at, call = desk.clock.now(), f"CA{1:032x}"
    when = iso(at, milliseconds=True)
    data: dict[str, JSON] = {"caller_kind": "home", "revision": desk.line.flows.revision, "repeat": False}
    turns = [("", "start", "main.topic"), ("main.topic", "speech", "concern.gate_emergency")]
    turns += [("concern.gate_emergency", "key 2", "concern.gate_skin")]
    lines = [Entry(when, call, "call_started", "s", data)]
    lines += [
        Entry(when, call, "turn", str(number), {"step": step, "input": came, "next": after})
        for number, (step, came, after) in enumerate(turns, 1)
    ]
    desk.line.store.record(lines)
    said = words(desk.as_("kim", "clinician").get(f"/desk/calls/{call}"))
    assert "The caller says something at main.topic" in said
    assert "The caller heard: Press 1 if any is true now. It's hard to breathe." in said
    assert "The caller heard: Press 1 if any is true, or not sure. Skin white" in said


def test_the_desk_sees_no_call_about_a_treatment(desk: Desk) -> None:
    Patient(desk, 1).leaves_a_message()
    unwell = Patient(desk, 2, "+447700900778").is_unwell()
    joe = desk.as_("joe", "desk")
    assert refs(joe, "/desk/calls") == [ref(desk, 1)]
    assert refs(joe, "/desk/calls?disposition=clinician_now&became=open") == [ref(desk, 1)]
    assert joe.get(f"/desk/calls/CA{1:032x}").status_code == 200
    answer = joe.get(f"/desk/calls/{unwell.sid}")
    assert answer.status_code == 403 and "A clinician or an owner can open it." in words(answer)
    for path in ("/desk/calls.csv", "/desk/chain"):
        assert joe.get(path).status_code == 403
    assert joe.get(f"/desk/calls/CA{9:032x}").status_code == 404


def test_the_list_as_a_file_is_whole_masked_and_no_formula(desk: Desk) -> None:
    for index in range(1, 4):
        Patient(desk, index, f"+44770090077{index}").is_unwell().is_taken().hangs_up()
    kim = desk.as_("kim", "clinician")
    answer = kim.get("/desk/calls.csv?disposition=clinician_now")
    assert answer.mimetype == "text/csv" and "content-length" not in answer.headers  # streamed
    assert 'filename="calls-all.csv"' in answer.headers["Content-Disposition"]
    heads, *rows = csv.reader(io.StringIO(answer.text))
    assert heads[:4] == ["reference", "day", "time", "caller"] and len(rows) == 3
    latest = dict(zip(heads, rows[0], strict=True))
    assert latest["caller"] == "'+44…773" and latest["taken by"] == "Ben Ashdown"
    assert latest["page"] == "taken" and latest["seconds"] == "95"
    assert "90077" not in answer.text
    assert "kim exported calls" in desk.notes()
    empty = kim.get("/desk/calls.csv?day=2020-01-01")
    assert len(empty.text.splitlines()) == 1
    assert 'calls-2020-01-01.csv"' in empty.headers["Content-Disposition"]
    kim.get("/desk/calls.csv?day=%22%0d%0ax")
    assert [row["data"] for row in desk.rows("SELECT data FROM journal WHERE data LIKE '%exported%'")][
        -1
    ] == '{"about":"all days","what":"exported calls","who":"kim"}'


def test_in_the_hour_that_comes_twice_a_time_says_which_one_it_is(tmp_path: Path) -> None:
    with opened(tmp_path / "data", datetime(2026, 10, 25, 0, 50, tzinfo=UTC)) as desk:
        for index, move in ((1, 1200), (2, 3600), (3, 0)):
            Patient(desk, index, f"+44770090077{index}").is_unwell()
            desk.clock.move(move)
        kim = desk.as_("kim", "clinician")
        said = words(kim.get("/desk/calls"))
        for shown in ("25 Oct 2026 01:50 BST +44", "25 Oct 2026 01:10 GMT +44", "25 Oct 2026 02:11 +44"):
            assert shown in said
        _, *rows = csv.reader(io.StringIO(kim.get("/desk/calls.csv").text))
        assert [row[2][:5] for row in rows] == ["02:11", "01:10", "01:50"]
        assert [row[-1][:16] for row in rows] == ["2026-10-25T02:11", "2026-10-25T01:10", "2026-10-25T00:50"]


@given(st.text())
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell(text).removeprefix("'") == text.removeprefix("'")


def test_the_record_is_checked_on_asking(desk: Desk) -> None:
    Patient(desk).is_unwell()
    kim = desk.as_("kim", "clinician")
    assert "It has not been checked from here yet." in words(kim.get("/desk/chain"))
    kim.post("/desk/chain")
    said = words(kim.get("/desk/chain"))
    assert re.search(r"Checking: 0 of \d+ lines", said) and "Asked for by kim" in said
    kim.post("/desk/chain")
    assert "A check is going on already." in words(kim.get("/desk/chain"))
    assert chain.check(desk.line) > 10
    with desk.line.store.read() as conn:
        head = journal.verify(conn, most=chain.check(desk.line) or -1).head
    said = words(kim.get("/desk/chain"))
    assert "It holds." in said and re.search(r"\d+ lines, checked Tue 24 Nov 2026", said)
    assert len(head) == 64
    assert "kim had the journal's chain checked" in desk.notes()


def test_a_record_that_was_changed_is_told_of(desk: Desk) -> None:
    Patient(desk).is_unwell()
    kim = desk.as_("kim", "clinician")
    tampered(
        desk.line.store.data,
        "DROP TRIGGER journal_keeps_words",
        "UPDATE journal SET data = '{}' WHERE seq = 3",
    )
    kim.post("/desk/chain")
    chain.check(desk.line)
    said = words(kim.get("/desk/chain"))
    assert "It does not hold. line 3" in said and "2 lines before that are as they were written" in said
    assert desk.rows("SELECT template FROM outbox WHERE template = 'alarm'") != []
