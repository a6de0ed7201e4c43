"""`ivr show`: one call, told so that a person who was not there understands it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.line.story import TELLERS
from ivr.storage import Store
from ivr.storage.entry import KINDS
from ivr.storage.refs import reference
from tests.cli.clinic import CALL, TAKEN, UNANSWERED, Happening, keep, type_in


def shown(data: Path, happened: tuple[Happening, ...], *words: str) -> str:
    with Store(data) as store:
        keep(store, happened)
    return type_in("show", reference(CALL), *words, data=data).output


def test_a_call_that_was_taken(tmp_path: Path) -> None:
    about, _, story = shown(tmp_path, TAKEN).partition("\n\n")
    assert "caller       +44…123" in about and "page         taken by Ana Marlow" in about
    assert story.splitlines() == [
        "Tue 24 Nov 2026",
        "02:10:00    0:00  A call from +44…123 (home)",
        "02:10:00    0:00    start: start → main.topic",
        "02:10:09    0:09    key 1: main.topic → concern.gate_skin",
        "02:10:09    0:09  Path: symptom",
        "02:10:24    0:24  SIGN: skin colour (no answer is a yes)",
        "02:10:24    0:24  Disposition: clinician now",
        "02:10:24    0:24  PAGE opened, clinician now: skin colour",
        "02:10:24    0:24  Ringing Ben Ashdown, on call",
        "02:10:30    0:30  Ben Ashdown: answered, and is asked to press 1",
        "02:10:45    0:45  Ben Ashdown: passed on",
        "02:10:45    0:45  Ringing Ana Marlow (phone 2), on call",
        "02:10:52    0:52  Ana Marlow (phone 2) pressed 1: TAKEN",
        "02:12:20    2:20  The call is over: completed after 140 s",
    ]


def test_a_call_that_nobody_took(tmp_path: Path) -> None:
    story = shown(tmp_path, UNANSWERED)
    assert "NOBODY took it: on call" in story
    assert "Text not_taken for Ben Ashdown, Chloe Farrow, urgent" in story
    assert "PROMISED a call back by Tue 24 Nov 04:11 (two hours)" in story
    assert "MESSAGE in box urgent, 31 s" in story and "The caller hung up" in story


def test_texts_are_told_with_their_readers(tmp_path: Path) -> None:
    sent: tuple[Happening, ...] = (
        *UNANSWERED,
        (121, "text_sent", {"outbox": 1, "sid": "SM" + "6" * 32}),
        (122, "text_failed", {"outbox": 2, "why": "Twilio refused it: 21610"}),
    )
    story = shown(tmp_path, sent)
    assert "Text not_taken to Ben Ashdown: sent" in story
    assert "Text not_taken to Chloe Farrow: NOT SENT, Twilio refused it: 21610" in story


def test_a_story_that_goes_on_the_next_day_says_so(tmp_path: Path) -> None:
    later: Happening = (90_000, "message_kept", {"recording": "RE" + "4" * 32, "file": "x", "bytes": 9})
    story = shown(tmp_path, (*UNANSWERED, later))
    assert "\n\nWed 25 Nov 2026\n03:10:00 " in story


def test_the_providers_id_and_a_badly_typed_reference_find_it_too(tmp_path: Path) -> None:
    story = shown(tmp_path, TAKEN)
    typed = reference(CALL).lower().replace("0", "o")
    assert type_in("show", CALL, data=tmp_path).output == story
    assert type_in("show", f" {typed[:3]} {typed[3:]}", data=tmp_path).output == story


def test_other_programs_get_json(tmp_path: Path) -> None:
    found = json.loads(shown(tmp_path, TAKEN, "--json"))
    assert found["ref"] == reference(CALL) and found["story"][4]["data"]["gate"] == "concern.gate_skin"
    assert found["story"][-1] == {
        "at": "2026-11-24T02:12:20.500Z",
        "seconds": 140,
        "kind": "call_ended",
        "text": "The call is over: completed after 140 s",
        "data": {"status": "completed", "duration": 140},
    }


def test_a_call_that_is_not_there_costs_one_line(tmp_path: Path) -> None:
    Store(tmp_path).close()
    asked = type_in("show", "ZZZZZZ", data=tmp_path)
    assert asked.exit_code == 1
    assert asked.output == "Error: there is no call 'ZZZZZZ'. `ivr calls` lists the references.\n"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_line_has_its_words(kind: str) -> None:
    assert kind in TELLERS
