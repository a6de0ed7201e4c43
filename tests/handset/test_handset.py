"""The phones of a page, without a page: who is busy, who minds them, what is told, whose numbers show."""

from __future__ import annotations

import io
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.exchange import wav
from ivr.exchange.clock import RealClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.handset.behaviours import BEHAVIOURS
from ivr.exchange.handset.handset import Handset
from ivr.exchange.handset.hours import instant
from ivr.exchange.handset.phones import Phone
from ivr.exchange.handset.refusal import Refusal
from tests.exchange.line_desk import ANA, CLINIC, SID, TOKEN, open_line

ME = "+447700900123"
YOU = "+447700900124"
AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
RING = f'<Dial action="/after" timeout="20"><Number>{ANA}</Number></Dial>'
RECORD = '<Record action="/got" playBeep="true"/>'


class ByHand(RealClock):
    """A clock that goes on only while the exchange runs, so that a busy machine makes nobody late."""

    _at = 0.0

    def elapsed(self) -> float:
        return self._at

    def wait(self, until: float, woken: threading.Event) -> None:
        self._at = max(self._at, until)


class Room:
    """Three phones at a line of canned answers; time goes on only in `until`."""

    def __init__(self, handset: Handset, exchange: Exchange, moved: list[bool]) -> None:
        self.handset, self.exchange, self.moved = handset, exchange, moved

    def does(self, key: str, what: str, **words: str) -> None:
        self.handset.act(key, what, words)

    def dials(self, key: str, from_: str = "") -> None:
        self.does(key, "dial", to=CLINIC, **{"from": from_})

    def until(self, true: Callable[[], bool], seconds: float = 60) -> None:
        end = self.exchange.clock.elapsed() + seconds
        while not true():
            assert self.exchange.clock.elapsed() < end, self.told()
            self.exchange.run(0.5)

    def told(self, kind: str = "line") -> list[dict[str, Any]]:
        return [event.data for event in self.handset.feed.after(0, 0) if event.kind == kind]

    def state(self, key: str) -> str:
        return self.handset.phones[key].state


@contextmanager
def room(answers: dict[str, str]) -> Iterator[Room]:
    moved: list[bool] = []
    clock = ByHand(AT)
    phones = [
        Phone("me", "Me", ME, "Mine", own=True),
        Phone("you", "You", YOU, "Mine", own=True),
        Phone("ana", "Ana", ANA, "Others"),
    ]
    with open_line(answers) as desk, Exchange(SID, TOKEN, clock) as exchange:
        exchange.add_number(CLINIC, desk.base + "/voice")
        with Handset(
            exchange, clock, phones, line=CLINIC, zone="Europe/London", moved=moved.append
        ) as handset:
            yield Room(handset, exchange, moved)


def test_two_ring_a_phone_and_the_second_finds_it_busy() -> None:
    with room({"/voice": RING, "/after": "<Hangup/>"}) as at:
        at.dials("me")
        at.until(lambda: at.state("ana") == "ringing")
        at.does("ana", "answer")
        at.until(lambda: at.handset.phones["me"].waits == "joined")
        at.dials("you")
        at.until(lambda: any(one["text"] == "is busy" for one in at.told()))
        assert at.state("ana") == "in a call" and at.handset.phones["ana"].waits == "joined"
        at.does("ana", "hang_up")
        at.until(lambda: at.state("me") == at.state("you") == at.state("ana") == "free")


@pytest.mark.parametrize("how", [key for key, one in BEHAVIOURS.items() if one.person])
def test_a_machine_does_what_it_says_and_leaves_the_phone_free(how: str) -> None:
    with room({"/voice": RING, "/after": "<Hangup/>"}) as at:
        at.does("ana", "behave", **{"as": how})
        at.dials("me")
        at.until(lambda: at.state("me") != "free")
        at.until(lambda: at.state("ana") != "free")
        assert not at.handset.phones["ana"].by_hand
        at.until(lambda: at.state("ana") != "ringing")  # answered, or not any more
        if at.state("me") != "free":
            at.does("me", "hang_up")
        at.until(lambda: at.state("me") == at.state("ana") == "free")


