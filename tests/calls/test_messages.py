"""Messages end to end: fetched from the exchange with auth, sealed on our disk, and deleted over there."""

from __future__ import annotations

import re
import sqlite3
import threading
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange import story
from ivr.exchange.switches import Switches
from ivr.exchange.wav import tone
from ivr.line.message import MOST_TRIES, RETRY_AFTER
from ivr.storage import Store, messages
from ivr.storage.recordings import Recordings
from tests.calls.phones import staged

FOLDER = Path(__file__).parent


def played(name: str, data: Path, switches: Switches | None = None) -> Stage:
    """Return a stage, closed, on which that story has been played."""
    told = story.read(FOLDER / f"{name}.yaml")
    with staged(told.at.isoformat(), data, switches or told.switches) as stage:
        story.play(told, stage.exchange)
        stage.exchange.run(20)  # a story may end before the recording has been fetched
    return stage


def kept(stage: Stage, data: Path) -> list[sqlite3.Row]:
    """Return the messages of the one call."""
    (call,) = (call.sid for call in stage.exchange.book.calls.values() if call.direction == "inbound")
    with Store(data) as store, store.read() as conn:
        return messages.of_call(conn, call)


SID_TOLD = [Switches(), Switches(recording_sid_in_action=False)]
EARLY = [Switches(recording_callback_before_action=True)]
EARLY += [Switches(recording_callback_before_action=True, recording_sid_in_action=False)]


@pytest.mark.parametrize("switches", SID_TOLD + EARLY)
@pytest.mark.parametrize(
    ("name", "box", "seconds"),
    [
        ("shut_message", "booking", 20),
        ("shut_hangs_up", "booking", 20),
        ("shut_too_short", "booking", 1),
        ("shut_unwell_while_recording", "booking", 6),
        ("silent_then_message", "general", 12),
        ("infection_botox", "clinical", 20),
        ("zero_while_recording", "clinical", 5),
        ("nobody_message", "urgent", 14),
    ],
)
def test_a_message_is_kept_sealed_and_deleted_at_the_provider(
    tmp_path: Path, name: str, box: str, seconds: int, switches: Switches
) -> None:
    stage = played(name, tmp_path, switches)
    (message,) = kept(stage, tmp_path)
    assert (message["box"], message["seconds"], message["state"]) == (box, seconds, "kept")
    assert message["provider_deleted_at"] is not None
    assert message["recording"] in stage.exchange.book.deleted
    assert message["recording"] not in stage.exchange.book.recordings
    (sealed,) = tmp_path.rglob(message["file"])
    assert b"WAVE" not in sealed.read_bytes()
    assert message["recording"] not in sealed.name
    audio = Recordings(sealed.parent, stage.config.environment.secret_key).open(message["file"])
    assert audio == tone(seconds)


@pytest.mark.parametrize("empty", [False, True])
def test_silence_after_the_tone_is_no_message(tmp_path: Path, empty: bool) -> None:
    stage = played("shut_nothing_said", tmp_path, Switches(record_empty_falls_through=empty))
    assert [message["state"] for message in kept(stage, tmp_path)] in ([], ["lost"])
    assert not any(message["file"] for message in kept(stage, tmp_path))
    there = stage.exchange.book.recordings.values()  # nor is the silence kept at the provider
    assert [recording.status for recording in there] in ([], ["absent"])


def test_no_message_says_in_a_text_what_was_said_or_by_whom(tmp_path: Path) -> None:
    for text in played("nobody_message", tmp_path).exchange.texts:
        assert not re.search(r"skin|blister|pain|\d{6}|\+", text.body, re.IGNORECASE)


@pytest.mark.parametrize("kind", [401, 403, 503])
def test_refused_downloads_are_told_of_while_all_else_succeeds_and_nothing_is_lost(
    tmp_path: Path, kind: int
) -> None:
    told = story.read(FOLDER / "shut_message.yaml")
    with staged(told.at.isoformat(), tmp_path, told.switches) as stage:
        stage.exchange.rest.faults.fail_rest(".wav", times=10**9, kind=kind)
        story.play(told, stage.exchange)
        stage.exchange.run(100)
        assert stage.app.watch.problems() == []  # it may pass
        stage.exchange.run(120)
        stage.app.watch.provider(None)  # a text has gone out, say
        (problem,) = stage.app.watch.problems()
        assert problem.startswith("the provider has given us no recording, and messages wait there, since")
        assert problem.endswith(f"(HTTP {kind})")
        stage.exchange.rest.faults.clear()
        stage.exchange.run(40)
        assert stage.app.watch.problems() == []
    assert [message["state"] for message in kept(stage, tmp_path)] == ["kept"]


def _ask_again(stage: Stage, times: int) -> None:
    clock = stage.exchange.clock
    for _ in range(times):
        clock.wait(clock.elapsed() + RETRY_AFTER.total_seconds(), threading.Event())
        stage.app.ticks["recordings"]()


@pytest.mark.parametrize("sid_told", [True, False])
@pytest.mark.parametrize("kind", [401, 503])
def test_a_night_of_refused_requests_loses_no_message(tmp_path: Path, kind: int, sid_told: bool) -> None:
    told = story.read(FOLDER / "shut_message.yaml")
    switches = Switches(recording_sid_in_action=sid_told)
    with staged(told.at.isoformat(), tmp_path, switches) as stage:
        stage.exchange.rest.faults.fail_rest("Recordings", times=10**9, kind=kind)
        story.play(told, stage.exchange)
        _ask_again(stage, MOST_TRIES + 20)
        (message,) = kept(stage, tmp_path)
        assert message["state"] == "waiting"
        stage.exchange.rest.faults.clear()
        _ask_again(stage, 1)
    assert [message["state"] for message in kept(stage, tmp_path)] == ["kept"]


def test_what_is_not_there_for_two_hours_is_lost_and_the_owner_is_told(tmp_path: Path) -> None:
    told = story.read(FOLDER / "shut_message.yaml")
    with staged(told.at.isoformat(), tmp_path, told.switches) as stage:
        stage.exchange.rest.faults.fail_rest(".wav", times=10**9, kind=404)
        story.play(told, stage.exchange)
        before = len(stage.exchange.texts)
        _ask_again(stage, MOST_TRIES)
        stage.exchange.run(10)
        (message,) = kept(stage, tmp_path)
        assert message["state"] == "lost" and "isn't there" in message["why"]
        (text,) = stage.exchange.texts[before:]
        assert text.to == stage.config.people[stage.config.owner].phones[0]
        assert "the line needs a person" in text.body

def test_what_is_lost_for_good_is_not_waited_for(tmp_path: Path) -> None:
    told = story.read(FOLDER / "shut_message.yaml")
    with staged(told.at.isoformat(), tmp_path, told.switches) as stage:
        stage.exchange.rest.faults.fail_rest(".wav", times=10**9, kind=403)
        story.play(told, stage.exchange)
        stage.exchange.run(20)
        stage.app.line.store.write(
            lambda conn: conn.execute("UPDATE messages SET state = 'lost' WHERE state = 'waiting'").rowcount
        )
        stage.exchange.run(240)
        assert stage.app.watch.problems() == []
