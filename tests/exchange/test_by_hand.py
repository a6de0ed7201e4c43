"""A call in real time with a person at a terminal: the same exchange, another clock."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ivr.exchange.caller import ByHand
from ivr.exchange.clock import RealClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.transcript import Line
from tests.exchange.line_desk import ANA, CALLER, CLINIC, SID, TOKEN, open_line

MENU = '<Gather action="/key" numDigits="1" timeout="600"><Say>Press a key.</Say></Gather>'
RING = f'<Dial action="/after" timeout="600"><Number>{ANA}</Number></Dial>'


def test_a_person_presses_keys_while_the_call_runs() -> None:
    with open_line({"/voice": MENU, "/key": RING, "/after": "<Say>Goodbye.</Say>"}) as desk:
        with Exchange(SID, TOKEN, RealClock(speed=20)) as exchange:
            exchange.add_number(CLINIC, desk.base + "/voice")
            caller, ana, came = ByHand(), ByHand(), threading.Semaphore(0)
            exchange.names[ANA] = "Ana"
            exchange.phone(ANA, ana)
            lines: list[Line] = []

            def seen(line: Line) -> None:
                lines.append(line)
                came.release()

            def wait_for(text: str) -> None:
                while not any(text in line.text for line in lines):
                    assert came.acquire(timeout=10)

            exchange.on_line(seen)
            exchange.dial(CALLER, CLINIC, caller)
            running = threading.Thread(target=exchange.run)
            running.start()
            wait_for("Press a key.")
            caller.press("1")
            wait_for("rings")
            ana.answer()
            wait_for("joins")
            ana.hang_up()
            running.join(10)
            assert not running.is_alive()
            assert [line.text for line in lines] == [
                "Press a key.",
                "presses 1",
                "rings",
                "answers",
                "joins caller and Ana",
                "hangs up",
                "Goodbye.",
                "hangs up",
            ]
            assert exchange.unexpected == []
            assert lines == exchange.transcript


def test_a_phone_by_hand_may_decline() -> None:
    with open_line({"/voice": RING, "/after": "<Hangup/>"}) as desk:
        ana = ByHand()
        desk.exchange.phone(ANA, ana)
        desk.exchange.dial(CALLER, CLINIC, ByHand())
        desk.exchange.run(3)
        ana.reject()
        desk.exchange.run()
        assert desk.forms("/after")[0]["DialCallStatus"] == "busy"


def test_a_message_is_left_by_hand() -> None:
    with open_line({"/voice": '<Record action="/got"/>', "/got": "<Hangup/>"}) as desk:
        caller = ByHand()
        desk.exchange.dial(CALLER, CLINIC, caller)
        desk.exchange.run(1)
        caller.talk(6)
        desk.exchange.run(6)
        caller.hang_up()
        desk.exchange.run()
        assert (desk.forms("/got")[0]["RecordingDuration"], desk.forms("/got")[0]["Digits"]) == (
            "7",
            "hangup",
        )


def test_nothing_can_be_pressed_without_a_call() -> None:
    with open_line({"/voice": "<Hangup/>"}) as desk:
        caller = ByHand()
        with pytest.raises(RuntimeError, match="no call"):
            caller.press("1")
        desk.call(caller)
        with pytest.raises(RuntimeError, match="no call"):
            caller.hang_up()


SAYS = "<Say>If someone can't breathe, dial 999.</Say>"
KEYS = '<Gather action="/key" numDigits="1" timeout="600"/>'


@pytest.mark.parametrize(
    ("page", "does", "told"),
    [
        (SAYS, lambda caller: caller.press("12"), ["presses 12", "key 1 goes unheard", "key 2 goes unheard"]),
        (SAYS, lambda caller: caller.say("not sure"), ["says: not sure", "that goes unheard"]),
        ("<Pause length='60'/>", lambda caller: caller.press("1"), ["presses 1", "key 1 goes unheard"]),
        (RING, lambda caller: caller.press("1"), ["presses 1", "key 1 goes unheard"]),
        (KEYS, lambda caller: caller.press("1"), ["presses 1"]),
        (KEYS, lambda caller: caller.say("yes"), ["says: yes", "that goes unheard"]),  # keys alone count
        ('<Record action="/key"/>', lambda caller: caller.press("5"), ["presses 5"]),
    ],
)
def test_what_nobody_listens_for_is_said_to_go_unheard(
    page: str, does: Callable[[ByHand], None], told: list[str]
) -> None:
    with open_line({"/voice": page, "/key": "<Hangup/>", "/after": "<Hangup/>"}) as desk:
        caller = ByHand()
        desk.exchange.phone(ANA, ByHand())
        desk.exchange.dial(CALLER, CLINIC, caller)
        desk.exchange.run(1)
        does(caller)
        desk.exchange.run(0.1)
        lines = [line.text for line in desk.exchange.transcript if line.who == "caller"]
        assert [line for line in lines if line != "hangs up"] == told


def test_what_two_who_are_joined_say_and_press_reaches_the_other() -> None:
    with open_line({"/voice": RING, "/after": "<Hangup/>"}) as desk:
        caller, ana = ByHand(), ByHand()
        desk.exchange.phone(ANA, ana)
        desk.exchange.dial(CALLER, CLINIC, caller)
        desk.exchange.run(2)
        ana.answer()
        desk.exchange.run(1)
        for one in (caller, ana):
            one.say("hello")
            one.press("5")
        desk.exchange.run(1)
        ana.hang_up()
        desk.exchange.run(1)
        assert not any("unheard" in line.text for line in desk.exchange.transcript)
