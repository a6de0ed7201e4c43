"""Record, rule by rule as https://www.twilio.com/docs/voice/twiml/record has them."""

from __future__ import annotations

import pytest

from ivr.exchange.caller import Caller, Item, Leaves, Presses, Says, Silent, Talks, Waits
from tests.exchange.line_desk import Desk, open_line

HOOK = 'recordingStatusCallback="/recorded"'


def message(desk: Desk, *items: Item, attributes: str = "") -> tuple[str, str, float]:
    """Leave a message; return its seconds and keys as the action got them, and when it did."""
    desk.pages |= {
        "/voice": f'<Record action="/got" {HOOK} {attributes}/><Say>Nothing was recorded.</Say>',
        "/got": "<Say>Thank you.</Say>",
    }
    desk.call(Caller(*items))
    [form], [at] = desk.forms("/got"), desk.seconds("/got")
    return form["RecordingDuration"], form["Digits"], at


@pytest.mark.parametrize(
    ("item", "attributes", "expected"),
    [
        (Talks(12), "", ("12", "", 17.0)),  # and 5 s of silence, which are trimmed
        (Talks(12), 'timeout="10"', ("12", "", 22.0)),
        (Talks(12), 'trim="do-not-trim"', ("17", "", 17.0)),
        (Talks(12, press="#"), "", ("12", "#", 12.0)),
        (Talks(12, press="3"), "", ("12", "3", 12.0)),
        (Talks(12, press="3"), 'finishOnKey="#"', ("12", "", 17.0)),
        (Talks(12, press="0"), 'finishOnKey="10"', ("12", "0", 12.0)),
        (Talks(12, hang_up=True), "", ("12", "hangup", 12.0)),
        (Talks(120), 'maxLength="90"', ("90", "", 90.0)),
        (Talks(20), 'timeout="0" maxLength="40"', ("20", "", 40.0)),
        (Says("Please ring me back."), "", ("4", "", 9.34)),
        (Presses("1"), 'finishOnKey="1"', ("0", "1", 2.0)),
        (Silent(), "", ("0", "", 5.0)),
        (Leaves(3), "", ("0", "hangup", 3.0)),
    ],
)
def test_a_message_ends(item: Item, attributes: str, expected: tuple[str, str, float]) -> None:
    with open_line({}) as desk:
        seconds, keys, at = message(desk, item, attributes=attributes)
        assert (seconds, keys) == expected[:2]
        assert at == pytest.approx(expected[2], abs=0.01)


def test_a_message_reads_well() -> None:
    with open_line({}) as desk:
        message(desk, Talks(12, press="#"))
        assert desk.transcript.splitlines() == [
            "   0 line    [records]",
            "   0 caller  talks for 12 s",
            "  12 caller  presses #",
            "  12 line    Thank you.",
            "  13 line    hangs up",
        ]


def test_what_answers_a_hang_up_is_not_heard() -> None:
    with open_line({}, status_callback="/status") as desk:
        message(desk, Talks(8, hang_up=True))
        assert "Thank you." not in desk.transcript
        assert desk.forms("/got")[0]["CallStatus"] == "completed"
        assert [asked.path for asked in desk.asked] == ["/voice", "/got", "/status", "/recorded"]


def test_a_recording_can_be_fetched_a_little_later() -> None:
    with open_line({}) as desk:
        message(desk, Talks(8, press="#"))
        [got], [told] = desk.forms("/got"), desk.forms("/recorded")
        assert desk.seconds("/recorded") == [10.0]
        assert got["RecordingUrl"] == told["RecordingUrl"] and got["RecordingSid"] == told["RecordingSid"]
        assert (told["RecordingStatus"], told["RecordingSource"]) == ("completed", "RecordVerb")
        assert "From" not in told
        assert desk.exchange.book.recordings[told["RecordingSid"]].status == "completed"


def test_events_of_a_recording() -> None:
    with open_line({}) as desk:
        message(desk, Talks(8), attributes='recordingStatusCallbackEvent="in-progress completed"')
        assert [form["RecordingStatus"] for form in desk.forms("/recorded")] == ["in-progress", "completed"]
        assert desk.seconds("/recorded") == [0.0, 15.0]


def test_a_recording_deleted_at_once_is_not_told() -> None:
    with open_line({}) as desk:
        desk.exchange.before_webhook.append(
            lambda request: desk.exchange.book.recordings.clear() if "/got" in request.url else None
        )
        message(desk, Talks(8))
        assert desk.forms("/recorded") == []


def test_without_an_action_the_same_document_is_asked_again() -> None:
    with open_line({}) as desk:
        desk.pages["/voice"] = lambda form: "<Hangup/>" if "RecordingUrl" in form else "<Record/>"
        desk.call(Caller(Talks(4)))
        assert len(desk.forms("/voice")) == 2


def test_an_item_that_does_not_fit_a_recording() -> None:
    with open_line({}) as desk:
        caller = Caller(Waits())
        desk.pages["/voice"] = '<Record action="/got"/>'
        desk.pages["/got"] = "<Hangup/>"
        desk.call(caller)
        assert "came at a wait for a recording" in caller.problems[0]


def test_transcription_is_not_played() -> None:
    with open_line(
        {"/voice": '<Record action="/got" transcribe="true" maxLength="60"/>', "/got": "<Hangup/>"},
        unexpected=True,
    ) as desk:
        desk.call(Caller(Talks(4)))
        assert desk.exchange.unexpected == ["transcribe: this exchange writes nothing down"]