def test_what_is_said_is_heard_by_whoever_is_joined_and_nobody_else() -> None:
    with room({"/voice": RING, "/after": "<Hangup/>"}) as at:
        at.dials("me")
        at.until(lambda: at.state("ana") == "ringing")
        at.does("ana", "answer")
        at.until(lambda: at.handset.phones["me"].waits == "joined")
        at.does("me", "say", text="hello  there")
        at.until(lambda: any(one["who"] == "other" for one in at.told()))
        assert [one["phone"] for one in at.told() if one["text"] == "hello there"] == ["ana"]
        at.does("me", "hang_up")
        at.until(lambda: at.state("ana") == "free")


def test_no_number_but_ones_own_is_shown() -> None:
    with room({"/voice": RING, "/after": f"<Say>{ANA}</Say>"}) as at:
        at.dials("me")
        at.until(lambda: at.state("ana") == "ringing")
        assert "+44…123" in [one["from"] for one in at.told("phone")]
        at.does("ana", "reject")
        at.until(lambda: at.state("me") == "free")
        at.exchange.run(1)
        seen = str([event.data for event in at.handset.feed.after(0, 0)]) + str(at.handset.about()["phones"])
        assert ANA not in seen and "+44…101" in seen and ME in seen


def test_a_call_may_show_another_number_and_is_rung_back_there() -> None:
    with room({"/voice": "<Hangup/>"}) as at:
        at.dials("me", "+12025550123")
        at.until(lambda: bool(at.exchange.requests))
        assert at.exchange.requests[0].params["From"] == "+12025550123"
        at.until(lambda: at.state("me") == "free")
        with pytest.raises(Refusal, match="dial"):
            at.does("me", "dial", to=ANA)


def sound(seconds: float, rate: int = 8000) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x01\x02" * int(seconds * rate))
    return made.getvalue()


def test_what_is_spoken_is_the_recording() -> None:
    with room({"/voice": RECORD, "/got": "<Hangup/>"}) as at:
        at.dials("me")
        at.until(lambda: at.handset.phones["me"].waits == "recording")
        at.does("me", "speak")
        at.exchange.run(30)  # longer than the silence that ends a recording
        assert at.handset.phones["me"].waits == "recording"
        at.handset.spoken("me", sound(7))
        at.until(lambda: at.state("me") == "free")
        (recording,) = at.exchange.book.recordings.values()
        assert recording.audio == sound(7)
        got = [one.params for one in at.exchange.requests if "RecordingDuration" in one.params]
        assert got[0]["RecordingDuration"] == "7"
        with pytest.raises(Refusal, match="too late"):
            at.exchange.run(3)
            at.handset.spoken("me", sound(7))


@pytest.mark.parametrize("audio", [b"", b"RIFF", b"noise" * 100, sound(2, rate=44100), sound(2)[:30]])
def test_what_is_no_telephone_audio_is_refused(audio: bytes) -> None:
    with pytest.raises(ValueError, match=r"WAV|8 kHz"):
        wav.seconds(audio)
    with room({"/voice": RECORD, "/got": "<Hangup/>"}) as at, pytest.raises(Refusal):
        at.handset.spoken("me", audio)


def test_the_time_is_set_between_calls_and_back_is_a_new_record() -> None:
    with room({"/voice": "<Say>Hello</Say><Pause length='60'/>"}) as at:
        at.dials("me")
        at.until(lambda: at.state("me") == "in a call")
        with pytest.raises(Refusal, match="hang up first"):
            at.handset.go_to("2026-11-24T08:00")
        at.does("me", "hang_up")
        at.until(lambda: at.state("me") == "free")
        at.handset.go_to("2026-11-24T08:00")
        at.exchange.run(1)
        at.handset.go_to("2026-10-25T01:30", second=True)
        at.exchange.run(1)
        assert at.moved == [False, True]
        passed = at.exchange.clock.now() - datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert timedelta(0) <= passed < timedelta(minutes=5)


def test_an_hour_that_comes_twice() -> None:
    first, second = (instant("2026-10-25T01:30", "Europe/London", which) for which in (False, True))
    assert second - first == timedelta(hours=1)
    with pytest.raises(Refusal, match="go forward"):
        instant("2027-03-28T01:30", "Europe/London")
