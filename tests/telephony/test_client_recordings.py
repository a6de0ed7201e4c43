"""Recordings and calls over REST: fetched, listed, deleted; asking again never does harm."""

from __future__ import annotations

import pytest

from ivr.exchange.injected import Breakage
from ivr.exchange.wav import tone
from ivr.line.telephone import CallState, Permanent, Recording, Telephone, TelephoneError, Temporary
from ivr.telephony import client as module
from ivr.telephony.client import TwilioTelephone
from tests.exchange.rest_desk import OTHER, OWN, SID, TOKEN, Desk
from tests.telephony.asking import ASKS, CA, RE, at, raised
from tests.telephony.canned import canned


def kept(desk: Desk, seconds: float = 2, audio: bytes | None = None, status: str = "completed") -> str:
    call = desk.book.add_call(OTHER, OWN, "inbound")
    sid = desk.book.add_recording(call.sid, seconds, audio=audio).sid
    desk.book.recording_is(sid, status)
    return sid


def test_a_recording_is_fetched(desk: Desk, telephone: Telephone) -> None:
    sid = kept(desk)
    assert telephone.recording(sid) == tone(2)
    [asked] = desk.server.asked
    assert asked.path.endswith(f"/Accounts/{SID}/Recordings/{sid}.wav")


def test_a_recording_that_is_not_ready_yet(desk: Desk, telephone: Telephone) -> None:
    sid = kept(desk, status="processing")
    assert raised(Temporary, lambda: telephone.recording(sid)).status == 404
    desk.book.recording_is(sid, "completed")
    assert telephone.recording(sid)[:4] == b"RIFF"


def test_a_recording_larger_than_any_message(
    desk: Desk, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_RECORDING", len(tone(2)))
    assert telephone.recording(kept(desk))
    sid = kept(desk, seconds=3)
    assert "larger than" in raised(Permanent, lambda: telephone.recording(sid)).why


def test_a_download_that_never_ends(
    desk: Desk, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_DOWNLOAD", -1.0)
    sid = kept(desk)
    assert "not through" in raised(Temporary, lambda: telephone.recording(sid)).why


@pytest.mark.parametrize(
    ("body", "content_type", "length"),
    [
        (b"<html>Log in</html>", "text/html", -1),
        (b"<html>Log in</html>", "audio/wav", -1),
        (tone(1), "text/plain", -1),
        (b"", "audio/wav", -1),
        (b"RIFF", "audio/wav", -1),
        (tone(1)[:500], "audio/wav", 5000),
    ],
)
def test_what_comes_is_no_whole_sound_file(body: bytes, content_type: str, length: int) -> None:
    with canned(200, body, content_type, length) as url:
        raised(Temporary, lambda: at(url).recording(RE))


@pytest.mark.parametrize("body", [b"ID3\x04rest", b"\xff\xfb\x90\x44rest"])
def test_an_mp3_is_a_sound_file_too(body: bytes) -> None:
    with canned(200, body, "audio/mpeg") as url:
        assert at(url).recording(RE) == body


@pytest.mark.parametrize("name", ASKS)
def test_whoever_watches_is_told_of_each_request(desk: Desk, name: str) -> None:
    told: list[TelephoneError | None] = []

    def ask(url: str) -> None:
        ASKS[name](TwilioTelephone(url, SID, TOKEN, told=told.append))

    desk.server.faults.fail_rest("/Accounts/", kind=503)
    for url in (desk.server.url, "http://127.0.0.1:9"):
        with pytest.raises(TelephoneError) as caught:
            ask(url)
        assert told == [caught.value]
        told.clear()


def test_a_download_that_succeeds_or_is_not_there_yet_is_told_of_too(desk: Desk) -> None:
    told: list[TelephoneError | None] = []
    telephone = TwilioTelephone(desk.server.url, SID, TOKEN, told=told.append)
    telephone.recording(kept(desk))
    assert told == [None]
    with pytest.raises(Temporary):
        telephone.recording(kept(desk, status="processing"))
    assert [error and error.status for error in told] == [None, 404]
    with pytest.raises(Permanent):
        telephone.recording("no sid")
    assert len(told) == 2  # nobody was asked


def test_a_recording_is_deleted_once_and_gone_is_gone(desk: Desk, telephone: Telephone) -> None:
    sid = kept(desk)
    telephone.delete_recording(sid)
    assert desk.book.deleted[-1] == sid and sid not in desk.book.recordings
    telephone.delete_recording(sid)
    telephone.delete_recording(RE)


def test_a_deletion_that_lost_its_answer_can_be_repeated(desk: Desk, telephone: Telephone) -> None:
    sid = kept(desk)
    desk.server.faults.fail_rest("Recordings", kind="reset-after", method="DELETE")
    raised(Temporary, lambda: telephone.delete_recording(sid))
    assert sid not in desk.book.recordings
    telephone.delete_recording(sid)


def test_somebody_elses_404_does_not_prove_a_deletion() -> None:
    with canned(404, b"<html>Not found</html>", "text/html") as url:
        assert raised(Permanent, lambda: at(url).delete_recording(RE)).status == 404


def test_the_recordings_of_a_call(desk: Desk, telephone: Telephone) -> None:
    first, other = kept(desk), kept(desk)
    call = desk.book.recordings[first].call_sid
    second = desk.book.add_recording(call, 5).sid
    assert telephone.recordings_of(call) == [
        Recording(second, "processing", 0),
        Recording(first, "completed", 2),
    ]
    assert telephone.recordings_of(CA) == [] and other


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_gateways_page_is_no_reason_to_give_up(name: str, status: int) -> None:
    with canned(status, b"<html>Sorry</html>", "text/html") as url:
        raised(Temporary, lambda: ASKS[name](at(url)))


@pytest.mark.parametrize("name", ["recordings_of", "call_state"])
@pytest.mark.parametrize("body", [b"<html>Log in to the network</html>", b"", b"[]", b"7"])
def test_an_answer_of_no_sense_is_none(name: str, body: bytes) -> None:
    with canned(200, body) as url:
        raised(Temporary, lambda: ASKS[name](at(url)))


def test_a_call_without_a_status_is_no_answer() -> None:
    with canned(200, b"{}") as url:
        raised(Temporary, lambda: at(url).call_state(CA))


def test_the_state_of_a_call(desk: Desk, telephone: Telephone) -> None:
    call = desk.book.add_call(OTHER, OWN, "inbound").sid
    assert telephone.call_state(call) == CallState("queued", None)
    assert not telephone.call_state(call).over
    desk.book.call_is(call, "in-progress")
    desk.book.call_is(call, "completed")
    assert telephone.call_state(call) == CallState("completed", 0)
    assert telephone.call_state(call).over


def test_a_call_that_nobody_knows(telephone: Telephone) -> None:
    assert raised(Permanent, lambda: telephone.call_state(CA)).status == 404


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("kind", ["timeout", "reset", 429, 500, 503])
def test_what_may_be_repeated_is_temporary(
    desk: Desk, telephone: Telephone, name: str, kind: Breakage | int
) -> None:
    desk.server.faults.fail_rest("/", kind=kind)
    asking = at(desk.server.url, timeout=0.3) if kind == "timeout" else telephone
    raised(Temporary, lambda: ASKS[name](asking))


@pytest.mark.parametrize(
    "sid", ["", "RE1", "RE" + "0" * 31 + "/", RE + "\n", "../Messages", CA, RE.lower() + "0"]
)
def test_a_sid_that_is_none_is_not_asked_for(desk: Desk, telephone: Telephone, sid: str) -> None:
    raised(Permanent, lambda: telephone.recording(sid))
    raised(Permanent, lambda: telephone.delete_recording(sid))
    if sid != CA:
        raised(Permanent, lambda: telephone.recordings_of(sid))
        raised(Permanent, lambda: telephone.call_state(sid))
    assert desk.server.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_download_that_is_refused_may_be_let_in_later_and_is_told_of_apart(status: int) -> None:
    told: list[TelephoneError | None] = []
    with canned(status, b"<html>No</html>", "text/html") as url:
        telephone = TwilioTelephone(url, SID, TOKEN, fetched=told.append)
        assert raised(Temporary, lambda: telephone.recording(RE)).status == status
    assert [error and error.status for error in told] == [status]


def test_whoever_watches_downloads_is_told_of_nothing_else(desk: Desk) -> None:
    told: list[TelephoneError | None] = []
    telephone = TwilioTelephone(desk.server.url, SID, TOKEN, fetched=told.append)
    sid = kept(desk)
    telephone.recordings_of(desk.book.recordings[sid].call_sid)
    assert told == []
    telephone.recording(sid)
    assert told == [None]
